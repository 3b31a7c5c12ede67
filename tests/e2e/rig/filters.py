"""The filters that most sites run before us, unpacked rather than installed: OpenDKIM, OpenDMARC and
rspamd, each on a unix socket, with keys and records from files in place of DNS."""

import json
import os
import signal
import subprocess
from pathlib import Path

from .process import Process, wait_until

NAME = "mx.example.com"  # the authserv-id of all of them


class Filter:
    """`words` start it in the foreground; it is there when its socket is."""

    words, environment, end = [], {}, signal.SIGKILL  # the two of libmilter take seconds to end

    def __init__(self, root, home):
        self.root, self.home = Path(root), Path(home)
        self.home.mkdir(parents=True)
        self.home.chmod(0o755)
        self.path = self.home / "milter.sock"
        self.child = None

    @property
    def socket(self):
        """As Postfix writes it."""
        return f"unix:{self.path}"

    def file(self, name, text):
        path = self.home / name
        path.write_text(text, encoding="utf-8")
        return path

    def start(self):
        self.path.unlink(missing_ok=True)
        self.child = Process([str(word) for word in self.words], self.home / "log",
                             env=dict(os.environ, **self.environment), cwd=self.home)
        wait_until(lambda: self.path.exists() or not self.child.running(), 20, type(self).__name__)
        assert self.child.running(), self.child.output()
        self.path.chmod(0o666)
        return self

    def stop(self):
        if self.child:
            self.child.stop(self.end)


class OpenDkim(Filter):
    """`keys`: "SELECTOR._domainkey.DOMAIN" ─▶ its TXT record.  With `signs`, (domain, selector, file of
    the private key), it signs what passes instead of verifying it."""

    def __init__(self, root, home, keys=None, always=True, signs=None):
        super().__init__(root, home)
        lines = [f"Socket local:{self.path}", "Background no", "Syslog no", "UMask 000", "RequireSafeKeys no",
                 f"AuthservID {NAME}", f"AlwaysAddARHeader {'yes' if always else 'no'}",
                 "Canonicalization relaxed/simple", "On-Default accept", "Nameservers 127.0.0.1"]
        if signs:
            domain, selector, key = signs
            lines += ["Mode s", f"Domain {domain}", f"Selector {selector}", f"KeyFile {key}",
                      f"InternalHosts {self.file('internal', '127.0.0.0/8' + chr(10))}"]
        else:
            records = "".join(f"{name} {value}\n" for name, value in keys.items())
            lines += ["Mode v", f"InternalHosts {self.file('internal', '198.51.100.1' + chr(10))}",
                      f"TestPublicKeys {self.file('keys', records)}"]
        self.words = [self.root / "usr/sbin/opendkim", "-f", "-x", self.file("conf", "\n".join(lines) + "\n")]


class OpenDmarc(Filter):
    """`records`: "_dmarc.DOMAIN" ─▶ its TXT record."""

    def __init__(self, root, home, records):
        super().__init__(root, home)
        library = self.home / "fake_dns.so"
        subprocess.run([os.environ.get("CC", "cc"), "-D_GNU_SOURCE", "-shared", "-fPIC", "-o", library,
                        Path(__file__).parent / "fake_dns.c"], check=True)
        zone = self.file("zone", "".join(f"{name} {value}\n" for name, value in records.items()))
        self.environment = {"LD_PRELOAD": str(library), "FAKE_DNS": str(zone)}
        conf = self.file("conf", f"""\
Socket local:{self.path}
Background false
Syslog false
UMask 000
AuthservID {NAME}
TrustedAuthservIDs {NAME}
RejectFailures false
IgnoreHosts {self.file('ignore', '198.51.100.1' + chr(10))}
""")
        self.words = [self.root / "usr/sbin/opendmarc", "-f", "-c", conf]


RSPAMD = """\
options {{
  pidfile = "{home}/pid"; filters = "dkim,spf"; tempdir = "{home}"; control_socket = "{home}/control.sock mode=0600";
  cache_file = "{home}/cache"; hs_cache_dir = "{home}/"; history_file = "{home}/history";
  dynamic_conf = "{home}/dynamic"; stats_file = "{home}/stats"; rrd = ""; disable_hyperscan = true;
  url_tld = "{tld}"; local_addrs = ["198.51.100.1"]; explicit_modules = ["settings"];
  task_timeout = 8s;
  dns {{ nameserver = ["127.0.0.1:1:1"]; timeout = 0.05s; retransmits = 1; sockets = 1; fake_records = {records}; }}
}}
logging {{ type = "file"; filename = "{home}/rspamd.log"; level = "warning"; }}
worker "rspamd_proxy" {{
  bind_socket = "{socket} mode=0666"; milter = yes; timeout = 20s; count = 1; max_retries = 1;
  upstream "local" {{ default = yes; self_scan = yes; }}
}}
lua = "{share}/rules/rspamd.lua";
modules {{ path = "{share}/plugins/"; }}
actions {{ reject = 1000000; }}
dkim {{ dkim_cache_size = 2k; trusted_only = false; skip_multi = false; }}
spf {{ spf_cache_size = 2k; }}
dmarc {{ }}
arc {{ sign_inbound = false; }}
milter_headers {{
  use = ["authentication-results"]; skip_local = false; skip_authenticated = false; extended_headers_rcpt = [];
}}
"""


class Rspamd(Filter):
    """`records`: all TXT records, keys and policies; None for a name that isn't there."""

    end = signal.SIGTERM  # so that its workers end, too

    def __init__(self, root, home, records):
        super().__init__(root, home)
        share, library = self.root / "usr/share/rspamd", self.root / "usr/lib/rspamd"
        answers = [{"name": name, "type": "txt", **({"replies": [value]} if value else {"rcode": "nxdomain"})}
                   for name, value in records.items()]
        few = self.file("tld", "com\nexample\n")  # the whole list takes it half a minute to compile
        conf = self.file("conf", RSPAMD.format(home=self.home, share=share, socket=self.path, tld=few,
                                               records=json.dumps(answers)))
        places = {"SHAREDIR": share, "LUALIBDIR": share / "lualib", "RULESDIR": share / "rules",
                  "PLUGINSDIR": share / "plugins", "CONFDIR": self.root / "etc/rspamd", "LOCAL_CONFDIR": self.home,
                  "DBDIR": self.home, "RUNDIR": self.home, "LOGDIR": self.home}
        self.environment = {"LD_LIBRARY_PATH": str(library)}
        self.words = [self.root / "usr/bin/rspamd", "-f", "-i", "-c", conf,
                      *(f"--var={key}={value}" for key, value in places.items())]
