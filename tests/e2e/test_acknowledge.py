"""Acknowledgements: the one mail that nobody approves goes to few, says nothing of theirs, and comes to
rest whatever answers it."""

import pytest

from mails import PROVEN, mail
from replies import TOP, hear, parsed
from rig.drafts import Drafts
from rig.process import wait_until
from rig.site import SOURCE

REPLIES = f"reply_dir = {SOURCE}/conf/replies\n"
TOM = "tom@birchandsons.example"


@pytest.fixture
def start_telling(start_site, start_server):
    """A site that acknowledges, its mail server, and its store."""
    def start(fault="", top=""):
        server = start_server(fault)
        site = start_site(top=TOP.format(port=server.port, timeout="1s") + REPLIES + top,
                          support="brand = acme\nacknowledge = acknowledge")
        return site, server, Drafts(site)
    return start


def proven(site, **options):
    return hear(site, Authentication_Results=options.pop("results", PROVEN), **options)


def settled(drafts):
    wait_until(lambda: not drafts.one("SELECT count(*) FROM job"), 20, "all jobs done")


def test_a_proven_sender_is_told_once_and_nothing_of_theirs_is_repeated(start_telling):
    site, server, drafts = start_telling()
    proven(site, subject="Cheap watches", body="Buy them at watches.example", message_id="first@x.example")
    settled(drafts)
    (sender, recipients, data), = server.mails
    told = parsed(server.mails[0])
    assert sender.startswith("MAIL FROM:<>")
    assert recipients == [f"RCPT TO:<{TOM}>"]
    assert told["From"] == "Acme Support <support@example.com>"
    assert told["Subject"] == "Acme Support [SUP-1001]"
    assert told["Auto-Submitted"] == "auto-replied"
    assert told["X-Auto-Response-Suppress"] == "All"
    assert told["In-Reply-To"] == told["References"] == "<first@x.example>"
    assert "SUP-1001" in told.get_content()
    assert b"atches" not in data


NOBODY = {
    "not proven": {"results": "mx.example.com; dmarc=fail header.from=birchandsons.example"},
    "nobody's word": {"results": "elsewhere.example; dmarc=pass header.from=birchandsons.example"},
    "a list": {"List_Id": "<users.birchandsons.example>"},
    "a program": {"Auto_Submitted": "auto-generated"},
    "an absence": {"Auto_Submitted": "auto-replied", "subject": "Out of office"},
    "bulk": {"Precedence": "bulk"},
    "who wants none": {"X_Auto_Response_Suppress": "OOF"},
    "no-reply": {"sender": "no-reply@birchandsons.example",
                 "envelope_sender": "<no-reply@birchandsons.example>"},
    "not named": {"to": "undisclosed-recipients:;"},
    "a bounce": {"envelope_sender": "<>"},
    "another envelope": {"envelope_sender": "<bounces+tom@mailer.example>"},
    "spam": {"X_Spam_Flag": "YES"},
    "ourselves": {"sender": "anna@example.com", "envelope_sender": "<anna@example.com>",
                  "results": "mx.example.com; dmarc=pass header.from=example.com"},
}


def test_whom_nothing_is_told(start_telling):
    site, server, drafts = start_telling()
    for why, options in NOBODY.items():
        proven(site, **options)
        settled(drafts)
        assert (why, server.mails) == (why, [])
    proven(site)
    wait_until(lambda: server.mails, 20, "the same mail without any of it")


def test_a_follow_up_is_not_told_again(start_telling):
    site, server, drafts = start_telling()
    proven(site, message_id="first@x.example")
    settled(drafts)
    drafts.ask("DELETE FROM acknowledgement")
    proven(site, In_Reply_To="<first@x.example>")
    settled(drafts)
    assert len(server.mails) == 1


def test_one_sender_is_told_once_a_day(start_telling):
    site, server, drafts = start_telling()
    for _ in range(3):
        proven(site)
    settled(drafts)
    assert len(server.mails) == 1
    drafts.ask("UPDATE acknowledgement SET at = at - 86400")
    proven(site)
    settled(drafts)
    assert len(server.mails) == 2


def test_all_together_are_told_so_many_times_an_hour(start_telling):
    site, server, drafts = start_telling(top="acknowledge_per_hour = 2")
    for name in ("tom", "ben", "eve"):
        proven(site, sender=f"{name}@birchandsons.example",
               envelope_sender=f"<{name}@birchandsons.example>")
    settled(drafts)
    assert len(server.mails) == 2
    drafts.ask("UPDATE acknowledgement SET at = at - 3600")
    proven(site, sender="ada@birchandsons.example", envelope_sender="<ada@birchandsons.example>")
    settled(drafts)
    assert len(server.mails) == 3


@pytest.mark.parametrize("fault, copies, afterwards", [
    ("connect:421", 0, 1), ("rcpt:450", 0, 1), ("dot:451", 0, 1), ("rcpt:550", 0, 0),
    ("dot:close", 0, 0), ("taken:close", 1, 1), ("taken:hang", 1, 1)])
def test_what_may_have_arrived_is_not_told_again(start_telling, fault, copies, afterwards):
    site, server, drafts = start_telling(fault)
    proven(site)
    wait_until(lambda: drafts.one("SELECT count(*) FROM job WHERE error <> '' AND lease = 0") or
               not drafts.one("SELECT count(*) FROM job"), 20, "the first attempt")
    assert len(server.mails) == copies
    server.fault = ""
    drafts.hurry()
    settled(drafts)
    assert len(server.mails) == afterwards


def answers(told, **more):
    """What programs make of an acknowledgement that reaches them."""
    quoted = {"subject": "Re: " + told["Subject"], "In_Reply_To": told["Message-ID"]}
    yield {**quoted, "Auto_Submitted": "auto-replied", "envelope_sender": "<>", **more}
    yield {**quoted, **more}                  # one that doesn't say what it is
    yield {"subject": "I am away", **more}    # nor what it answers


def test_another_autoresponder_and_we_come_to_rest(start_telling):
    site, server, drafts = start_telling()
    proven(site)
    settled(drafts)
    for options in answers(parsed(server.mails[0])):
        proven(site, **options)
        settled(drafts)
    assert len(server.mails) == 1


def test_our_own_acknowledgement_is_not_acknowledged(start_telling):
    """Two such houses that write to each other: each hears the other's acknowledgement."""
    site, server, drafts = start_telling()
    proven(site)
    settled(drafts)
    _, _, data = server.mails[0]
    head = data.decode().split("\r\n\r\n")[0].replace("\r\n ", " ")
    pairs = dict(line.split(": ", 1) for line in head.split("\r\n"))
    keep = {name.replace("-", "_"): pairs[name]
            for name in ("Auto-Submitted", "X-Auto-Response-Suppress", "In-Reply-To")}
    for envelope_sender in ("<>", "<support@birchandsons.example>"):
        proven(site, sender="support@birchandsons.example", subject=pairs["Subject"],
               envelope_sender=envelope_sender, **keep)
        settled(drafts)
    assert len(server.mails) == 1


def test_an_acknowledgement_that_passes_our_milter_answers_no_ticket(home, start_site, start_postfix):
    postfix = start_postfix(f"unix:{home}/site/milter.sock", domains="example.com, birchandsons.example")
    site = start_site(top=TOP.format(port=postfix.port, timeout="20s") + REPLIES,
                      support="brand = acme\nacknowledge = acknowledge")
    drafts = Drafts(site)
    postfix.send(mail(Authentication_Results=PROVEN), TOM, ["support@example.com"], client="192.0.2.25")
    told = postfix.wait_delivered(TOM)[0]
    settled(drafts)
    assert told["Auto-Submitted"] == "auto-replied"
    assert drafts.status() == "new"
    assert drafts.one("SELECT count(*) FROM message") == 1
