"""A private Dovecot, unpacked rather than installed: IMAP on loopback for one user.  It looks for its
parts where they would be installed, so it gets a /usr of its own to look in."""

import grp
import imaplib
import os
import pwd
from pathlib import Path

from .process import Process, free_port, listens, wait_until

CONF = """\
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
instance_name = {home.name}
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
default_internal_user = nobody
default_internal_group = {group}
default_login_user = nobody
first_valid_uid = 1
mail_location = maildir:{home}/mail/%n
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%n {home}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid={group} home={home}/mail/%n allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    special_use = \\Sent
    auto = create
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = {safe_port}
  }}
}}
service auth {{
  unix_listener {home}/sasl {{
    mode = 0666
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""

# One certificate for whoever asks, and others for those who ask for another name.
TLS = """\
ssl = yes
ssl_cert = <{pair[0]}
ssl_key = <{pair[1]}
"""
TLS_FOR_NAME = """\
local_name {name} {{
  ssl_cert = <{pair[0]}
  ssl_key = <{pair[1]}
}}
"""


class Dovecot:
    """With `pair`, certificate and key, it speaks TLS, on a port of its own too; `named` are such pairs by
    name.  {home}/sasl asks it for passwords."""

    def __init__(self, root, home, user="support", key="s3cret", pair=None, named=None):
        self.root, self.home = Path(root), Path(home)
        self.user, self.key = user, key
        self.port = free_port()
        self.safe_port = free_port() if pair else 0
        self.tls = TLS.format(pair=pair) if pair else ""
        self.tls += "".join(TLS_FOR_NAME.format(name=name, pair=pair) for name, pair in (named or {}).items())
        self.process = None

    def start(self):
        nobody = pwd.getpwnam("nobody")
        for folder in ("run", "state", "mail"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        os.chown(self.home / "mail", nobody.pw_uid, nobody.pw_gid)
        (self.home / "users").write_text(f"{self.user}:{{PLAIN}}{self.key}\n", encoding="ascii")
        os.chown(self.home / "users", nobody.pw_uid, nobody.pw_gid)
        conf = self.home / "dovecot.conf"
        conf.write_text(CONF.format(home=self.home, port=self.port, safe_port=self.safe_port,
                                    group=grp.getgrgid(nobody.pw_gid).gr_name) + self.tls, encoding="ascii")
        overlay = f"mount -t overlay overlay -o lowerdir={self.root}/usr:/usr /usr"
        self.process = Process(["unshare", "--mount", "sh", "-c",
                                f"{overlay} && exec dovecot -F -c {conf}"], self.home / "out.log")
        wait_until(lambda: listens(self.port) or not self.process.running(), 20, "Dovecot")
        assert self.process.running(), self.process.output()
        return self

    def stop(self):
        if self.process:
            self.process.stop()

    def mails(self, folder="Sent"):
        """The mails of a folder: (flags, bytes)."""
        with imaplib.IMAP4("127.0.0.1", self.port) as imap:
            imap.login(self.user, self.key)
            imap.select(folder, readonly=True)
            numbers = imap.search(None, "ALL")[1][0].split()
            rows = [imap.fetch(number, "(FLAGS BODY.PEEK[])")[1] for number in numbers]
        return [(imaplib.ParseFlags(row[0][0] + row[1]), row[0][1]) for row in rows]

    def file(self, data, folder="Sent"):
        with imaplib.IMAP4("127.0.0.1", self.port) as imap:
            imap.login(self.user, self.key)
            imap.append(folder, None, None, data)

