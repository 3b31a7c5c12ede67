dnl sendmail.mc: F= is empty, so mail passes untouched when we are down.
INPUT_MAIL_FILTER(`triage', `S=unix:/run/triage-milter/milter.sock, F=, T=C:5s;S:30s;R:30s;E:60s')dnl
dnl Sendmail can't remove Authentication-Results that a sender forged in the name of your filters.  Let them
dnl write their field on every mail (OpenDKIM: AlwaysAddARHeader yes), and name the methods that they write in
dnl triage-milter.conf: trust mx.example.com { methods = dkim, dmarc }
