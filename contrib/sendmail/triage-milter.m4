dnl sendmail.mc: F= is empty, so mail passes untouched when we are down.
INPUT_MAIL_FILTER(`triage', `S=unix:/run/triage-milter/milter.sock, F=, T=C:5s;S:30s;R:30s;E:60s')dnl
