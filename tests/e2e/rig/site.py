"""A site of our own below a folder: configuration, CRM, store, the daemon in front of it."""

import json
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from .process import Process, wait_until

SOURCE = Path(__file__).resolve().parents[3]
BUILD = Path(os.environ.get("TRIAGE_BUILD", SOURCE / "build"))

CONF = """\
socket = {socket}
socket_mode = 0666
store = sqlite:{home}/triage.db
crm = sqlite:{home}/crm.db
log = stderr
log_level = info
{trust}
authenticate = {authenticate}
local_domains = example.com
fields = {source}/conf/fields.conf
policy_dir = {policies}
prompt_dir = {source}/prompts
freemail = {source}/conf/freemail.txt
{top}
{llm}
mailbox support {{
    address = support@example.com, help@example.com
    mode = full
    policy = support, review{policy}
    headers = full
    agents = anna@example.com
    team = anna, ben
    {support}
}}
mailbox sales {{
    address = sales@example.com
    mode = full
    policy = sales, lead-score, review{policy}
    ticket_prefix = SAL
    headers = full
    {sales}
}}
"""


class Site:
    """`top`, `llm`, `support`, `sales` are further lines of the configuration, `trust` is the one about
    Authentication-Results, `authenticate` who verifies senders (with "trust" nothing is asked of the DNS),
    `policies` another folder of policies, and `policy` the names of those that come after the shipped ones,
    ", NAME"."""

    def __init__(self, home, top="", llm="", support="", sales="", address=None, policies=None, policy="",
                 trust="trust = mx.example.com", authenticate="trust"):
        self.home = Path(home)
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o755)
        self.socket = address or f"unix:{self.home}/milter.sock"
        self.conf = self.home / "triage-milter.conf"
        self.parts = {"top": top, "llm": llm, "support": support, "sales": sales, "policy": policy,
                      "trust": trust, "authenticate": authenticate,
                      "policies": policies or SOURCE / "policies"}
        self.daemon = None
        self.write()

    def write(self, **parts):
        """(Re)writes the configuration with some parts replaced."""
        self.parts.update(parts)
        self.conf.write_text(CONF.format(socket=self.socket, home=self.home, source=SOURCE,
                                         **self.parts), encoding="utf-8")

    def import_crm(self, folder=SOURCE / "contrib/demo/crm"):
        return self.ctl("crm", "import", str(folder))

    def ctl(self, *words, stdin=None, check=False):
        """triagectl; returns the finished process."""
        done = subprocess.run([BUILD / "triagectl", "-c", self.conf, *words], input=stdin,
                              capture_output=True, check=False, timeout=120,
                              env=dict(os.environ, LC_ALL="C.UTF-8"))
        assert b"Sanitizer" not in done.stderr, done.stderr.decode()
        if check:
            done.check_returncode()
        return done

    def ctl_json(self, *words, stdin=None):
        done = self.ctl("--json", *words, stdin=stdin, check=True)
        return json.loads(done.stdout)

    def approve(self, draft, *words, check=False):
        """As a person does who looks at a draft and approves what is shown, or tries to."""
        code = self.ctl_json("draft", "show", str(draft))["code"]
        return self.ctl("draft", "approve", str(draft), code, *words, check=check)

    def accepts(self):
        """Would a connection be taken?  For unix sockets the name is enough: it is renamed into
        place when it listens."""
        if self.socket.startswith("unix:"):
            return Path(self.socket[5:]).exists()
        port, _, host = self.socket.split(":", 1)[1].partition("@")
        try:
            socket.create_connection((host, int(port)), 1).close()
            return True
        except OSError:
            return False

    def spawn(self, **options):
        return Process([BUILD / "triage-milter", "-f", "-c", self.conf], self.home / "daemon.log",
                       **options)

    def start(self, **options):
        log = self.home / "daemon.log"
        before = self.log().count("started why=") if log.exists() else 0
        self.daemon = self.spawn(**options)
        wait_until(lambda: self.log().count("started why=") > before or not self.daemon.running(),
                   20, "triage-milter")
        assert self.daemon.running(), self.daemon.output()
        return self

    def reload(self):
        self.daemon.child.send_signal(signal.SIGHUP)

    def stop(self):
        """The exit code.  What a sanitizer reports fails the test that made it do so."""
        if self.daemon is None:
            return None
        code = self.daemon.stop()
        assert "Sanitizer" not in self.log(), self.log()
        return code

    def log(self):
        return (self.home / "daemon.log").read_text(encoding="utf-8", errors="replace")

    def tickets(self):
        return self.ctl_json("ticket", "list")["tickets"]


def remove(folder):
    shutil.rmtree(folder, ignore_errors=True)
