"""A private Postfix, unpacked rather than installed: one SMTP port on loopback, no DNS, delivery of
everything for the local domains into one Maildir."""

import email
import email.policy
import os
import pwd
import shutil
import smtplib
import subprocess
import time
from pathlib import Path

from .process import alive, free_port, listens, stop, wait_until

MAIL_OWNER, SETGID_GROUP = "daemon", "mail"

MAIN_CF = """\
compatibility_level = 3.6
queue_directory = {home}/spool
data_directory = {home}/data
command_directory = {root}/usr/sbin
daemon_directory = {root}/usr/lib/postfix/sbin
meta_directory = {home}/etc
mail_owner = {owner}
setgid_group = {group}
import_environment = MAIL_CONFIG TZ LD_LIBRARY_PATH
maillog_file = {home}/mail.log
maillog_file_prefixes = {home}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_bind_address = 127.0.0.1
disable_dns_lookups = yes
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtpd_peername_lookup = no
myhostname = mx.example.com
mydestination =
local_recipient_maps =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_authorized_xclient_hosts = 127.0.0.0/8
default_transport = error:this Postfix sends nothing outside
relay_transport = error:this Postfix sends nothing outside
smtp_tls_security_level = none
smtpd_tls_security_level = none
alias_maps =
alias_database =
biff = no
append_dot_mydomain = no
virtual_mailbox_domains = {domains}
virtual_mailbox_base = {home}/mail
virtual_mailbox_maps = static:all/
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
default_process_limit = 400
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_error_sleep_time = 0
in_flow_delay = 0
queue_run_delay = 3s
minimal_backoff_time = 3s
smtpd_milters = {milters}
{extra}
"""

MASTER_CF = """\
127.0.0.1:{port} inet n - {chroot} - - smtpd
{extra}pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

# The lines that the README gives to an administrator, with the global default left at tempfail.
MILTER_LINE = ("{{ {socket}, default_action=accept, connect_timeout=5s, command_timeout=30s, "
               "content_timeout=60s }}")


class Postfix:
    """`milter` is the socket as Postfix writes it ("unix:/path", "inet:127.0.0.1:4711")."""

    def __init__(self, root, home, milter, domains="example.com", chroot=False, extra_main="",
                 extra_master=""):
        self.root, self.home = Path(root), Path(home)
        self.port = free_port()
        self.milters = MILTER_LINE.format(socket=milter) if milter else ""
        self.domains, self.chroot = domains, chroot
        self.extra_main, self.extra_master = extra_main, extra_master
        self.environment = {"LD_LIBRARY_PATH": f"{self.root}/usr/lib/postfix",
                            "PATH": os.environ["PATH"], "MAIL_CONFIG": f"{self.home}/etc"}

    def _folders(self):
        owner = pwd.getpwnam(MAIL_OWNER)
        nobody = pwd.getpwnam("nobody")
        spool = self.home / "spool"
        for folder in (self.home, self.home / "etc", spool, spool / "pid"):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o755)
        rows = [(name, owner.pw_uid, 0, 0o700)
                for name in ("incoming", "active", "deferred", "bounce", "defer", "flush", "hold",
                             "saved", "trace", "corrupt", "private")]
        setgid = shutil._get_gid(SETGID_GROUP)  # pylint: disable=protected-access
        rows += [("public", owner.pw_uid, setgid, 0o710), ("maildrop", owner.pw_uid, setgid, 0o730)]
        for name, uid, gid, mode in rows:
            (spool / name).mkdir(exist_ok=True)
            os.chown(spool / name, uid, gid)
            (spool / name).chmod(mode)
        for name, user in (("data", owner), ("mail", nobody)):
            (self.home / name).mkdir(exist_ok=True)
            os.chown(self.home / name, user.pw_uid, user.pw_gid)
            (self.home / name).chmod(0o700)

    def _configuration(self):
        nobody = pwd.getpwnam("nobody")
        etc = self.home / "etc"
        (etc / "dynamicmaps.cf").write_text("", encoding="ascii")
        (etc / "main.cf").write_text(MAIN_CF.format(
            home=self.home, root=self.root, owner=MAIL_OWNER, group=SETGID_GROUP,
            domains=self.domains, uid=nobody.pw_uid, gid=nobody.pw_gid, milters=self.milters,
            extra=self.extra_main), encoding="ascii")
        (etc / "master.cf").write_text(MASTER_CF.format(
            port=self.port, chroot="y" if self.chroot else "n", extra=self.extra_master),
            encoding="ascii")
        past = time.time() - 10  # Postfix waits two seconds for a main.cf that is younger than that
        for name in ("main.cf", "master.cf"):
            os.utime(etc / name, (past, past))

    def start(self):
        self._folders()
        self._configuration()
        subprocess.run([self.root / "usr/lib/postfix/sbin/master", "-w", "-c", self.home / "etc"],
                       env=self.environment, check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20)
        wait_until(lambda: listens(self.port), 10, "Postfix")
        return self

    def stop(self):
        try:
            pid = int((self.home / "spool/pid/master.pid").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return
        if alive(pid):
            stop(pid)

    def log(self):
        return (self.home / "mail.log").read_text(encoding="utf-8", errors="replace")

    def send(self, message, sender, recipients, client=None, timeout=60):
        """One message by SMTP; `client` is the address Postfix shall believe it comes from."""
        with smtplib.SMTP("127.0.0.1", self.port, local_hostname="client.example",
                          timeout=timeout) as smtp:
            smtp.ehlo()
            if client:
                smtp.docmd("XCLIENT", f"ADDR={client} NAME=[UNAVAILABLE]")
                smtp.ehlo()
            smtp.sendmail(sender, recipients, bytes(message))

    def delivered(self, address=None):
        """Every message delivered so far, to one address or to all, oldest first."""
        folder = self.home / "mail/all/new"
        if not folder.is_dir():
            return []
        files = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)
        messages = [email.message_from_bytes(file.read_bytes(), policy=email.policy.SMTP)
                    for file in files]
        return [message for message in messages
                if address is None or message["Delivered-To"] == address]

    def wait_delivered(self, address, count=1, seconds=20):
        wait_until(lambda: len(self.delivered(address)) >= count, seconds,
                   f"{count} messages for {address}")
        return self.delivered(address)
