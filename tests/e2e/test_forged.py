"""Headers of ours that came with a mail: how many are removed, what a mail with more of them says, and that
neither it nor the guard in Postfix costs anybody else anything."""

import os
import shutil
import subprocess
import time

import pytest

from conftest import MTA, NEEDS_DOVECOT
from mails import mail, triage
from rig.mta import CHANGE_HEADER, Mta, added
from rig.site import BUILD, SOURCE
from rig.traffic import all_at_once

SENDER = "tom@birchandsons.example"
REMOVALS_MAX, READS_MAX = 500, 1000000
FLOOD = 14000
FORGED = b"X-Triage-Queue: incident\r\nX-Triage-Status: llm; ms=1\r\n"
GUARD = (f"header_checks = regexp:{SOURCE}/contrib/postfix/triage_header_checks\n"
         "nested_header_checks =\nmime_header_checks =\n")
SECOND = 5 if os.environ.get("SAN") else 1


@pytest.mark.parametrize("forged, others, removed", [
    (1, 0, True), (REMOVALS_MAX - 1, 0, True), (REMOVALS_MAX, 0, True), (REMOVALS_MAX + 1, 0, False),
    (FLOOD, 0, False),
    # Each removal reads all fields.
    (REMOVALS_MAX, READS_MAX // REMOVALS_MAX - REMOVALS_MAX - 1, True),
    (REMOVALS_MAX, READS_MAX // REMOVALS_MAX - REMOVALS_MAX, True),
    (REMOVALS_MAX, READS_MAX // REMOVALS_MAX - REMOVALS_MAX + 1, False),
    (100, READS_MAX // 100 - 100, True), (100, READS_MAX // 100 - 100 + 1, False)])
def test_all_are_removed_or_none_and_then_the_mail_says_so(start_site, forged, others, removed):
    site = start_site(support="deadline = 60s")  # reading so many fields takes sanitizers long
    with Mta(site.socket, timeout=120) as mta:
        mta.message(headers=[("X-Triage-Queue", "incident")] * forged + [("a", "b")] * others)
        edits, _ = mta.eom()
        next_marks = mta.whole(headers={"From": SENDER, "Message-ID": "<next@test.example>"})
    marks = added(edits)
    assert sum(edit[0] == CHANGE_HEADER for edit in edits) == (forged if removed else 0)
    assert marks["X-Triage-Status"].startswith("fallback; why=no-engine" if removed else "failed; why=forged; ms=")
    assert ("X-Triage-Ticket" in marks) == removed
    assert removed or list(marks) == ["X-Triage-Status"]
    assert ("status=failed why=forged" in site.log()) != removed
    assert len(site.tickets()) == (2 if removed else 1)
    assert next_marks["X-Triage-Status"].startswith("fallback")


def test_it_is_not_asked_to_come_again(start_site):
    """It would be the same the next time."""
    site = start_site(support="on_failure = tempfail")
    with Mta(site.socket) as mta:
        marks = mta.whole(headers=[("X-Triage-Queue", "incident")] * (REMOVALS_MAX + 1))
    assert marks["X-Triage-Status"].startswith("failed; why=forged")


def timed(postfix, raw, to):
    began = time.monotonic()
    postfix.send(raw, SENDER, [to])
    return time.monotonic() - began


def test_four_such_mails_at_once_delay_no_other(start_site, start_postfix):
    site = start_site()
    postfix = start_postfix(site.socket)
    timed(postfix, mail(to="ben@example.com"), "ben@example.com")
    flood = all_at_once(lambda _: timed(postfix, FORGED * (FLOOD // 2) + mail(), "support@example.com"), range(4))
    other = timed(postfix, mail(to="ben@example.com"), "ben@example.com")
    ours = timed(postfix, FORGED * (REMOVALS_MAX // 2) + mail(), "support@example.com")
    assert max(flood) < 15 * SECOND, flood
    assert other < SECOND
    assert ours < 2 * SECOND
    delivered = postfix.wait_delivered("support@example.com", 5, 30)
    assert [message.get_all("X-Triage-Status")[-1].split("; ms")[0] for message in delivered] == \
        ["failed; why=forged"] * 4 + ["fallback; why=no-engine"]
    assert triage(delivered[-1])["Queue"] != "incident"
    assert len(postfix.wait_delivered("ben@example.com", 2)) == 2
    assert not [word for word in ("panic", "fatal", "throttl") if word in postfix.log()], postfix.log()


def test_the_guard_removes_any_number_and_only_in_the_mails_own_header(start_site, start_postfix):
    site = start_site()
    postfix = start_postfix(site.socket, extra_main=GUARD)
    attached = ("--b\r\nContent-Type: text/plain\r\n\r\nSee the attached mail.\r\n--b\r\n"
                "Content-Type: message/rfc822\r\n\r\nSubject: old\r\nX-Triage-Queue: billing\r\n\r\nText\r\n--b--")
    raw = mail(body=attached).replace(b"text/plain; charset=utf-8", b"multipart/mixed; boundary=b", 1)
    postfix.send(FORGED * (FLOOD // 2) + raw, SENDER, ["support@example.com"])
    delivered = postfix.wait_delivered("support@example.com")[0]
    assert triage(delivered)["Status"].startswith("fallback; why=no-engine")
    for name in triage(delivered):
        assert len(delivered.get_all(f"X-Triage-{name}")) == 1
    assert "X-Triage-Queue: billing" in delivered.as_string()
    site.stop()
    postfix.send(FORGED + mail(), SENDER, ["support@example.com"])
    assert not triage(postfix.wait_delivered("support@example.com", 2)[1])


def check_online(site, postfix):
    path = f"{postfix.root}/usr/sbin:{os.environ['PATH']}"
    done = subprocess.run([BUILD / "triagectl", "-c", site.conf, "check", "--online"], check=False, timeout=60,
                          env={**postfix.environment, "PATH": path}, capture_output=True)
    return done.returncode, done.stdout.decode()


@pytest.mark.parametrize("checks, code, said", [
    (GUARD, 0, None),
    ("", 1, "header_checks leaves forged"),
    ("header_checks = regexp:/no/such/file", 1, "header_checks leaves forged"),
    ("header_checks = inline:{x=IGNORE}, " + GUARD.partition("= ")[2], 0, None),
    ("header_checks = regexp:{{/^X-Triage-/ WARN}}", 1, "header_checks leaves forged"),
    ("header_checks = regexp:{{/^X-Triage-/i IGNORE}}\nnested_header_checks =", 1, "header_checks leaves forged"),
    (GUARD.partition("nested")[0], 1, "nested_header_checks removes"),
])
def test_check_online_finds_a_guard_that_is_missing_or_removes_too_much(start_site, start_postfix, checks, code, said):
    site = start_site()
    postfix = start_postfix(site.socket, extra_main=checks)
    found, out = check_online(site, postfix)
    assert (found, "header_checks" in out) == (code, said is not None), out
    assert said is None or said in out


def sorted_into(home, raw):
    """Where Pigeonhole puts this mail with the script that we ship."""
    for name, text in (("dovecot.conf", f"mail_location = maildir:{home}/box\nbase_dir = {home}/run\n"
                        f"state_dir = {home}/run\nlog_path = /dev/stderr\nmail_uid = nobody\nmail_gid = nogroup\n"
                        f"first_valid_uid = 1\nmail_home = {home}/box\n"), ("mail.eml", raw.decode())):
        (home / name).write_text(text, encoding="utf-8")
    (home / "scripts").mkdir(exist_ok=True)
    (home / "scripts").chmod(0o777)
    shutil.copy(SOURCE / "contrib/sieve/triage.sieve", home / "scripts")
    done = subprocess.run(["unshare", "--mount", "sh", "-ec",
                           f"mount -t overlay overlay -o lowerdir={MTA}/usr:/usr /usr; "
                           f"exec sieve-test -c {home}/dovecot.conf {home}/scripts/triage.sieve {home}/mail.eml"],
                          capture_output=True, check=False, timeout=30)
    return [line.rpartition(": ")[2] for line in done.stdout.decode().splitlines() if "store message" in line]


@pytest.mark.parametrize("headers, folder", [
    ([("Queue", "billing"), ("Status", "fallback; ms=4")], "Triage/billing"),
    ([("Status", "llm; ms=4"), ("Queue", "billing"), ("Status", "failed; why=forged; ms=4")], "INBOX"),
    ([("Queue", "billing"), ("Status", "failed; why=store; ms=4")], "INBOX"),
    ([("Queue", "billing")], "INBOX"),
    ([("Status", "llm; ms=4")], "INBOX"),
    ([], "INBOX"),
])
@pytest.mark.parametrize("_", [pytest.param("", marks=NEEDS_DOVECOT)])
def test_the_sieve_script_sorts_by_nothing_of_a_mail_that_failed(home, headers, folder, _):
    lines = "".join(f"X-Triage-{name}: {value}\r\n" for name, value in headers)
    assert sorted_into(home, lines.encode() + mail()) == [folder]
