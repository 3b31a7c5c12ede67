"""triagectl check --online --probe: what is told of a test mail of each mailbox."""

import re

from replies import TOP, parsed
from rig.site import Site
from rig.smtp_server import SmtpServer

SIGNED = (b"Authentication-Results: mx.example.com; dkim=pass header.d=example.com;"
          b" dmarc=pass header.from=example.com\r\n"
          b"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s1; h=from; bh=Zm9v; b=b/Qk3w==\r\n")


def probe(site, address, code=0):
    done = site.ctl("check", "--online", "--probe", address)
    assert done.returncode == code, done.stderr.decode()
    return [line for line in done.stdout.decode().splitlines() if line.startswith("probe: ")]


def test_each_mailbox_writes_to_whom_it_shall(home, start_server):
    server = start_server()
    site = Site(home / "site", top=TOP.format(port=server.port, timeout="5s"), support="brand = acme")
    site.import_crm()
    said = probe(site, "Ann@Example.org")
    ids = [re.fullmatch(rf"probe: {name}: accepted: 250 2.0.0 taken as A1; Message-ID (<.*@example.com>)",
                        line)[1] for name, line in zip(("support", "sales"), said)]
    assert len(said) == 2
    assert [parsed(taken)["Message-ID"] for taken in server.mails] == ids
    assert [parsed(taken)["From"] for taken in server.mails] == [
        "Acme Support <support@example.com>", "sales@example.com"]
    assert [taken[1] for taken in server.mails] == [["RCPT TO:<ann@example.org>"]] * 2


def test_what_isnt_taken_is_a_finding(home, start_server):
    server = start_server("rcpt:550")
    site = Site(home / "site", top=TOP.format(port=server.port, timeout="5s"))
    site.import_crm()
    said = probe(site, "ann@example.org", code=1)
    assert said[0].startswith("probe: support: not accepted: 550 5.0.0 rcpt is refused here; Message-ID")
    site.write(top="")
    assert probe(site, "ann@example.org", code=1) == [
        "probe: nothing is sent to ann@example.org without submission_url"]
    assert probe(site, "ann", code=1) == ["probe: 'ann' is no address"]


def test_what_comes_back_tells_how_it_was_signed(start_site, start_postfix, home, stop_later):
    """The world outside: it takes a mail, and hands it back through our border filter."""
    postfix = start_postfix(f"unix:{home}/site/milter.sock")

    class World(SmtpServer):
        def take(self, sender, recipients, data):
            super().take(sender, recipients, data)
            head = SIGNED if b"From: Acme" in data else b""
            postfix.send(head + self.mails[-1][2], sender.split("<")[1].split(">")[0],
                         ["support@example.com"], client="192.0.2.25")
    world = World()
    stop_later(world)
    site = start_site(top=TOP.format(port=world.port, timeout="20s"), support="brand = acme")
    said = probe(site, "support@example.com", code=1)
    assert said[2] == ("probe: support: came back: dkim=pass, dmarc=pass, spf=none; aligned: "
                       "DMARC pass for example.com by mx.example.com")
    assert said[3].startswith("probe: sales: came back: dkim=none, dmarc=none, spf=none; not proven: ")
    assert not site.tickets()
