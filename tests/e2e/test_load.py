"""Many mails at once: nobody who has nothing to do with us waits for us, and nothing grows without end."""

import contextlib
import os
import re
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from mails import mail, triage
from rig.mta import Mta
from rig.traffic import Traffic, all_at_once

SENDER = "tom@birchandsons.example"
CROWD, SLACK = (60, 5) if os.environ.get("SAN") else (300, 1)  # mails, seconds
FLOOD = 1000 if os.environ.get("LONG") else 300  # sessions


def timed_send(postfix, to="ben@example.com"):
    began = time.monotonic()
    postfix.send(mail(to=to), SENDER, [to])
    return time.monotonic() - began


def beside_a_crowd(postfix, to):
    """How long mail to somebody else takes while a crowd is sent to this address."""
    def crowd():
        all_at_once(lambda _: postfix.send(mail(), SENDER, [to]), range(CROWD))

    sender, times = threading.Thread(target=crowd), []
    sender.start()
    while sender.is_alive():
        times.append(timed_send(postfix))
        time.sleep(0.01)
    sender.join()
    return times


def test_a_crowd_before_a_hanging_model_delays_nobody_else(start_site, start_postfix, start_model, home):
    model = start_model("--fault", "hang")
    site = start_site(llm=model.conf(home),
                      support="engines = model\n    prompt = support\n    deadline = 4s")
    postfix = start_postfix(site.socket)
    before = beside_a_crowd(postfix, "crowd@example.com")
    began = time.monotonic()
    others = beside_a_crowd(postfix, "support@example.com")
    rounds = 1 + int((time.monotonic() - began) / 4)  # places are free again after the deadline
    assert len(others) > 5
    # A mail behind a held session would wait for the deadline of 4 s; Postfix starts a server for each.
    assert max(others) < max(max(before) + SLACK, 3.9), (sorted(before)[-5:], sorted(others)[-5:])
    assert len(model.journal()) <= 25 * rounds
    delivered = postfix.wait_delivered("support@example.com", CROWD, 30)
    statuses = [triage(message)["Status"] for message in delivered]
    assert len(statuses) == CROWD
    why = [re.match(r"fallback; why=(busy|timeout|breaker-open); ms=(\d+)", status) for status in statuses]
    assert all(why), statuses
    assert {found[1] for found in why} >= {"busy", "timeout"}
    assert max(int(found[2]) for found in why) < 4500
    assert len(site.tickets()) == CROWD


def test_a_crm_import_disturbs_no_mail(start_site, start_postfix):
    site = start_site()
    postfix = start_postfix(site.socket)

    def one(number):
        postfix.send(mail(message_id=f"import{number}@test.example"), SENDER, ["support@example.com"])

    with Traffic(one) as traffic:
        for _ in range(10):
            assert site.import_crm().returncode == 0
            time.sleep(0.1)
    delivered = postfix.wait_delivered("support@example.com", len(traffic.done), 30)
    assert len(delivered) > 20
    for message in delivered:
        marks = triage(message)
        assert marks["Customer"].startswith("birchandsons; tier=standard; match=exact")
        assert marks["Status"].startswith("fallback; why=no-engine")
    assert "crm-unreadable" not in site.log()


def test_sessions_that_end_together_are_all_recorded_and_marked(start_site):
    """More than the store commits together end while another process holds its file for a while."""
    site = start_site(support="deadline = 20s")
    ready = threading.Barrier(FLOOD + 1)

    def one(number):
        with Mta(site.socket) as mta:
            mta.message(headers={"From": SENDER, "Message-ID": f"<flood{number}@test.example>"})
            ready.wait(60)
            edits, _ = mta.eom()
            return next(edit[2] for edit in edits if edit[1] == "X-Triage-Status")

    def hold(_):
        with contextlib.closing(sqlite3.connect(site.home / "triage.db", isolation_level=None)) as store:
            store.execute("BEGIN IMMEDIATE")
            ready.wait(60)
            time.sleep(2)
            store.execute("COMMIT")

    statuses = all_at_once(lambda number: one(number) if number else hold(number), range(FLOOD + 1))[1:]
    assert [status for status in statuses if not status.startswith("fallback; why=no-engine")] == []
    assert site.stop() == 0
    with contextlib.closing(sqlite3.connect(site.home / "triage.db")) as store:
        assert store.execute("SELECT count(*) FROM ticket").fetchone() == (FLOOD,)
        assert store.execute("SELECT count(*) FROM decision WHERE marked = 'marked'").fetchone() == (FLOOD,)
    assert "store-write-failed" not in site.log()


def resident_kb(pid):
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", text)[1])


@pytest.mark.skipif(bool(os.environ.get("SAN")),
                    reason="sanitizers hold on to memory that was freed")
def test_a_flood_leaves_no_memory_behind(start_site):
    site = start_site()

    def flood(link):
        with Mta(site.socket) as mta:
            for number in range(50):
                marks = mta.whole(headers={"From": SENDER, "Message-ID": f"<{time.monotonic_ns()}.{link}@t>"},
                                  body=f"An outage, number {number}.\r\n" * 400)
                assert marks["X-Triage-Category"] == "technical"
        return 50

    assert sum(all_at_once(flood, range(20))) == 1000
    first = resident_kb(site.daemon.pid)
    assert sum(all_at_once(flood, range(20))) == 1000
    second = resident_kb(site.daemon.pid)
    assert first < 200 * 1024
    assert second < first * 1.3 + 8 * 1024, (first, second)
    assert site.stop() == 0
