"""Replies on a real Postfix: handed over, seen by our own milter on their way, delivered, returned."""

import pytest

from mails import mail
from replies import TOP
from rig.drafts import Drafts
from rig.smtp_server import SmtpServer

CUSTOMER = "tom@birchandsons.example"
RETURNING = """\
recipient_delimiter = +
default_transport = smtp:[127.0.0.1]:{far}
internal_mail_filter_classes = bounce
non_smtpd_milters = {milter}
"""


@pytest.fixture
def start_house(home, start_site, start_postfix):
    """A Postfix with our milter in front, that delivers to the customer too, or hands his mail to the
    port `far`; and a site that sends through it and has heard from him."""
    def start(far=None, server=None, timeout="20s"):
        socket = f"unix:{home}/site/milter.sock"
        domains = "example.com" if far else "example.com, birchandsons.example"
        extra = RETURNING.format(far=far, milter=socket) if far else "recipient_delimiter = +"
        postfix = start_postfix(socket, domains=domains, extra_main=extra)
        port = server(postfix) if server else postfix.port
        site = start_site(top=TOP.format(port=port, timeout=timeout), support="brand = acme")
        postfix.send(mail(), CUSTOMER, ["support@example.com"], client="192.0.2.25")
        postfix.wait_delivered("support@example.com")
        return site, Drafts(site), postfix
    return start


def test_a_reply_is_delivered_and_our_milter_knows_it(start_house):
    site, drafts, postfix = start_house()
    draft = drafts.approved(text="Guten Tag Tom,\n\nalles läuft wieder.\n.\n", language="de")
    drafts.wait(draft, "sent")
    reply = postfix.wait_delivered(CUSTOMER)[0]
    assert reply["Return-Path"].startswith("<support+b-1-")
    assert reply["Message-ID"] == "<reply1@example.com>"
    assert reply["From"] == "Acme Support <support@example.com>"
    text = reply.get_content().replace("\r\n", "\n")
    assert text.startswith("Guten Tag Tom,\n\nalles läuft wieder.\n.\n\n-- \nAcme\nHelp\n\nAm ")
    assert "X-Triage-Status" not in reply
    assert drafts.one("SELECT count(*) FROM message WHERE direction = 'out'") == 1
    assert [ticket["name"] for ticket in site.tickets()] == ["SUP-1001"]
    answer = mail(subject="AW: Broken export", In_Reply_To="<reply1@example.com>",
                  body="Danke!\n\n" + "".join(f"> {line}\n" for line in text.splitlines()))
    postfix.send(answer, CUSTOMER, ["support@example.com"], client="192.0.2.25")
    postfix.wait_delivered("support@example.com", 2)
    assert drafts.ask("SELECT t.name, m.text FROM message m JOIN ticket t ON t.id = m.ticket"
                      " ORDER BY m.id DESC LIMIT 1") == [("SUP-1001", "Danke!")]


def test_a_reply_whose_answer_was_lost_is_settled_by_our_own_milter(start_house, stop_later):
    """Something between us and Postfix hands the mail on and breaks off before it says so."""
    def broken(postfix):
        class Between(SmtpServer):
            def take(self, sender, recipients, data):
                super().take(sender, recipients, data)
                postfix.send(self.mails[-1][2], sender.split("<")[1].split(">")[0], [CUSTOMER])
        server = Between("taken:close")
        stop_later(server)
        return server.port
    _, drafts, postfix = start_house(server=broken)
    draft = drafts.approved()
    drafts.wait(draft, "sent")
    assert drafts.one("SELECT count(*) FROM audit WHERE verb = 'draft uncertain'") == 0
    assert len(postfix.wait_delivered(CUSTOMER)) == 1
    assert drafts.status() == "waiting"


def test_a_reply_that_is_refused_over_there_opens_its_ticket_again(start_house, start_server):
    far = start_server("rcpt:550")
    site, drafts, postfix = start_house(far=far.port)
    draft = drafts.approved()
    drafts.wait(draft, "bounced")
    assert drafts.flag() == "reply not delivered"
    assert drafts.status() == "open"
    assert drafts.why(draft) == f"failed 5.0.0 for {CUSTOMER}"
    assert [ticket["name"] for ticket in site.tickets()] == ["SUP-1001"]
    bounce = [message for message in postfix.delivered()
              if message["Delivered-To"].startswith("support+b-1-")]
    assert bounce[0]["X-Triage-Ticket"] == "SUP-1001"
    assert bounce[0]["X-Triage-Status"].startswith("skipped; why=bounce")
    assert not far.mails


def test_a_bounce_address_is_believed_and_a_guess_is_not(start_house):
    _, drafts, postfix = start_house()
    draft = drafts.approved()
    drafts.wait(draft, "sent")
    address = drafts.one("SELECT envelope_sender FROM draft")
    guess = address[:-14] + ("a" if address[-14] != "a" else "b") + address[-13:]
    for recipient in (guess, address):
        assert drafts.state(draft) == "sent"
        report = mail(sender="postmaster@mx.far.example", subject="Mail failure",
                      body="Your message was not delivered.")
        postfix.send(report, "", [recipient], client="192.0.2.99")
        postfix.wait_delivered(recipient)
    drafts.wait(draft, "bounced")
    assert drafts.why(draft) == "a mail server returned it"
    assert drafts.one("SELECT count(*) FROM ticket") == 1
