"""A real Postfix in front: tagged, untouched and failed messages, and what lies between."""

import os
import re
import smtplib
import sqlite3
import subprocess

import pytest

from mails import mail, proven, triage
from rig.postfix import MILTER_LINE
from rig.process import free_port, wait_until
from rig.site import BUILD, SOURCE

SENDER = "tom@birchandsons.example"


def send(postfix, raw, to="support@example.com", count=1):
    recipients = [to] if isinstance(to, str) else to
    postfix.send(raw, SENDER, recipients, client="192.0.2.25")
    return postfix.wait_delivered(recipients[0], count)[-1]


def test_a_mail_in_scope_arrives_tagged_with_a_ticket(start_site, start_postfix):
    site = start_site()
    postfix = start_postfix(site.socket)
    marks = triage(send(postfix, proven()))
    assert marks["Status"].startswith("fallback; why=no-engine; ms=")
    assert marks["Ticket"] == "SUP-1001"
    assert marks["Mailbox"] == "support"
    assert marks["Customer"] == "birchandsons; tier=standard; match=exact; proven=yes; by=dmarc"
    assert [ticket["name"] for ticket in site.tickets()] == ["SUP-1001"]


def test_a_mail_out_of_scope_arrives_as_it_was_sent(start_site, start_postfix):
    site = start_site()
    postfix = start_postfix(site.socket)
    delivered = send(postfix, mail(to="ben@example.com"), "ben@example.com")
    assert not triage(delivered)
    assert not site.tickets()


def test_forged_headers_are_removed_in_any_case_and_number(start_site, start_postfix):
    site = start_site()
    postfix = start_postfix(site.socket)
    raw = (b"X-Triage-Queue: incident\r\nx-triage-QUEUE: second\r\nX-TRIAGE-Evil: yes\r\n" + mail())
    delivered = send(postfix, raw)
    assert delivered.get_all("X-Triage-Queue") == [triage(delivered)["Queue"]]
    assert "incident" not in delivered.as_string()
    assert "second" not in delivered.as_string()
    assert delivered["X-Triage-Evil"] is None


def test_the_body_is_never_changed(start_site, start_postfix):
    site = start_site()
    postfix = start_postfix(site.socket)
    body = "line\r\n" * 5000 + "ümläut €\r\n.dot\r\n"
    delivered = send(postfix, mail(body=body))
    assert delivered.get_payload(decode=True).replace(b"\n", b"\r\n").replace(b"\r\r", b"\r") == \
        body.encode() + b"\r\n"


def test_one_mail_to_both_mailboxes_makes_two_tickets_and_one_set_of_headers(start_site,
                                                                            start_postfix):
    site = start_site()
    postfix = start_postfix(site.socket)
    delivered = send(postfix, mail(), ["support@example.com", "sales@example.com"])
    assert len(delivered.get_all("X-Triage-Id")) == 1
    assert triage(delivered)["Mailbox"] == "support"
    assert sorted(ticket["name"][:3] for ticket in site.tickets()) == ["SAL", "SUP"]


def test_a_recipient_elsewhere_gets_no_more_than_the_id(start_site, start_postfix):
    site = start_site()
    postfix = start_postfix(site.socket, domains="example.com, elsewhere.example")
    delivered = send(postfix, mail(), ["support@example.com", "x@elsewhere.example"])
    assert sorted(triage(delivered)) == ["Id", "Status"]


def test_debians_chrooted_smtpd_reaches_the_socket_below_its_queue(home, start_site, start_postfix):
    folder = home / "postfix/spool/triage-milter"
    folder.mkdir(parents=True)
    site = start_site(address=f"unix:{folder}/milter.sock")
    postfix = start_postfix("unix:triage-milter/milter.sock", chroot=True)
    assert triage(send(postfix, mail()))["Ticket"] == "SUP-1001"


def milters_line(path):
    """The setting as a page of ours prints it."""
    found = re.search(r"^( *)smtpd_milters =.*?\}$", (SOURCE / path).read_text(encoding="utf-8"), re.M | re.S)
    indent = found.group(1)
    return "\n".join(line.removeprefix(indent) for line in found.group(0).splitlines())


@pytest.mark.parametrize("path", ["README.md", "milter/triage-milter.8", "contrib/postfix/main.cf.add"])
def test_the_printed_line_alone_delivers_with_us_running_and_down(home, start_site, start_postfix, path):
    folder = home / "postfix/spool/triage-milter"
    folder.mkdir(parents=True)
    site = start_site(address=f"unix:{folder}/milter.sock")
    postfix = start_postfix("", chroot=True, extra_main=milters_line(path))
    assert triage(send(postfix, mail()))["Ticket"] == "SUP-1001"
    site.stop()
    assert not triage(send(postfix, mail(), count=2))
    assert "milter-reject" not in postfix.log()


def test_over_inet_too(start_site, start_postfix):
    port = free_port()
    site = start_site(address=f"inet:{port}@127.0.0.1")
    postfix = start_postfix(f"inet:127.0.0.1:{port}")
    assert triage(send(postfix, mail()))["Ticket"] == "SUP-1001"
    assert site.daemon.running()


def test_mail_passes_untouched_when_we_are_down(start_site, start_postfix):
    site = start_site()
    postfix = start_postfix(site.socket)
    site.stop()
    assert not triage(send(postfix, mail()))
    assert "milter_default_action" not in postfix.log()


def locked(site):
    """Somebody else writes to the store and doesn't end."""
    other = sqlite3.connect(site.home / "triage.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    return other


def test_a_locked_store_delivers_with_failed_and_no_ticket(start_site, start_postfix):
    site = start_site(support="deadline = 2s")
    postfix = start_postfix(site.socket)
    other = locked(site)
    marks = triage(send(postfix, mail()))
    other.close()
    assert marks.keys() == {"Status"}
    assert marks["Status"].startswith("failed; why=store; ms=")
    assert not site.tickets()


def test_on_failure_tempfail_asks_to_come_again_and_then_makes_one_ticket(start_site,
                                                                         start_postfix):
    site = start_site(support="deadline = 2s\n    on_failure = tempfail")
    postfix = start_postfix(site.socket)
    other = locked(site)
    raw = mail()
    with pytest.raises(smtplib.SMTPDataError) as refused:
        postfix.send(raw, SENDER, ["support@example.com"])
    assert refused.value.smtp_code == 451
    assert b"4.7.1" in refused.value.smtp_error
    other.close()
    assert triage(send(postfix, raw))["Ticket"] == "SUP-1001"
    assert len(site.tickets()) == 1


def test_tempfail_needs_the_consent_of_every_recipients_mailbox(start_site, start_postfix):
    site = start_site(support="deadline = 2s\n    on_failure = tempfail", sales="deadline = 2s")
    postfix = start_postfix(site.socket)
    other = locked(site)
    marks = triage(send(postfix, mail(), ["support@example.com", "sales@example.com"]))
    marks_mixed = triage(send(postfix, mail(), ["support@example.com", "ben@example.com"], 2))
    other.close()
    assert marks["Status"].startswith("failed; why=store")
    assert marks_mixed["Status"].startswith("failed; why=store")


def test_the_same_mail_again_gets_the_same_decision(start_site, start_postfix):
    site = start_site()
    postfix = start_postfix(site.socket)
    raw = mail()
    first = triage(send(postfix, raw))
    again = triage(send(postfix, raw, count=2))
    assert again["Id"] == first["Id"]
    assert again["Ticket"] == first["Ticket"]
    assert len(site.tickets()) == 1


def test_reinjection_through_a_second_smtpd_with_the_same_milter(start_site, start_postfix):
    """A content filter hands the message back: the headers are ours again, not doubled."""
    site = start_site()
    second = start_postfix(site.socket, name="second")
    first = start_postfix(site.socket, extra_main=(
        f"virtual_transport = smtp:[127.0.0.1]:{second.port}\n"))
    first.send(proven(), SENDER, ["support@example.com"], client="192.0.2.25")
    delivered = second.wait_delivered("support@example.com")[0]
    for name in triage(delivered):
        assert len(delivered.get_all(f"X-Triage-{name}")) == 1, name
    assert len(site.tickets()) == 1
    assert triage(delivered)["Status"]


def test_greylisting_after_us_makes_one_ticket(home, start_site, start_postfix):
    """The rejection comes from behind us: the sender's server tries again later."""
    site = start_site()
    gate = home / "open"
    port = free_port()
    postfix = start_postfix(site.socket, extra_main=(
        "smtpd_end_of_data_restrictions = check_client_access inline:{127.0.0.1=permit}, "
        f"check_policy_service inet:127.0.0.1:{port}\n"))
    raw = mail()
    # Nobody answers the policy service: Postfix defers after us.
    with pytest.raises(smtplib.SMTPException):
        postfix.send(raw, SENDER, ["support@example.com"], client="192.0.2.25")
    postfix.stop()
    open_postfix = start_postfix(site.socket, name=f"open-{os.getpid()}-{gate.name}")
    send(open_postfix, raw)
    assert len(site.tickets()) == 1


def test_our_own_answer_is_recorded_in_its_ticket_and_left_alone(start_site, start_postfix):
    site = start_site(top="our_networks = 127.0.0.0/8")
    postfix = start_postfix(site.socket, domains="example.com, birchandsons.example")
    postfix.send(proven(message_id="ask@birchandsons.example"), SENDER, ["support@example.com"],
                 client="192.0.2.25")
    postfix.wait_delivered("support@example.com")
    answer = mail(sender="Acme Support <support@example.com>", to=SENDER, subject="Re: Broken export",
                  message_id="answer@example.com", In_Reply_To="<ask@birchandsons.example>")
    postfix.send(answer, "support@example.com", [SENDER])
    delivered = postfix.wait_delivered(SENDER)[-1]
    assert not triage(delivered)
    ticket = site.ctl_json("ticket", "show", "SUP-1001")
    assert ticket["status"] == "waiting"
    assert [message["direction"] for message in ticket["messages"]] == ["in", "out"]


def test_a_stranger_with_our_own_from_is_no_answer_of_ours(start_site, start_postfix):
    site = start_site(top="our_networks = 127.0.0.0/8")
    postfix = start_postfix(site.socket)
    postfix.send(mail(sender="support@example.com"), "support@example.com",
                 ["support@example.com"], client="192.0.2.25")
    marks = triage(postfix.wait_delivered("support@example.com")[-1])
    assert "proven=no" in marks["Customer"] or marks["Customer"].startswith("-")
    assert marks["Ticket"] == "SUP-1001"


def test_observe_records_and_marks_nothing(start_site, start_postfix):
    site = start_site(support="", sales="")
    site.conf.write_text(site.conf.read_text(encoding="utf-8").replace("mode = full",
                                                                       "mode = observe"),
                         encoding="utf-8")
    site.reload()
    wait_until(lambda: "reloaded" in site.log(), 10, "reload")
    postfix = start_postfix(site.socket)
    assert not triage(send(postfix, mail()))
    assert not site.tickets()
    assert site.ctl_json("stats", "show")["decisions"]


def test_check_online_reads_postfixs_own_configuration(start_site, start_postfix):
    site = start_site()
    postfix = start_postfix(site.socket)
    environment = {**postfix.environment, "PATH": f"{postfix.root}/usr/sbin:{os.environ['PATH']}"}
    good = check_online(site, environment)
    assert "our line is as it should be" in good
    main_cf = postfix.home / "etc/main.cf"
    text = main_cf.read_text(encoding="utf-8")
    main_cf.write_text(text.replace(MILTER_LINE.format(socket=site.socket), site.socket + ", inet:x:1"),
                       encoding="utf-8")
    bad = check_online(site, environment)
    assert "default_action=accept" in bad
    assert "we should stand last" in bad


def check_online(site, environment):
    done = subprocess.run([BUILD / "triagectl", "-c", site.conf, "check", "--online"],
                          env=environment, capture_output=True, check=False, timeout=60)
    return done.stdout.decode() + done.stderr.decode()


def test_a_relay_inside_our_networks_lends_no_stranger_our_voice(start_site, start_postfix):
    site = start_site(top="our_networks = 127.0.0.0/8")
    postfix = start_postfix(site.socket)
    forged = mail(sender="support@example.com", subject="Re: SUP-1001",
                  Authentication_Results="mx.example.com; dmarc=fail header.from=example.com")
    assert triage(send(postfix, proven()))["Ticket"] == "SUP-1001"
    postfix.send(forged, "support@example.com", ["support@example.com"])
    assert triage(postfix.wait_delivered("support@example.com", 2)[-1])["Status"]
    assert site.ctl_json("ticket", "show", "SUP-1001")["status"] == "new"
