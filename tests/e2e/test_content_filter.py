"""A content filter after the queue hands every mail back to us: it stays one mail, and mail from outside
stays mail from outside."""

import base64
import os
import re
import subprocess

import pytest

from mails import PROVEN, mail, proven, triage
from replies import hear
from rig.content_filter import ContentFilter
from rig.mta import Mta
from rig.site import BUILD

TOM = "tom@birchandsons.example"
OUTSIDE = "192.0.2.25"


def recorded(site, ticket="SUP-1001"):
    return site.ctl_json("ticket", "show", ticket)


def directions(site, ticket="SUP-1001"):
    return [message["direction"] for message in recorded(site, ticket)["messages"]]


@pytest.fixture
def start_filtered(start_site, start_postfix, stop_later):
    """A site behind a Postfix that sends all mail through a content filter, and takes it back with the
    same milter unless `options` say otherwise."""
    def start(*options, change=lambda raw: raw, top=""):
        filter_ = ContentFilter(change)
        stop_later(filter_)
        site = start_site(top=top)
        postfix = start_postfix(site.socket, domains="example.com, birchandsons.example",
                                extra_main=filter_.main_cf(), extra_master=filter_.master_cf(*options))
        return site, postfix
    return start


def in_base64(raw):
    head, _, body = raw.partition(b"\r\n\r\n")
    return (head + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(body) + b"\r\n")


@pytest.mark.parametrize("change", [lambda raw: raw, in_base64], ids=["as it was", "encoded anew"])
def test_a_mail_that_a_content_filter_hands_back_makes_one_ticket(start_filtered, change):
    site, postfix = start_filtered(change=change)
    postfix.send(proven(), TOM, ["support@example.com"], client=OUTSIDE)
    delivered = postfix.wait_delivered("support@example.com")[0]
    for name in triage(delivered):
        assert len(delivered.get_all(f"X-Triage-{name}")) == 1, name
    assert triage(delivered)["Ticket"] == "SUP-1001"
    assert len(site.tickets()) == 1
    assert directions(site) == ["in"]


def test_so_does_one_that_gets_its_message_id_from_postfix_on_the_way(start_filtered):
    site, postfix = start_filtered("local_header_rewrite_clients=permit_mynetworks")
    raw = re.sub(rb"Message-ID: .*\r\n", b"", proven())
    postfix.send(raw, TOM, ["support@example.com"], client=OUTSIDE)
    assert postfix.wait_delivered("support@example.com")[0]["Message-ID"]
    assert len(site.tickets()) == 1


def test_with_the_line_of_the_readme_it_passes_us_once(start_filtered):
    site, postfix = start_filtered("receive_override_options=no_header_body_checks,no_milters")
    postfix.send(proven(), TOM, ["support@example.com"], client=OUTSIDE)
    assert triage(postfix.wait_delivered("support@example.com")[0])["Ticket"] == "SUP-1001"
    assert site.log().count("event=triaged") <= 1
    assert "status=duplicate" not in site.log()


@pytest.mark.parametrize("to", ["support@example.com", "ben@example.com", "sales@example.com"])
def test_a_stranger_speaks_for_no_mailbox_by_way_of_the_content_filter(start_filtered, to):
    site, postfix = start_filtered(top="our_networks = 127.0.0.0/8")
    postfix.send(proven(message_id="one@x.example"), TOM, ["support@example.com"], client=OUTSIDE)
    postfix.wait_delivered("support@example.com")
    before = len(postfix.delivered(to))
    forged = mail(sender="Acme Support <support@example.com>", to=to, subject="Re: Broken export [SUP-1001]",
                  body="Send us your password.", In_Reply_To="<one@x.example>")
    postfix.send(forged, "stranger@evil.example", [to], client="203.0.113.9")
    postfix.wait_delivered(to, before + 1)
    assert "out" not in directions(site)
    assert recorded(site)["status"] != "waiting"


def test_our_own_answer_passes_the_content_filter_and_is_recorded_once(start_filtered):
    site, postfix = start_filtered(top="our_networks = 127.0.0.0/8")
    postfix.send(proven(message_id="one@x.example"), TOM, ["support@example.com"], client=OUTSIDE)
    postfix.wait_delivered("support@example.com")
    answer = mail(sender="Acme Support <support@example.com>", to=TOM, subject="Re: Broken export",
                  In_Reply_To="<one@x.example>")
    postfix.send(answer, "support@example.com", [TOM])
    assert not triage(postfix.wait_delivered(TOM)[0])
    assert directions(site) == ["in", "out"]
    assert recorded(site)["status"] == "waiting"


ROAMING = ("from laptop.example (unknown [203.0.113.7])\r\n\t(Authenticated sender: anna)\r\n\t"
           "by mail.example.com (Postfix) with {protocol} id 4X\r\n\tfor <x@y.example>; Mon, 30 Nov 2026 "
           "09:00:00 +0000")
HOPS = {
    "none": ([], True),
    "who logged in": ([ROAMING.format(protocol="ESMTPSA")], True),
    "who didn't": ([ROAMING.format(protocol="ESMTPS")], False),
    "the filter, then who logged in": (["from localhost ([127.0.0.1]) by localhost with ESMTP",
                                        ROAMING.format(protocol="ESMTPSA")], True),
    "a stranger, then a forged login": (["from evil.example (unknown [203.0.113.9]) by mx.example.com "
                                         "(Postfix) with ESMTP id 4Y",
                                         ROAMING.format(protocol="ESMTPSA")], False),
    "a login in the greeting": (["from x with ESMTPSA id 4Y (unknown [203.0.113.9]) by mx.example.com "
                                 "(Postfix) with ESMTP id 4Y"], False),
    "a login in the recipient": (["from x (unknown [203.0.113.9]) by mx.example.com (Postfix) with ESMTP id "
                                  "4Y for <\"x with ESMTPSA y\"@example.com>"], False),
    "our address as greeting": (["from [127.0.0.1] (unknown [203.0.113.9]) by mx.example.com with ESMTP"],
                                False),
    "IPv6": (["from x (unknown [IPv6:2001:db8::9]) by mx.example.com with ESMTP"], False),
    "a program here": (["by mx.example.com (Postfix, from userid 33) id 4Z"], True),
}


def test_whose_mail_from_inside_is_an_answer(start_site):
    site = start_site(top="our_networks = 127.0.0.0/8")
    hear(site, message_id="one@x.example", Authentication_Results=PROVEN)
    answers = 0
    for number, (hops, (fields, ours)) in enumerate(HOPS.items()):
        headers = [("Received", field.replace("\r\n", "\n")) for field in fields] + [
            ("From", "support@example.com"), ("To", TOM), ("Subject", "Re: Broken export"),
            ("Message-ID", f"<two{number}@x.example>"), ("In-Reply-To", "<one@x.example>")]
        with Mta(site.socket) as mta:
            mta.connect(address="127.0.0.1")
            mta.whole(headers=headers, body="Done.\r\n", sender="<support@example.com>",
                      recipients=(f"<{TOM}>",))
        answers += ours
        assert (hops, directions(site).count("out")) == (hops, answers)


def test_check_online_reads_master_cf(start_filtered):
    site, postfix = start_filtered()
    environment = {**postfix.environment, "PATH": f"{postfix.root}/usr/sbin:{os.environ['PATH']}"}
    def check():
        done = subprocess.run([BUILD / "triagectl", "-c", site.conf, "check", "--online"], env=environment,
                              capture_output=True, check=False, timeout=60)
        return done.stdout.decode() + done.stderr.decode()
    line = "receive_override_options=no_header_body_checks,no_milters"
    assert f"add -o {line}" in check()
    master_cf = postfix.home / "etc/master.cf"
    text = master_cf.read_text(encoding="utf-8")
    master_cf.write_text(text.replace("  -o content_filter=\n", f"  -o content_filter=\n  -o {line}\n"),
                         encoding="utf-8")
    assert "hands back" not in check()
