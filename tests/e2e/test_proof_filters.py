"""Who is proven behind real OpenDKIM, OpenDMARC and rspamd.

All mails go once through every chain of filters, each before a triage-milter of its own, with the
header_checks of contrib/postfix and without them (as with Sendmail)."""

import concurrent.futures
import contextlib
import re
import shutil
import smtplib
import tempfile
from pathlib import Path

import pytest

pytest.importorskip("dkim", reason="python3-dkim isn't installed (make deps-test)")

# pylint: disable=wrong-import-position
from conftest import MTA  # noqa: E402
from proof_mails import CUSTOMER, EVIL, QUIET, Keys, of_customer, of_stranger  # noqa: E402
from rig.filters import OpenDkim, OpenDmarc, Rspamd  # noqa: E402
from rig.postfix import MILTER_LINE, Postfix  # noqa: E402
from rig.process import free_port, wait_until  # noqa: E402
from rig.site import SOURCE, Site  # noqa: E402

pytestmark = pytest.mark.skipif(
    not all((MTA / path).exists() for path in ("usr/sbin/opendkim", "usr/sbin/opendmarc", "usr/bin/rspamd")),
    reason="no filters are unpacked below build/mta (make deps-test)")

# Chain ─▶ what the administrator has to write for it, and whether it stands without header_checks.
CHAINS = {
    "opendkim-quiet": ("trust = mx.example.com", False),  # writes nothing on unsigned mail
    "opendkim-named": ("trust mx.example.com { methods = dkim }", True),
    "pair": ("trust mx.example.com { methods = dkim, dmarc }", True),
    "rspamd": ("trust = mx.example.com", True),
}
LANES = [(chain, guarded) for chain, (_, stands) in CHAINS.items() for guarded in (True, False)
         if guarded or stands]
SERVICE = """\
127.0.0.1:{port} inet n - n - - smtpd
  -o {{ smtpd_milters = {milters} }}
  -o cleanup_service_name={cleanup}
"""
CLEANUP = "open unix n - n - 0 cleanup\n  -o header_checks=\n"


class Lanes:
    """Everything that was delivered, by (chain, guarded) and Message-ID."""

    def __init__(self, home, keep):
        self.keys = Keys(home)
        self.home, self.keep, self.ports, self.arrived = home, keep, {}, {}
        dmarc = {f"_dmarc.{CUSTOMER}": "v=DMARC1; p=reject"}
        signer = self.started(OpenDkim(MTA, home / "signer", signs=(CUSTOMER, "s1", self.keys.path)))
        dkim_always = self.started(OpenDkim(MTA, home / "opendkim", self.keys.records))
        dkim_quiet = self.started(OpenDkim(MTA, home / "quiet", self.keys.records, always=False))
        dmarc_filter = self.started(OpenDmarc(MTA, home / "opendmarc", dmarc))
        more = {EVIL: "v=spf1 ip4:192.0.2.25 -all", **{f"_dmarc.{domain}": None for domain in (QUIET, EVIL)}}
        rspamd = self.started(Rspamd(MTA, home / "rspamd", {**self.keys.records, **dmarc, **more}))
        self.filters = {"opendkim-quiet": [dkim_quiet], "opendkim-named": [dkim_always],
                        "pair": [dkim_always, dmarc_filter], "rspamd": [rspamd]}
        services = "".join(self.services(chain) for chain in CHAINS)
        checks = SOURCE / "contrib/postfix/triage_header_checks"
        self.postfix = self.started(Postfix(MTA, home / "postfix", "", extra_master=services + CLEANUP,
                                            extra_main=f"header_checks = regexp:{checks}"))
        self.stranger, self.customer = of_stranger(self.keys), of_customer(self.keys, signer)

    def started(self, thing):
        self.keep.callback(thing.stop)
        return thing.start()

    def services(self, chain):
        """The smtpds of a chain, and the triage-milter at its end."""
        site = Site(self.home / f"site-{chain}", top="trust_arc = lists.example.net", trust=CHAINS[chain][0])
        site.import_crm()
        self.started(site)
        milters = ", ".join([*(each.socket for each in self.filters[chain]), MILTER_LINE.format(socket=site.socket)])
        lines = ""
        for guarded in (True, False):
            port = self.ports[chain, guarded] = free_port()
            lines += SERVICE.format(port=port, milters=milters, cleanup="cleanup" if guarded else "open")
        return lines

    def send(self, lane, path, mail):
        """Was it taken?"""
        with smtplib.SMTP("127.0.0.1", self.ports[lane], local_hostname="client.example", timeout=60) as smtp:
            smtp.ehlo()
            smtp.docmd("XCLIENT", "ADDR=192.0.2.25 NAME=[UNAVAILABLE]")
            smtp.ehlo()
            assert smtp.docmd("MAIL", f"FROM:{path}")[0] == 250, path
            assert smtp.docmd("RCPT", "TO:<support@example.com>")[0] == 250
            code, said = smtp.data(f"X-Lane: {lane[0]} {lane[1]}\r\n".encode() + mail)
            assert code in (250, 451), (lane, said, mail)
            return code == 250

    def revive(self, chain):
        for each in self.filters[chain]:
            if not each.child.running():
                each.start()

    def send_through(self, chain):
        """A mail at a time: OpenDMARC reads beyond its own array where a field has forty results, and
        may end by that."""
        lanes = [lane for lane in LANES if lane[0] == chain]
        sent = 0
        for lane in lanes:
            for name, (path, mail) in [*self.stranger.items(), *self.customer.items()]:
                taken = self.send(lane, path, mail)
                if not taken:
                    self.revive(chain)
                    taken = self.send(lane, path, mail)
                assert taken or name.startswith("forty-first"), (lane, name)
                sent += taken
        return sent

    def send_all(self):
        with concurrent.futures.ThreadPoolExecutor(len(CHAINS)) as pool:
            sent = sum(pool.map(self.send_through, CHAINS))
        folder = self.postfix.home / "mail/all/new"
        wait_until(lambda: folder.is_dir() and len(list(folder.iterdir())) == sent, 60, f"{sent} mails")
        for message in self.postfix.delivered():
            chain, guarded = message["X-Lane"].split()
            self.arrived[chain, guarded == "True", message["Message-ID"].strip("<>")] = message


@pytest.fixture(scope="module")
def lanes():
    home = Path(tempfile.mkdtemp(prefix="triage-test-"))
    home.chmod(0o755)
    with contextlib.ExitStack() as keep:
        keep.callback(shutil.rmtree, home, ignore_errors=True)
        every = Lanes(home, keep)
        every.send_all()
        yield every


def arrived(lanes, lane, mail):
    number = mail[1].split(b"Message-ID: <")[1].split(b">")[0].decode()
    return lanes.arrived.get((*lane, number), {})


def verdicts(lanes, lane, mails):
    """Name ─▶ "proven=yes" or "proven=no", as the header says, of the mails that were taken."""
    every = {name: arrived(lanes, lane, mail) for name, mail in mails.items()}
    return {name: re.search(r"proven=\w+", mail["X-Triage-Customer"])[0] for name, mail in every.items() if mail}


def name_of(lane):
    return f"{lane[0]}-{'guarded' if lane[1] else 'unguarded'}"


@pytest.mark.parametrize("lane", LANES, ids=name_of)
def test_no_stranger_is_proven(lanes, lane):
    found = verdicts(lanes, lane, lanes.stranger)
    assert len(found) > 100
    assert not {name for name, proven in found.items() if proven != "proven=no"}


@pytest.mark.parametrize("lane", LANES, ids=name_of)
def test_the_customer_is_proven(lanes, lane):
    found = verdicts(lanes, lane, lanes.customer)
    assert len(found) == 14
    assert not {name for name, proven in found.items() if proven != "proven=yes"}


@pytest.mark.parametrize("lane, name, written", [
    (("pair", False), "spf-same-envelope-customer", "dmarc=pass (p=reject dis=none)"),
    (("opendkim-named", False), "identity-dkim-quiet", "header.i=a;dkim=pass header.d=quiet.example;x@evil"),
    (("rspamd", False), "envelope-customer", "dmarc=pass header.from=customer.example;"),
], ids=["opendmarc", "opendkim", "rspamd"])
def test_a_stranger_does_write_into_the_filters_own_field(lanes, lane, name, written):
    """Else the tests above would show nothing."""
    field = arrived(lanes, lane, lanes.stranger[name]).get_all("Authentication-Results")[0]
    assert written in " ".join(field.split())


def test_header_checks_remove_forged_fields_and_leave_those_of_filters(lanes):
    for lane in LANES:
        for name, mail in lanes.customer.items():
            assert arrived(lanes, lane, mail)["Authentication-Results"], (lane, name)
        fields = arrived(lanes, lane, lanes.stranger["spf-customer"]).get_all("Authentication-Results", [])
        forged = [field for field in fields if "spf=pass smtp.mailfrom=customer.example" in field]
        assert bool(forged) == (not lane[1] and lane[0] != "rspamd"), (lane, fields)
