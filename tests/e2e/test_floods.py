"""Sessions in numbers that no MTA of one's own opens: those who are not part of it wait for nobody, memory
has a bound, and out of descriptors a connection is closed at once.  LONG makes the floods whole."""

import contextlib
import os
import re
import resource
import socket
import time
from pathlib import Path

import pytest

from rig import mta as milter
from rig.mta import ACCEPT, Mta, added
from rig.process import wait_until

LONG = bool(os.environ.get("LONG"))
HELD, IDLE = (1000, 5000) if LONG else (200, 1000)
SECOND = 5 if os.environ.get("SAN") else 1
SENDER = "tom@birchandsons.example"
DEADLINE = 20 if LONG else 3


@pytest.fixture(autouse=True)
def descriptors():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (before[1], before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def resident_mb(site):
    text = Path(f"/proc/{site.daemon.pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024


def processor_seconds(site):
    words = Path(f"/proc/{site.daemon.pid}/stat").read_text(encoding="ascii").split()
    return (int(words[13]) + int(words[14])) / os.sysconf("SC_CLK_TCK")


def mail_to_somebody_else(site):
    """How long the milter takes for a mail that is none of its."""
    began = time.monotonic()
    with Mta(site.socket) as mta:
        mta.connect()
        assert mta.message(recipients=["<ben@example.com>"]) == ACCEPT
    return time.monotonic() - began


def others_while(site, busy):
    """How long mails to others take until busy() is false."""
    times = [mail_to_somebody_else(site)]
    while busy():
        times.append(mail_to_somebody_else(site))
        time.sleep(0.02)
    return times


@contextlib.contextmanager
def links(site, count, make):
    """So many connections at once, each made by make(site, number)."""
    with contextlib.ExitStack() as all_of_them:
        yield [all_of_them.enter_context(make(site, number)) for number in range(count)]


def silent(site, _):
    link = socket.socket(socket.AF_UNIX)
    link.settimeout(10)
    for _ in range(1000):
        with contextlib.suppress(BlockingIOError):  # more wait to be accepted than the kernel keeps
            link.connect(site.socket.removeprefix("unix:"))
            return link
        time.sleep(0.01)
    raise TimeoutError("the socket's queue stays full")


def negotiated(site, _):
    return Mta(site.socket)


def at_the_end_of_a_message(site, number):
    mta = Mta(site.socket, timeout=DEADLINE * 5)
    mta.message(headers={"From": SENDER, "Message-ID": f"<held{number}@test.example>"},
                body=f"Please refund invoice {number}.\r\n" * 20)
    mta.send(milter.EOM)
    return mta


def status_of(mta):
    while True:
        command, data = mta.receive()
        if command == milter.ADD_HEADER and data.startswith(b"X-Triage-Status"):
            return data.split(b"\0")[1].decode().strip()


@pytest.mark.parametrize("make", [silent, negotiated])
def test_idle_sessions_cost_others_nothing(start_site, make):
    site = start_site()
    mail_to_somebody_else(site)
    before, end = resident_mb(site), time.monotonic() + 2
    with links(site, IDLE, make):
        others = others_while(site, lambda: time.monotonic() < end)
        with Mta(site.socket) as mta:
            assert "X-Triage-Ticket" in mta.whole()
        grown, busy = resident_mb(site) - before, processor_seconds(site)
        time.sleep(1)
        assert processor_seconds(site) - busy < 0.5
    assert max(others) < SECOND, sorted(others)[-5:]
    if not os.environ.get("SAN"):
        assert grown < 16 + IDLE * 8 / 1024, grown
    assert site.stop() == 0


@pytest.mark.skipif(bool(os.environ.get("SAN")), reason="sanitizers are too slow for a model's deadline")
def test_sessions_held_by_a_hanging_model_delay_no_other(start_site, start_model, home):
    model = start_model("--fault", "hang")
    site = start_site(top="max_waiting = 1000", llm=model.conf(home), support=f"engines = model\n    prompt = support\n"
                                                    f"    deadline = {DEADLINE}s")
    before = resident_mb(site)
    with links(site, HELD, at_the_end_of_a_message) as held:
        end = time.monotonic() + DEADLINE
        others = others_while(site, lambda: time.monotonic() < end)
        statuses = [status_of(mta) for mta in held]
        grown = resident_mb(site) - before
    assert max(others) < SECOND, sorted(others)[-5:]
    assert {re.match(r"fallback; why=(busy|timeout|breaker-open);", status) is not None for status in statuses} == {
        True}, sorted(set(statuses))
    assert max(int(re.search(r"ms=(\d+)", status)[1]) for status in statuses) < (DEADLINE + SECOND) * 1000
    assert grown < 64 + HELD / 4, grown
    assert site.stop() == 0


def test_messages_held_at_once_are_bounded_in_bytes(start_site):
    """Half of the senders stop within a body that is larger than all may have together."""
    site = start_site(top="max_held = 16M")
    mail_to_somebody_else(site)
    before = resident_mb(site)

    def within_a_body(the_site, number):
        mta = Mta(the_site.socket)
        mta.message(headers={"From": SENDER, "Message-ID": f"<large{number}@test.example>"}, body="x" * 1000000)
        return mta

    with links(site, 60, within_a_body) as held:
        grown = resident_mb(site) - before
        marks = [added(mta.eom()[0]) for mta in held[-3:]]
    assert all(mark["X-Triage-Status"].startswith("fallback") for mark in marks)
    if not os.environ.get("SAN"):
        assert grown < 2 * 16 + 8, grown
    with Mta(site.socket) as mta:
        assert mta.whole(body="All is down: an outage.")["X-Triage-Category"] == "technical"
    assert site.stop() == 0


def is_served(site):
    try:
        with Mta(site.socket) as mta:
            return "X-Triage-Ticket" in mta.whole(headers={"From": SENDER, "Message-ID": "<after@test.example>"})
    except ConnectionError:
        return False


DESCRIPTORS = 200
KEPT = DESCRIPTORS // 4


def test_out_of_descriptors_a_connection_is_closed_at_once(start_site, start_postfix):
    site = start_site()
    site.stop()
    site.start(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS)))
    postfix = start_postfix(site.socket)
    with contextlib.ExitStack() as crowd:
        ours = crowd.enter_context(Mta(site.socket))
        for number in range(DESCRIPTORS + 50):
            crowd.enter_context(silent(site, number))
        wait_until(lambda: "sessions-refused" in site.log(), 5, "the log")
        with silent(site, 0) as link:
            began = time.monotonic()
            assert link.recv(1) == b""
            assert time.monotonic() - began < SECOND
        # Who is served goes on, with room for the store; others pass Postfix untouched.
        assert "X-Triage-Ticket" in ours.whole()
        began, busy = time.monotonic(), processor_seconds(site)
        postfix.send(b"Subject: Hello\r\n\r\nHello\r\n", SENDER, ["support@example.com"])
        assert time.monotonic() - began < 2 * SECOND
        delivered = postfix.wait_delivered("support@example.com")[0]
        assert delivered["X-Triage-Status"] is None
        time.sleep(1)
        assert processor_seconds(site) - busy < 0.5
        assert len(os.listdir(f"/proc/{site.daemon.pid}/fd")) <= DESCRIPTORS - KEPT + 20
    assert site.log().count("sessions-refused") == 1
    wait_until(lambda: is_served(site), 10, "the descriptors of the sessions that have gone")
    assert site.stop() == 0
