"""A content filter after the queue, as amavis is one: it takes mail by SMTP and hands it back to a second
smtpd of the same Postfix."""

import re
import smtplib

from .process import free_port
from .smtp_server import SmtpServer

RECEIVED = (b"Received: from localhost ([127.0.0.1])\r\n\tby localhost (mx.example.com [127.0.0.1]) "
            b"(filter, port 10024)\r\n\twith ESMTP id k3Zx; Mon, 30 Nov 2026 09:00:02 +0000\r\n")
BACK = """\
scan unix - - n - - smtp
127.0.0.1:{port} inet n - {chroot} - - smtpd
  -o content_filter=
  -o smtpd_authorized_xclient_hosts=
{options}"""


class ContentFilter(SmtpServer):
    """`change` makes of the mail's bytes what is handed back."""

    def __init__(self, change=lambda raw: raw):
        super().__init__(offers=())
        self.change = change
        self.back = free_port()

    def main_cf(self):
        return f"content_filter = scan:[127.0.0.1]:{self.port}\n"

    def master_cf(self, *options, chroot="n"):
        return BACK.format(port=self.back, chroot=chroot,
                           options="".join(f"  -o {option}\n" for option in options))

    def take(self, sender, recipients, data):
        super().take(sender, recipients, data)
        def address(line):
            return re.search(r"<(.*?)>", line).group(1)
        with smtplib.SMTP("127.0.0.1", self.back, timeout=60) as smtp:
            smtp.sendmail(address(sender), [address(line) for line in recipients],
                          RECEIVED + self.change(self.mails[-1][2]))
