# Sorts mail by the headers of triage-milter(8), for Dovecot's Pigeonhole and any other Sieve.
#
# A message whose Status begins with "failed" was not judged and may have X-Triage headers that its sender
# forged; it stays in the inbox.  "header" is true if any X-Triage-Status of the message matches.
require ["fileinto", "mailbox", "variables"];

if allof (exists "X-Triage-Status",
          not header :matches "X-Triage-Status" "failed*",
          header :matches "X-Triage-Queue" "*") {
    fileinto :create "Triage/${1}";
}
