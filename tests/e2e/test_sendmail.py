"""A real Sendmail in front: what differs from Postfix is the order of macros, its own way with headers
and its own words for a filter that is down."""

import os
import shutil
import smtplib
import sqlite3
import subprocess

import pytest

from conftest import MTA
from mails import mail, triage
from rig.process import free_port
from rig.sendmail import Sendmail
from rig.traffic import all_at_once

SENDER = "tom@birchandsons.example"


def may_unshare():
    return subprocess.run(["unshare", "--uts", "--mount", "true"], capture_output=True,
                          check=False).returncode == 0


pytestmark = [
    pytest.mark.skipif(not (MTA / "usr/libexec/sendmail/sendmail").exists() or not shutil.which("m4"),
                       reason="no Sendmail is unpacked below build/mta (make deps-test)"),
    pytest.mark.skipif(os.geteuid() != 0 or not may_unshare(),
                       reason="namespaces of one's own aren't permitted here"),
]


@pytest.fixture
def start_sendmail(home, stop_later):
    def start(milter):
        sendmail = Sendmail(MTA, home / "sendmail", milter)
        stop_later(sendmail)
        return sendmail.start()
    return start


def send(sendmail, raw, to="support@example.com", count=1):
    recipients = [to] if isinstance(to, str) else to
    sendmail.send(raw, SENDER, recipients)
    return sendmail.wait_delivered(recipients[0], count)[-1]


def test_a_mail_in_scope_is_tagged_and_one_out_of_scope_is_not(start_site, start_sendmail):
    site = start_site()
    sendmail = start_sendmail(site.socket)
    marks = triage(send(sendmail, mail(body="An outage.")))
    assert marks["Status"].startswith("fallback; why=no-engine; ms=")
    assert (marks["Ticket"], marks["Category"]) == ("SUP-1001", "technical")
    assert not triage(send(sendmail, mail(to="ben@example.com"), "ben@example.com"))
    assert [ticket["name"] for ticket in site.tickets()] == ["SUP-1001"]


def test_a_recipient_out_of_scope_first_does_not_hide_the_next(start_site, start_sendmail):
    sendmail = start_sendmail(start_site().socket)
    delivered = send(sendmail, mail(), ["ben@example.com", "support@example.com"])
    assert triage(delivered)["Ticket"] == "SUP-1001"


def test_forged_headers_are_removed_in_any_case_and_number(start_site, start_sendmail):
    sendmail = start_sendmail(start_site().socket)
    forged = (b"X-Triage-Queue: forged1\r\nx-triage-QUEUE: forged2\r\nX-Triage-Status: forged3\r\n"
              b"X-TRIAGE-Queue: forged4\r\nX-Triage-Evil: forged5\r\n")
    delivered = send(sendmail, forged + mail())
    assert "forged" not in delivered.as_string()
    assert [len(delivered.get_all(f"X-Triage-{name}")) for name in triage(delivered)] == \
        [1] * len(triage(delivered))
    assert triage(delivered)["Status"].startswith("fallback")


def test_a_store_that_fails_says_so_and_a_model_that_answers_too(start_site, start_sendmail, start_model,
                                                                 home):
    model = start_model()
    site = start_site(llm=model.conf(home),
                      support="engines = model\n    prompt = support\n    deadline = 2s")
    sendmail = start_sendmail(site.socket)
    assert triage(send(sendmail, mail(body="Refund the invoice.")))["Status"].startswith("llm; ms=")
    other = sqlite3.connect(site.home / "triage.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    marks = triage(send(sendmail, mail(), count=2))
    other.close()
    assert marks.keys() == {"Status"}
    assert marks["Status"].startswith("failed; why=store; ms=")


def test_tempfail_is_passed_on_where_the_mailbox_asks_for_it(start_site, start_sendmail):
    site = start_site(support="deadline = 1s\n    on_failure = tempfail")
    sendmail = start_sendmail(site.socket)
    other = sqlite3.connect(site.home / "triage.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(smtplib.SMTPDataError) as refused:
        sendmail.send(mail(), SENDER, ["support@example.com"])
    other.close()
    assert (refused.value.smtp_code, refused.value.smtp_error[:5]) == (451, b"4.7.1")


def test_mail_passes_untouched_when_we_are_down(start_site, start_sendmail):
    site = start_site()
    sendmail = start_sendmail(site.socket)
    site.stop()
    assert not triage(send(sendmail, mail()))
    site.start()
    assert triage(send(sendmail, mail(), count=2))["Ticket"] == "SUP-1001"


def test_over_inet_and_many_at_once(start_site, start_sendmail):
    port = free_port()
    site = start_site(address=f"inet:{port}@127.0.0.1")
    sendmail = start_sendmail(site.socket)
    all_at_once(lambda _: sendmail.send(mail(), SENDER, ["support@example.com"]), range(20))
    delivered = sendmail.wait_delivered("support@example.com", 20)
    assert len({triage(message)["Ticket"] for message in delivered}) == 20
