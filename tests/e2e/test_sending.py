"""Approved replies on their way out: at most once, whatever the mail server does, and known to their
tickets."""

import os
import re
import subprocess

import pytest

from replies import hear, parsed
from rig.process import wait_until
from rig.site import BUILD

TOM = "tom@birchandsons.example"
PEOPLE = ["ann", "ben", "cleo", "dora", "emil", "fay", "gus", "hal"]
LONG = "Hello Tom,\n\n" + "we have mended all of it, at last.\n" * 60


def test_a_reply_stands_in_its_thread_and_looks_like_the_house(start_server, start_sending):
    server = start_server()
    _, drafts = start_sending(server.port)
    draft = drafts.approved(cc=["ben@birchandsons.example"])
    drafts.wait(draft, "sent")
    sender, recipients, _ = server.mails[0]
    reply = parsed(server.mails[0])
    assert re.match(r"MAIL FROM:<support\+b-1-[a-z2-7]{16}@example\.com>", sender)
    assert recipients == ["RCPT TO:<tom@birchandsons.example>", "RCPT TO:<ben@birchandsons.example>"]
    assert reply["From"] == "Acme Support <support@example.com>"
    assert reply["To"] == "Tom Birch <tom@birchandsons.example>"
    assert reply["Cc"] == "ben@birchandsons.example"
    assert reply["Subject"] == "Re: Broken export [SUP-1001]"
    assert reply["Message-ID"] == "<reply1@example.com>"
    original = drafts.one("SELECT message_id FROM message WHERE direction = 'in'")
    assert reply["In-Reply-To"] == reply["References"] == f"<{original}>"
    assert "Auto-Submitted" not in reply
    text = reply.get_content().replace("\r\n", "\n")
    assert text.startswith("Hello Tom,\n\nwe have mended it.\n\n-- \nAcme\nHelp\n\nOn ")
    assert text.endswith("wrote:\n> The export button is broken.\n")


def test_what_was_sent_is_the_tickets_answer(start_server, start_sending):
    server = start_server()
    site, drafts = start_sending(server.port)
    drafts.wait(drafts.approved(), "sent")
    answer = drafts.ask("SELECT message_id, text FROM message WHERE direction = 'out'")
    assert answer == [("reply1@example.com", "Hello Tom,\n\nwe have mended it.")]
    assert drafts.status() == "waiting"
    wait_until(lambda: not drafts.one("SELECT count(*) FROM job"), 20, "the customer's timeline")
    marks = hear(site, subject="Re: Broken export", In_Reply_To="<reply1@example.com>",
                 body="Thanks.\n\nOn Monday Acme Support wrote:\n> we have mended it.")
    assert marks["X-Triage-Ticket"] == "SUP-1001"
    assert drafts.status() == "open"


# What the mail server does, what becomes of the draft, and how many copies there are.
FAULTS = [
    ("connect:421", "approved", 0), ("connect:554", "approved", 0), ("connect:close", "approved", 0),
    ("connect:hang", "approved", 0),
    ("ehlo:550", "approved", 0), ("mail:530", "approved", 0), ("mail:451", "approved", 0), ("mail:550", "failed", 0), ("mail:close", "approved", 0),
    ("rcpt:450", "approved", 0), ("rcpt:550", "failed", 0), ("rcpt:hang", "approved", 0),
    ("data:451", "approved", 0), ("data:554", "failed", 0), ("data:close", "approved", 0),
    ("dot:451", "approved", 0), ("dot:554", "failed", 0),
    ("dot:close", "uncertain", 0), ("dot:hang", "uncertain", 0),
    ("taken:close", "uncertain", 1), ("taken:hang", "uncertain", 1),
]


def test_no_fault_of_a_mail_server_sends_twice_or_loses_what_was_approved(start_server, start_sending):
    """Each fault strikes a reply of its own; afterwards the server is well and everything that waits is
    tried at once: what may have arrived is left alone, the rest arrives once."""
    server = start_server()
    _, drafts = start_sending(server.port)
    for fault, state, copies in FAULTS:
        server.fault, server.mails = fault, []
        draft = drafts.approved(text=LONG)
        wait_until(lambda: drafts.attempted(draft), 20, fault)
        assert (fault, drafts.state(draft), len(server.mails)) == (fault, state, copies)
        assert drafts.why(draft) or state == "approved"
        server.fault = ""
        drafts.hurry()
        if state == "approved":
            drafts.wait(draft, "sent")
            copies += 1
        assert drafts.state(draft) == ("sent" if state == "approved" else state)
        wait_until(lambda: not drafts.one("SELECT count(*) FROM job"), 20, "all jobs done")
        assert (fault, len(server.mails)) == (fault, copies)
        answers = drafts.one("SELECT count(*) FROM message WHERE message_id = :id",
                             id=f"reply{draft}@example.com")
        assert answers == (0 if state == "failed" else 1)
        drafts.ask("UPDATE draft SET state = 'rejected' WHERE state = 'uncertain'")


def test_trouble_with_the_server_is_one_alarm_and_fails_no_reply(start_server, start_sending):
    server = start_server("connect:554")
    site, drafts = start_sending(server.port)
    draft = drafts.approved()
    for attempts in range(1, 4):
        wait_until(lambda n=attempts: drafts.one("SELECT count(*) FROM job WHERE draft = :draft AND lease = 0"
                                                 " AND attempts = :n", draft=draft, n=n), 20, "an attempt")
        assert drafts.state(draft) == "approved"
        if attempts == 3:
            server.fault = ""
        drafts.hurry()
    drafts.wait(draft, "sent")
    assert site.log().count("submission-trouble ") == site.log().count("submission-back ") == 1
    assert "554 5.0.0 connect is refused here" in site.log()


@pytest.mark.parametrize("fault, copies", [("rcpt:hang", 0), ("dot:hang", 0), ("taken:hang", 1)])
def test_a_worker_that_is_killed_leaves_a_reply_uncertain(start_server, start_sending, fault, copies):
    server = start_server(fault)
    site, drafts = start_sending(server.port, timeout="5min")
    draft = drafts.approved()
    step = {"rcpt": "RCPT TO", "dot": "DATA", "taken": "DATA"}[fault.split(":")[0]]
    wait_until(lambda: any(line.startswith(step) for line in server.lines), 20, step)
    wait_until(lambda: len(server.mails) == copies, 20, "the mail")
    site.daemon.child.kill()
    site.daemon.child.wait(10)
    assert drafts.state(draft) == "sending"
    server.fault = ""
    drafts.hurry()
    site.start()
    drafts.wait(draft, "uncertain")
    assert drafts.why(draft) == "the worker that was sending it has gone"
    assert drafts.flag() == "reply uncertain"
    assert len(server.mails) == copies
    wait_until(lambda: not drafts.one("SELECT count(*) FROM job"), 20, "the customer's timeline")


def test_a_worker_that_has_lost_its_lease_does_not_complete_the_mail(start_server, start_sending):
    """It waits for the server while another worker of the same daemon finds the draft attempted."""
    server = start_server("rcpt:pause")
    site, drafts = start_sending(server.port, timeout="1min")
    draft = drafts.approved()
    wait_until(lambda: any(line.startswith("RCPT TO") for line in server.lines), 20, "RCPT")
    drafts.hurry()
    drafts.wait(draft, "uncertain")
    server.resumed.set()
    wait_until(lambda: "job-lost" in site.log(), 20, "the worker that was late")
    assert drafts.state(draft) == "uncertain"
    assert not server.mails
    wait_until(lambda: not drafts.one("SELECT count(*) FROM job"), 20, "the customer's timeline")


@pytest.mark.parametrize("fault, state", [("rcpt:hang", "approved"), ("dot:hang", "uncertain")])
def test_a_stop_doesnt_wait_for_a_server_that_hangs(start_server, start_sending, fault, state):
    server = start_server(fault)
    site, drafts = start_sending(server.port, timeout="5min")
    draft = drafts.approved()
    step = {"rcpt": "RCPT TO", "dot": "DATA"}[fault.split(":")[0]]
    wait_until(lambda: any(line.startswith(step) for line in server.lines), 20, step)
    assert site.stop() == 0
    assert drafts.state(draft) == state


def test_of_many_who_approve_at_once_one_does_and_the_others_hear_who(start_server, start_sending):
    """A process for each of them."""
    server = start_server()
    site, drafts = start_sending(server.port)
    for _ in range(3):
        server.mails = []
        draft = drafts.waiting()
        code = site.ctl_json("draft", "show", str(draft))["code"]
        tried = [subprocess.Popen(
            [BUILD / "triagectl", "-c", site.conf, "draft", "approve", str(draft), code, "--to", TOM],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env=dict(os.environ, SUDO_USER=person)) for person in PEOPLE]
        said = [process.communicate(timeout=60)[1].decode() for process in tried]
        winners = [person for person, process in zip(PEOPLE, tried) if process.returncode == 0]
        assert len(winners) == 1, said
        for person, words in zip(PEOPLE, said):
            assert person in winners or re.search(
                rf"draft {draft} is .*approved by {winners[0]}; nothing was changed", words), words
        drafts.wait(draft, "sent")
        wait_until(lambda: not drafts.one("SELECT count(*) FROM job"), 20, "all jobs done")
        assert len(server.mails) == 1
        assert drafts.ask("SELECT by FROM audit WHERE verb = 'draft approve' AND after ->> '$.draft' = :id",
                          id=draft) == [(winners[0],)]


@pytest.mark.parametrize("parts, state", [
    ({"subject": "Re: Yours\r\nBcc: eve@evil.example"}, "failed"),
    ({"subject": "Re: Yours\n\nEvil words."}, "failed"),
    ({"to": "tom@birchandsons.example>\r\nRCPT TO:<eve@evil.example"}, "failed")])
def test_a_line_end_where_a_header_is_to_be_sends_nothing(start_server, start_sending, parts, state):
    server = start_server()
    _, drafts = start_sending(server.port)
    draft = drafts.approved(**parts)
    drafts.wait(draft, state)
    assert drafts.why(draft)
    wait_until(lambda: not drafts.one("SELECT count(*) FROM job"), 20, "the job")
    assert not server.lines and not server.mails


def test_a_reply_that_nobody_takes_is_given_back_at_last(start_server, start_sending):
    server = start_server("rcpt:450")
    _, drafts = start_sending(server.port)
    draft = drafts.approved()
    wait_until(lambda: drafts.attempted(draft), 20, "the first attempt")
    drafts.ask("UPDATE job SET attempts = 51, due = 0")
    drafts.wait(draft, "failed")
    assert drafts.why(draft) == "given up after 52 attempts: 450 4.0.0 rcpt is refused here"


def test_what_is_rejected_in_time_is_not_sent(start_server, start_sending):
    server = start_server("connect:421")
    _, drafts = start_sending(server.port)
    draft = drafts.approved()
    wait_until(lambda: drafts.attempted(draft), 20, "the first attempt")
    drafts.ask("UPDATE draft SET state = 'rejected'")
    server.fault = ""
    drafts.hurry()
    wait_until(lambda: not drafts.one("SELECT count(*) FROM job"), 20, "the job")
    assert drafts.state(draft) == "rejected"
    assert not server.mails


@pytest.mark.parametrize("change", [
    "text = text || 'Pay here.'", "recipients = replace(recipients, 'birchandsons', 'evil')",
    "recipients = json_set(recipients, '$.to[0].name', 'Tom' || char(13, 10) || 'Bcc: eve@evil.example')"])
def test_what_was_changed_behind_the_desk_is_a_persons_again(start_server, start_sending, change):
    server = start_server("connect:421")
    site, drafts = start_sending(server.port)
    draft = drafts.approved()
    wait_until(lambda: drafts.attempted(draft), 20, "the first attempt")
    drafts.ask(f"UPDATE draft SET {change}")
    server.fault = ""
    drafts.hurry()
    drafts.wait(draft, "waiting")
    why = "text, recipients, signature or quotation are not those that were approved"
    assert drafts.why(draft) == why
    assert drafts.ask("SELECT verb, after ->> '$.why' FROM audit ORDER BY id DESC LIMIT 1") == [
        ("draft return", why)]
    wait_until(lambda: not drafts.one("SELECT count(*) FROM job"), 20, "the job")
    assert not server.mails
    assert f"reply-refused why=\"draft {draft} is not sent: {why}\"" in site.log()
    site.approve(draft, "--confirm", "all", "--to", drafts.recipient(draft), check=True)
    drafts.wait(draft, "sent")
    assert len(server.mails) == 1


def test_a_bounce_address_behind_a_minus_is_the_mailboxs_too(start_sending, start_server):
    server = start_server()
    site, drafts = start_sending(server.port, support="delimiter = -")
    draft = drafts.approved()
    drafts.wait(draft, "sent")
    address = drafts.one("SELECT envelope_sender FROM draft")
    assert address.startswith("support-b-1-")
    marks = hear(site, sender="mailer-daemon@mx.far.example", subject="Mail failure",
                 envelope_sender="<>", recipients=[f"<{address}>"])
    assert marks["X-Triage-Ticket"] == "SUP-1001"
    assert drafts.state(draft) == "bounced"


def test_without_a_delimiter_a_bounce_is_known_by_what_it_returns(start_sending, start_server):
    server = start_server()
    site, drafts = start_sending(server.port, support="delimiter = none")
    draft = drafts.approved()
    drafts.wait(draft, "sent")
    assert server.mails[0][0].startswith("MAIL FROM:<support@example.com>")
    hear(site, sender="mailer-daemon@mx.far.example", subject="Undelivered Mail", envelope_sender="<>",
         body="I couldn't deliver this.\n\n--- The header ---\nMessage-ID: <reply1@example.com>\n")
    assert drafts.state(draft) == "bounced"
