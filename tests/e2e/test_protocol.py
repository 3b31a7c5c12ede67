"""The milter protocol, step by step: what a real MTA seldom or never does, and what we may cost it."""

import contextlib
import re
import sqlite3
import threading
import time

import pytest

from rig import mta as milter
from rig.mta import ACCEPT, ADD_HEADER, CHANGE_HEADER, CONTINUE, Gone, Mta, SKIP, added
from rig.process import wait_until

SUPPORT, SALES, BEN = "<support@example.com>", "<sales@example.com>", "<ben@example.com>"
NO_ANSWERS = sum(milter.NO_REPLY.values())


@pytest.fixture
def site(start_site):
    return start_site()


@pytest.fixture
def link(site):
    """A connection whose client has been announced."""
    with Mta(site.socket) as mta:
        mta.connect()
        mta.helo()
        yield mta


def status(marks):
    return marks["X-Triage-Status"]


def test_only_the_steps_and_edits_we_need_are_asked_for(link):
    assert link.steps & milter.STEP_SKIP
    assert link.steps & milter.STEP_LEADING_SPACE
    assert not link.steps & milter.NO_STEP[milter.HELO]
    assert link.steps & milter.NO_REPLY[milter.HELO]
    assert not link.steps & milter.NO_REPLY[milter.DATA]
    assert link.actions == 0x1 | 0x10 | 0x4 | 0x8


@pytest.mark.parametrize("recipients, wanted", [
    ([BEN], ACCEPT), ([SUPPORT], CONTINUE), ([BEN, SUPPORT], CONTINUE), ([SUPPORT, BEN], CONTINUE),
    ([BEN, SALES, BEN], CONTINUE)])
def test_scope_is_known_at_data_and_not_before(link, recipients, wanted):
    assert link.message(recipients=recipients) == wanted


@pytest.mark.parametrize("recipients", [[BEN], [SUPPORT], [BEN, SUPPORT]])
def test_a_recipient_always_continues_when_an_answer_is_wanted(site, recipients):
    with Mta(site.socket, steps=0) as mta:
        mta.mail()
        assert [mta.rcpt(recipient) for recipient in recipients] == [CONTINUE] * len(recipients)


def test_after_a_message_out_of_scope_the_next_one_is_seen(link):
    for _ in range(3):
        assert link.message(recipients=[BEN]) == ACCEPT
        assert "X-Triage-Ticket" in link.whole()


def test_what_comes_after_an_early_accept_does_no_harm(link):
    assert link.message(recipients=[BEN]) == ACCEPT
    link.header("Subject", "nobody waits for this")
    link.send(milter.EOH)
    assert "X-Triage-Ticket" in link.whole()


def test_the_address_is_known_in_any_case_with_a_tag_and_without_brackets(link):
    for address in ("<SUPPORT@Example.COM>", "<support+printer@example.com>", "support@example.com"):
        assert link.message(recipients=[address]) == CONTINUE
        link.abort()


MAX_BODY = 8192
LAST_WORD = " outage"


def sized(total):
    """A message of so many bytes whose very last word matters."""
    head = "From: tom@birchandsons.example\r\n\r\n"
    return "x" * (total - len(head) - len(LAST_WORD)) + LAST_WORD


@pytest.mark.parametrize("steps", [milter.STEPS_ALL, milter.STEPS_ALL & ~milter.STEP_SKIP, 0])
@pytest.mark.parametrize("total, seen", [(MAX_BODY - 1, True), (MAX_BODY, True), (MAX_BODY + 1, False),
                                         (MAX_BODY * 20, False)])
def test_a_body_is_read_up_to_max_body(start_site, steps, total, seen):
    site = start_site(top=f"max_body = {MAX_BODY}")
    with Mta(site.socket, steps=steps) as mta:
        answer = mta.message(body=sized(total))
        assert answer == (SKIP if not seen and steps & milter.STEP_SKIP else CONTINUE)
        marks = added(mta.eom()[0])
        assert (marks["X-Triage-Category"] == "technical") == seen
        assert mta.whole(body="All is down: an outage.")["X-Triage-Category"] == "technical"


def test_bytes_after_skip_are_not_needed_and_not_kept(start_site):
    site = start_site(top="max_body = 4096")
    with Mta(site.socket) as mta:
        assert mta.message(body="y" * 5000) == SKIP
        for _ in range(50):
            mta.body("z" * 65000)
        assert status(added(mta.eom()[0])).startswith("fallback")


def test_many_messages_on_one_connection_are_strangers_to_each_other(link):
    for number in range(20):
        marks = link.whole(headers=[("From", "tom@birchandsons.example"),
                                    ("Message-ID", f"<many{number}@test.example>"),
                                    ("X-Triage-Queue", "forged")] if number % 2 else
                           [("From", "x@stranger.example"), ("Message-ID", f"<m{number}@x.example>")],
                           sender="<x@stranger.example>", body="An outage.\r\n" if number % 3 else "Hi\r\n")
        assert marks["X-Triage-Category"] == ("technical" if number % 3 else "general")
        assert marks["X-Triage-Customer"].startswith("birchandsons" if number % 2 else "-;")
        assert marks["X-Triage-Ticket"] == f"SUP-{1001 + number}"


STEPS = [lambda mta: mta.mail(), lambda mta: mta.rcpt(), lambda mta: mta.data(),
         lambda mta: mta.header("From", "tom@birchandsons.example"), lambda mta: mta.eoh(),
         lambda mta: mta.body("Hello\r\n")]


@pytest.mark.parametrize("count", range(len(STEPS) + 1))
def test_an_abort_after_any_step_leaves_nothing_behind(site, link, count):
    for step in STEPS[:count]:
        step(link)
    link.abort()
    marks = link.whole(headers={"From": "x@stranger.example"})
    assert marks["X-Triage-Customer"].startswith("-; match=none")
    assert len(site.tickets()) == 1


def test_a_connection_lost_at_any_step_costs_nothing(site):
    for count in range(len(STEPS) + 1):
        with Mta(site.socket) as mta:
            for step in STEPS[:count]:
                step(mta)
    with Mta(site.socket) as mta:
        assert "X-Triage-Ticket" in mta.whole()
        mta.quit()
    assert len(site.tickets()) == 1
    assert site.stop() == 0
    assert "drained" in site.log()


def test_quit_without_a_message_and_garbage_end_the_connection_alone(site):
    with Mta(site.socket) as mta:
        mta.connect()
        mta.quit()
        with pytest.raises(Gone):
            mta.receive()
    for garbage in (b"\0\0\0\0", b"\xff\xff\xff\xffM", b"\0\0\0\1Z", b"\0\0\0\2M\0" * 3, b"GET / HTTP/1.0\r\n"):
        with Mta(site.socket) as mta:
            mta.socket.sendall(garbage)
    with Mta(site.socket) as mta:
        assert "X-Triage-Ticket" in mta.whole()
    assert site.stop() == 0


def test_quit_before_another_connection_on_the_same_socket(site):
    """SMFIC_QUIT_NC: the MTA keeps the socket for the next client."""
    with Mta(site.socket) as mta:
        for _ in range(3):
            mta.connect()
            assert "X-Triage-Id" in mta.whole(headers={"From": "x@stranger.example"})
            mta.send("K")
    assert site.daemon.running()


@pytest.mark.parametrize("steps", [0, milter.STEP_SKIP, NO_ANSWERS, milter.STEPS_ALL])
def test_whatever_an_mta_offers_the_marks_are_the_same(site, steps):
    with Mta(site.socket, steps=steps) as mta:
        mta.connect()
        assert mta.helo() == CONTINUE
        marks = mta.whole()
    assert status(marks).startswith("fallback; why=no-engine")
    assert marks["X-Triage-Ticket"] == "SUP-1001"


def test_incoming_marks_go_highest_index_first_and_status_comes_last(link):
    headers = [("From", "tom@birchandsons.example"), ("X-Triage-Queue", "a"),
               ("x-triage-queue", "b"), ("X-Triage-Status", "llm"), ("X-TRIAGE-QUEUE", "c"),
               ("X-Triager", "not ours")]
    link.message(headers=headers)
    edits, _ = link.eom()
    removed = [(edit[2].lower(), edit[1]) for edit in edits if edit[0] == CHANGE_HEADER]
    assert removed == [("x-triage-queue", 3), ("x-triage-status", 1), ("x-triage-queue", 2),
                       ("x-triage-queue", 1)]
    kinds = [edit[0] for edit in edits]
    assert ADD_HEADER not in kinds[:4] and CHANGE_HEADER not in kinds[4:]
    assert edits[-1][1] == "X-Triage-Status"
    assert edits[4][1] == "X-Triage-Id"


def test_every_value_that_is_written_is_plain_ascii_and_short(link):
    headers = {"From": "Ünïcödé <tom@birchandsons.example>", "Subject": "=?utf-8?q?=0D=0AX-Evil:_1?="}
    for value in link.whole(headers=headers, body="\x1b[31m\u202eoutage\r\n").values():
        assert value.isascii() and value.isprintable()
        assert len(value) <= 200


def test_the_mta_is_kept_informed_while_a_slow_model_thinks(start_site, start_model, home):
    model = start_model("--delay", "2.5")
    site = start_site(llm=model.conf(home), support="engines = model\n    prompt = support")
    with Mta(site.socket) as mta:
        assert status(mta.whole(body="The export is broken.\r\n")).startswith("llm")
        assert mta.progress in (2, 3)


def test_two_mailboxes_keep_the_mta_informed_once_a_second(start_site, start_model, home):
    model = start_model("--delay", "2.5")
    site = start_site(llm=model.conf(home), support="engines = model\n    prompt = support",
                      sales="engines = model\n    prompt = sales")
    with Mta(site.socket) as mta:
        marks = mta.whole(recipients=[SUPPORT, SALES], body="The export is broken.\r\n")
        assert status(marks).startswith("llm")
        assert mta.progress in (2, 3)


def test_the_deadline_holds_when_the_model_hangs(start_site, start_model, home):
    model = start_model("--fault", "hang")
    site = start_site(llm=model.conf(home),
                      support="engines = model\n    prompt = support\n    deadline = 1500ms")
    with Mta(site.socket) as mta:
        mta.message()
        began = time.monotonic()
        marks = added(mta.eom()[0])
        took = time.monotonic() - began
    assert status(marks).startswith("fallback; why=timeout; ms=")
    assert 0.9 < took < 2
    assert marks["X-Triage-Ticket"] == "SUP-1001"


def test_who_finds_no_place_before_the_model_gets_the_baseline_at_once(start_site, start_model, home):
    model = start_model("--delay", "2")
    site = start_site(top="max_waiting = 1\ncache_for = 0ms", llm=model.conf(home),
                      support="engines = model\n    prompt = support")
    first = []
    with Mta(site.socket) as slow, Mta(site.socket) as quick:
        slow.message(headers={"From": "tom@birchandsons.example", "Message-ID": "<first@test.example>"})
        waiting = threading.Thread(target=lambda: first.append(added(slow.eom()[0])))
        waiting.start()
        wait_until(model.journal, 5, "the first question")
        began = time.monotonic()
        busy = quick.whole()
        took = time.monotonic() - began
        waiting.join(10)
        assert status(busy).startswith("fallback; why=busy")
        assert took < 1
        assert status(first[0]).startswith("llm")
        assert status(quick.whole(headers={"From": "mia@birchandsons.example"})).startswith("llm")


def test_ten_thousand_headers_take_less_than_two_seconds(link):
    headers = [("From", "tom@birchandsons.example")] + [(f"X-H{n}", "v" * 50) for n in range(10000)]
    link.message(headers=headers, body="An outage.\r\n")
    began = time.monotonic()
    marks = added(link.eom()[0])
    assert time.monotonic() - began < 2
    assert marks["X-Triage-Ticket"] == "SUP-1001"


def test_ms_is_the_whole_wait_also_for_a_store_that_is_locked(start_site):
    site = start_site(support="deadline = 3s")
    with contextlib.closing(sqlite3.connect(site.home / "triage.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with Mta(site.socket) as mta:
            mta.message()
            began = time.monotonic()
            marks = added(mta.eom()[0])
            took = time.monotonic() - began
    found = re.fullmatch(r"failed; why=store; ms=(\d+)", status(marks))
    assert took > 1
    assert abs(int(found[1]) / 1000 - took) < 0.3, (found[0], took)
    assert f"ms={found[1]}" in site.log()


def test_a_nul_and_broken_utf8_in_headers_and_body(link):
    link.mail()
    link.rcpt()
    link.data()
    for header in (b"From\0tom@birchandsons.example\0", b"X-Nul\0a\0b\0", b"Subject\0\xff\xfe\0",
                   b"\xff\0\xff\0", b"X\0\0"):
        link.step(milter.HEADER, header)
    link.eoh()
    link.body(b"\0\xff\xfe\x80 outage \0\r\n")
    marks = added(link.eom()[0])
    assert marks["X-Triage-Category"] == "technical"
    assert marks["X-Triage-Customer"].startswith("birchandsons")


def test_a_client_that_leaves_before_the_edits_flags_its_ticket(start_site, start_model, home):
    model = start_model("--delay", "1")
    site = start_site(llm=model.conf(home), support="engines = model\n    prompt = support")
    with Mta(site.socket) as mta:
        mta.message()
        mta.send(milter.EOM)
        wait_until(model.journal, 5, "the question")
    wait_until(lambda: "triaged " in site.log(), 10, "the end of the message")
    assert "edits=aborted" in site.log()
    wait_until(lambda: site.ctl_json("ticket", "show", "SUP-1001")["flag"] == "not delivered?", 5,
               "the flag")
    assert site.stop() == 0


CHANGE_BODY_ONLY = 0x2


def test_an_mta_that_lets_us_edit_nothing_gets_its_mail_through(site):
    with Mta(site.socket, actions=CHANGE_BODY_ONLY) as mta:
        mta.message()
        edits, answer = mta.eom()
    assert (edits, answer) == ([], ACCEPT)


@pytest.mark.parametrize("stranger", ["<@relay.example:tom@example.org>", "<tom>"])
def test_a_recipient_we_cannot_read_keeps_all_but_the_id_inside(site, stranger):
    with Mta(site.socket) as mta:
        marks = mta.whole(recipients=["<support@example.com>", stranger])
    assert marks.keys() == {"X-Triage-Id", "X-Triage-Status"}


def test_a_duplicate_after_its_window_is_judged_anew(start_site):
    site = start_site(top="duplicate_window = 1s")
    headers = {"From": "tom@birchandsons.example", "Message-ID": "<again@test.example>"}
    with Mta(site.socket) as mta:
        first, again = mta.whole(headers=headers), mta.whole(headers=headers)
        time.sleep(2.1)
        later = mta.whole(headers=headers)
    assert again["X-Triage-Id"] == first["X-Triage-Id"]
    assert later["X-Triage-Id"] != first["X-Triage-Id"]
