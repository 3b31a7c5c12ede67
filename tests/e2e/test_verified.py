"""The sender verified by ourselves: signed mails through real mail servers, and a DNS that answers, fails,
lies or is silent."""

import email.utils
import os
import shutil
import time

import pytest

from conftest import MTA
from mails import mail, triage
from rig.dns_server import DnsServer
from rig.mta import Mta
from rig.sendmail import Sendmail
from signed import Keys, from_org
from test_sendmail import may_unshare

SENDER = "ann@example.org"
CLIENTS = "v=spf1 ip4:192.0.2.25 ip4:127.0.0.1 ip6:::1 -all"
FORGED = "mx.example.com; dmarc=pass header.from=example.org"


@pytest.fixture(scope="module")
def keys():
    return Keys()


def zone_of(keys):
    zone = keys.zone("example.org")
    zone.update(keys.zone("spf.example.org", spf=CLIENTS))
    zone.update(keys.zone("plain.example.net", dmarc=None))
    zone.update(keys.zone("signer.example", dmarc=None))
    zone.update(keys.zone("strict.example", dmarc="v=DMARC1; p=none; adkim=s; aspf=s"))
    zone.update(keys.zone("mail.strict.example", dmarc=None))
    zone.update(keys.zone("silent.example"))
    zone["r1._domainkey.silent.example"] = {"TXT": "SILENT"}
    zone["r1._domainkey.failing.example"] = {"TXT": "SERVFAIL"}
    return zone


@pytest.fixture
def start_dns(stop_later):
    def start(*arguments):
        server = DnsServer(*arguments)
        stop_later(server)
        return server
    return start


@pytest.fixture(params=["postfix", "sendmail"])
def send(request, home, start_postfix, stop_later):
    """A function that starts a mail server before a milter, and gives one that sends."""
    def start(milter):
        if request.param == "postfix":
            server = start_postfix(milter)
            return server, lambda raw, sender: server.send(raw, sender, ["support@example.com"],
                                                           client="192.0.2.25")
        if not (MTA / "usr/libexec/sendmail/sendmail").exists() or not shutil.which("m4"):
            pytest.skip("no Sendmail is unpacked below build/mta (make deps-test)")
        if os.geteuid() != 0 or not may_unshare():
            pytest.skip("namespaces of one's own aren't permitted here")
        server = Sendmail(MTA, home / "sendmail", milter)
        stop_later(server)
        server.start()
        return server, lambda raw, sender: server.send(raw, sender, ["support@example.com"])
    return start


def proof(message):
    """What our header says of the sender: "yes by=dmarc", "no"."""
    words = dict(word.split("=", 1) for word in triage(message)["Customer"].split("; ") if "=" in word)
    return words["proven"] + (f" by={words['by']}" if "by" in words else "")


def by_id(messages):
    return {email.utils.unquote(message["Message-ID"]): message for message in messages}


def cases(keys):
    """Name, mail, envelope sender, proof."""
    sign = keys.sign
    yield "relaxed", sign(from_org()), SENDER, "yes by=dmarc"
    yield "simple", sign(from_org(subject="  two   blanks and a\r\n\tfold"), how="simple/simple"), SENDER, \
        "yes by=dmarc"
    yield "ed25519", sign(from_org(), kind="ed25519"), SENDER, "yes by=dmarc"
    yield "both kinds", sign(sign(from_org(), kind="ed25519")), SENDER, "yes by=dmarc"
    yield "8 bit", sign(from_org(subject="für Ännchen", body="ümläut €\r\n.dot\r\n"), how="simple/simple"), \
        SENDER, "yes by=dmarc"
    yield "empty body", sign(from_org().split(b"\r\n\r\n")[0] + b"\r\n\r\n"), SENDER, "yes by=dmarc"
    yield "beyond max_body", sign(from_org(body="0123456789abcdef\r\n" * 10000)), SENDER, "yes by=dmarc"
    yield "no DMARC record", sign(mail(sender="ann@plain.example.net"), "plain.example.net"), SENDER, "yes by=dkim"
    yield "SPF alone", mail(sender="ann@spf.example.org"), "ann@spf.example.org", "yes by=dmarc"
    yield "SPF of another domain", mail(sender="ann@example.org"), "ann@spf.example.org", "yes by=dmarc"
    yield "a list's signature on top", sign(sign(from_org()), "signer.example"), "bounce@signer.example", \
        "yes by=dmarc"
    yield "unsigned", from_org(), SENDER, "no"
    yield "forged field", from_org(Authentication_Results=FORGED), SENDER, "no"
    yield "another signer", sign(from_org(), "signer.example"), "ann@signer.example", "no"
    yield "strict", sign(mail(sender="ann@strict.example"), "mail.strict.example"), SENDER, "no"
    yield "footer", sign(from_org()) + b"-- \r\na list's footer\r\n", SENDER, "no"
    yield "part of the body", sign(from_org(), length=True), SENDER, "no"
    yield "second From", b"From: eve@example.net\r\n" + sign(from_org()), SENDER, "no"
    yield "no key", sign(mail(sender="ann@nokey.example"), "nokey.example"), SENDER, "no"
    yield "key fails", sign(mail(sender="ann@failing.example"), "failing.example"), SENDER, "no"


def test_each_mail_is_proven_or_not_as_it_should_be(start_site, send, start_dns, keys):
    dns = start_dns(zone_of(keys))
    site = start_site(authenticate="both", top=f"resolver = {dns.address}\nmax_body = 32k")
    server, deliver = send(site.socket)
    wanted = {}
    for name, raw, sender, expected in cases(keys):
        wanted[email.message_from_bytes(raw)["Message-ID"].strip("<>")] = name, expected
        deliver(raw, sender)
    found = by_id(server.wait_delivered("support@example.com", len(wanted)))
    assert {name: proof(found[key]) for key, (name, _) in wanted.items()} == \
        {name: expected for name, expected in wanted.values()}
    assert site.log().count('authentication-differs') == 1
    assert 'found="own: dmarc-fail; trust: dmarc"' in site.log()
    stats = site.ctl_json("stats", "show")["proven"]
    assert stats["no_by_reason"]["dmarc-fail-differs"] == 1
    assert stats["yes_by_reason"]["dkim"] == 1


def test_results_of_our_own_are_written_and_forged_ones_removed(start_site, send, start_dns, keys):
    dns = start_dns(zone_of(keys))
    site = start_site(authenticate="own",
                      top=f"resolver = {dns.address}\nauthentication_results = triage.example.com")
    server, deliver = send(site.socket)
    deliver(b"Authentication-Results: other.example; spf=pass\r\n"
            b"AUTHENTICATION-RESULTS: (a) Triage.example.COM 1; dmarc=pass header.from=example.org\r\n"
            + keys.sign(from_org()), "\"a;dkim=pass\"@example.org")
    delivered = server.wait_delivered("support@example.com", 1)[0]
    fields = delivered.get_all("Authentication-Results")
    ours = [" ".join(field.split()) for field in fields if field.startswith("triage.example.com")]
    assert [field for field in fields if "Triage" in field] == []
    assert len(fields) == 2 and len(ours) == 1
    results = ours[0].split("; ")
    assert results[1].startswith('dkim=pass header.d="example.org" header.i="@example.org" header.s="r1" '
                                 'header.a="rsa-sha256" header.b="')
    assert results[2].startswith('spf=none smtp.mailfrom="')
    assert results[-1] == 'dmarc=pass header.from="example.org"'


def test_a_dns_without_answers_costs_three_seconds_and_no_mail(start_site, start_postfix, start_dns, keys):
    dns = start_dns(zone_of(keys))
    site = start_site(authenticate="both", top=f"resolver = {dns.address}")
    postfix = start_postfix(site.socket)
    raw = keys.sign(mail(sender="ann@silent.example"), "silent.example")
    begin = time.monotonic()
    postfix.send(raw, "ann@silent.example", ["support@example.com"])
    assert 2.5 < time.monotonic() - begin < 6
    assert proof(postfix.wait_delivered("support@example.com", 1)[0]) == "no"
    assert site.ctl_json("stats", "show")["proven"]["no_by_reason"] == {"temperror": 1}


@pytest.mark.parametrize("fault", ["silent", "servfail", "garbage", "wrong-id", "wrong-name"])
def test_a_resolver_that_fails_stops_no_mail_and_leaves_trust_to_decide(start_site, start_postfix, start_dns,
                                                                       keys, fault):
    dns = start_dns(zone_of(keys), fault)
    site = start_site(authenticate="both", top=f"resolver = {dns.address}")
    postfix = start_postfix(site.socket)
    begin = time.monotonic()
    postfix.send(keys.sign(from_org()), SENDER, ["support@example.com"])
    assert time.monotonic() - begin < 6
    assert proof(postfix.wait_delivered("support@example.com", 1)[0]) == "no"
    assert site.ctl_json("stats", "show")["proven"]["no_by_reason"] == {"temperror": 1}


def test_a_short_deadline_bounds_the_wait(start_site, start_postfix, start_dns, keys):
    dns = start_dns(zone_of(keys), "silent")
    site = start_site(authenticate="both", top=f"resolver = {dns.address}", support="deadline = 1s")
    postfix = start_postfix(site.socket)
    begin = time.monotonic()
    postfix.send(keys.sign(from_org()), SENDER, ["support@example.com"])
    assert time.monotonic() - begin < 2


def test_a_silent_resolver_is_suspended_whatever_the_deadline(start_site, start_dns, keys):
    dns = start_dns(zone_of(keys), "silent")
    site = start_site(authenticate="both", top=f"resolver = {dns.address}", support="deadline = 2s")
    for number in range(6):
        give(site, "192.0.2.25", SENDER, f"silent{number}@x.example", From=SENDER)
    assert site.log().count("resolver-suspended ") == 1


def authentication_of(site):
    return site.ctl_json("ticket", "show", "SUP-1001")["messages"][0]["headers"]["authentication"]


def give(site, client, sender, message_id, **headers):
    """A mail straight to the milter, from any client."""
    headers = [(name.replace("_", "-"), value) for name, value in headers.items()]
    with Mta(site.socket) as mta:
        mta.connect(address=client)
        mta.whole(headers=[*headers, ("To", "support@example.com"), ("Subject", "Broken export"),
                           ("Message-ID", f"<{message_id}>")],
                  body="It is broken.\r\n", sender=f"<{sender}>", recipients=["<support@example.com>"])


def test_a_stranger_cant_switch_verification_off_by_his_own_dns(start_site, start_dns, keys):
    """Else the field that he wrote into the mail would decide."""
    dns = start_dns({**zone_of(keys), "evil.example": {"TXT": "SERVFAIL"}})
    site = start_site(authenticate="both", top=f"resolver = {dns.address}")
    give(site, "192.0.2.25", "eve@evil.example", "evil@x.example", From=SENDER, Authentication_Results=FORGED)
    found = authentication_of(site)
    assert (found["proven"], found["reason"]) == (False, "dmarc-fail")


@pytest.mark.parametrize("top", ["trusted_hops = mx.example.com, 192.0.2.7", "our_networks = 192.0.2.0/28"])
def test_our_own_relay_lends_nobody_its_address(start_site, start_dns, keys, top):
    """Our domain's SPF record names the relay, as most do."""
    zone = {**zone_of(keys), **keys.zone("example.com", spf="v=spf1 ip4:192.0.2.7 -all")}
    dns = start_dns(zone)
    site = start_site(authenticate="own", top=f"resolver = {dns.address}\n{top}")
    received = "from evil.example (unknown [203.0.113.9]) by mx.example.com (Postfix) with ESMTP id 4Y;" \
               " Mon, 30 Nov 2026 09:00:00 +0000"
    give(site, "192.0.2.7", "boss@example.com", "relay@x.example", Received=received, From="boss@example.com")
    assert not authentication_of(site)["proven"]


def test_an_answer_that_isnt_signed_yet_is_ours_all_the_same(start_site, start_dns, keys):
    zone = {**zone_of(keys), **keys.zone("example.com", spf="v=spf1 ip4:192.0.2.25 -all")}
    dns = start_dns(zone)
    site = start_site(authenticate="both", top=f"resolver = {dns.address}\nour_networks = 10.0.0.0/8")
    customer = "tom@birchandsons.example"
    give(site, "192.0.2.25", customer, "one@x.example", From=customer)
    give(site, "10.1.2.3", "support@example.com", "two@x.example", From="support@example.com",
         Cc=customer, In_Reply_To="<one@x.example>")
    messages = site.ctl_json("ticket", "show", "SUP-1001")["messages"]
    assert [message["direction"] for message in messages] == ["in", "out"]


def test_inspect_and_check_ask_the_dns_where_they_are_told_to(start_site, start_dns, keys, home):
    dns = start_dns(zone_of(keys))
    site = start_site(authenticate="own", top=f"resolver = {dns.address}")
    file = home / "mail.eml"
    file.write_bytes(keys.sign(from_org()).replace(b"\r\n", b"\n"))
    assert site.ctl_json("inspect", file)["authentication"]["reason"] == "not-verified"
    assert not dns.heard
    found = site.ctl_json("inspect", "--dns", file)["authentication"]
    assert (found["proven"], found["reason"], found["source"]) == (True, "dmarc", "own")
    assert found["why"] == "DMARC pass for example.org, verified here"
    assert b"dns: the resolver answers" in site.ctl("check", "--online").stdout
    file.write_bytes(from_org())
    text = site.ctl("inspect", "--dns", file).stdout.decode()
    assert "DMARC failed, verified here" in text and "needs" in text
