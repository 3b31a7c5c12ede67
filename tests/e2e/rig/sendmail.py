"""A private Sendmail, unpacked rather than installed: one SMTP port on loopback, every message into a
file of its own.

It runs in a UTS and mount namespace of its own, with a full host name and no DNS: under a short host
name Sendmail sleeps a minute at start and asks name servers."""

import email
import email.policy
import os
import pwd
import smtplib
import subprocess
from pathlib import Path

from .process import Process, free_port, listens, stop, wait_until

HOST = "mx.example.com"

# Tabs matter in the rule: everything goes to the mailer `tofile`.
MC = """\
divert(-1)
divert(0)dnl
include(`{cf}/m4/cf.m4')dnl
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME', `{host}')dnl
define(`confDONT_PROBE_INTERFACES', `True')dnl
define(`confSERVICE_SWITCH_FILE', `{home}/service.switch')dnl
define(`ALIAS_FILE', `')dnl
define(`STATUS_FILE', `')dnl
define(`confCW_FILE', `-o /dev/null')dnl
define(`confTO_IDENT', `0s')dnl
define(`confDELIVERY_MODE', `background')dnl
define(`confBIND_OPTS', `-DNSRCH -DEFNAMES')dnl
define(`confDEF_USER_ID', `nobody:nogroup')dnl
define(`confDONT_BLAME_SENDMAIL', `TrustStickyBit')dnl
define(`confREFUSE_LA', `1000')dnl
define(`confQUEUE_LA', `1000')dnl
FEATURE(`nocanonify')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`accept_unqualified_senders')dnl
FEATURE(`promiscuous_relay')dnl
FEATURE(`no_default_msa')dnl
DAEMON_OPTIONS(`Port={port}, Addr=127.0.0.1, Name=MTA')dnl
CLIENT_OPTIONS(`Family=inet, Addr=127.0.0.1')dnl
{filter}
MAILER(`smtp')dnl
MAILER_DEFINITIONS
Mtofile,	P={home}/deliver, F=lsDFMnu, S=EnvFromSMTP/HdrFromSMTP, R=EnvToSMTP,
		T=DNS/RFC822/X-Unix, U={uid}:{gid}, A=deliver $u

LOCAL_RULE_0
R$+ < @ $+ >	$#tofile $@ $2 $: $1 < @ $2 >
"""

# The line that the README gives to an administrator.
FILTER = "INPUT_MAIL_FILTER(`triage', `S={socket}, F=, T=C:5s;S:30s;R:30s;E:60s')dnl"

DELIVER = """\
#!/bin/sh
file=$(mktemp "{home}/out/.new.XXXXXX") && cat >"$file" && mv "$file" "{home}/out/$1.${{file##*.}}" || exit 75
"""

IN_NAMESPACE = """\
hostname {host} || exit 1
for file in hosts resolv.conf nsswitch.conf; do mount --bind {home}/$file /etc/$file || exit 1; done
exec {program} -bD -C {home}/sendmail.cf -OQueueDirectory={home}/queue -OPidFile={home}/pid -q5s
"""


class Sendmail:
    """`milter` is the socket as Sendmail writes it ("unix:/path", "inet:4711@127.0.0.1")."""

    def __init__(self, root, home, milter):
        self.root, self.home, self.port = Path(root), Path(home), free_port()
        self.filter = FILTER.format(socket=milter) if milter else "dnl"
        self.process = None

    def _files(self):
        nobody = pwd.getpwnam("nobody")
        self.home.mkdir(parents=True)
        self.home.chmod(0o755)
        (self.home / "out").mkdir()
        os.chown(self.home / "out", nobody.pw_uid, nobody.pw_gid)
        (self.home / "queue").mkdir(mode=0o700)
        nsswitch = Path("/etc/nsswitch.conf").read_text(encoding="ascii")
        files = {
            "service.switch": "hosts\tfiles\naliases\tfiles\n",
            "hosts": f"127.0.0.1 {HOST} localhost\n",
            "resolv.conf": "nameserver 127.0.0.1\n",
            "nsswitch.conf": "".join("hosts: files\n" if line.startswith("hosts:") else line
                                     for line in nsswitch.splitlines(keepends=True)),
            "deliver": DELIVER.format(home=self.home),
            "sendmail.mc": MC.format(cf=self.root / "usr/share/sendmail/cf", home=self.home, host=HOST,
                                     port=self.port, filter=self.filter, uid=nobody.pw_uid,
                                     gid=nobody.pw_gid)}
        for name, text in files.items():
            (self.home / name).write_text(text, encoding="ascii")
        (self.home / "deliver").chmod(0o755)
        with open(self.home / "sendmail.cf", "wb") as out:
            subprocess.run(["m4", f"-D_CF_DIR_={self.root}/usr/share/sendmail/cf/",
                            self.home / "sendmail.mc"], stdout=out, check=True, timeout=30)
        (self.home / "sendmail.cf").chmod(0o644)

    def start(self):
        self._files()
        program = self.root / "usr/libexec/sendmail/sendmail"
        program.chmod(0o755)  # without the group it was packed with
        script = IN_NAMESPACE.format(host=HOST, home=self.home, program=program)
        self.process = Process(["unshare", "--uts", "--mount", "sh", "-c", script],
                               self.home / "sendmail.log")
        wait_until(lambda: listens(self.port) or not self.process.running(), 20, "Sendmail")
        assert self.process.running(), self.process.output()
        return self

    def stop(self):
        if self.process:
            stop(self.process.pid)
            self.process.stop()

    def send(self, message, sender, recipients):
        with smtplib.SMTP("127.0.0.1", self.port, local_hostname="client.example", timeout=60) as smtp:
            smtp.sendmail(sender, recipients, bytes(message))

    def delivered(self, address):
        files = sorted((self.home / "out").glob(f"{address}.*"), key=lambda file: file.stat().st_mtime_ns)
        return [email.message_from_bytes(file.read_bytes(), policy=email.policy.SMTP) for file in files]

    def wait_delivered(self, address, count=1, seconds=20):
        wait_until(lambda: len(self.delivered(address)) >= count, seconds,
                   f"{count} messages for {address}")
        return self.delivered(address)
