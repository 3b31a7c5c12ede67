"""Late verdicts: the mail has gone with the baseline; what the model says later upgrades the ticket."""

import concurrent.futures
import signal
import sqlite3

import pytest

from mails import mail, proven, triage
from rig.mta import Mta
from rig.process import wait_until

SETTLE = "settle = 1s"
SHORT = "engines = model\n    prompt = support\n    deadline = 1s"
SENDER = "tom@birchandsons.example"


@pytest.fixture
def start_slow(home, start_model, start_site, start_postfix):
    """A model that is slower than the mailbox's deadline."""
    def start(delay="2.5", top=SETTLE, support=SHORT, **parts):
        model = start_model("--delay", delay)
        site = start_site(llm=model.conf(home, api="anthropic"), top=top, support=support, **parts)
        return model, site, start_postfix(site.socket)
    return start


def send(postfix, raw):
    postfix.send(raw, SENDER, ["support@example.com"], client="192.0.2.25")
    return triage(postfix.wait_delivered("support@example.com")[-1])


def revisions(site, ticket):
    return site.ctl_json("ticket", "show", ticket)["decisions"][0]["revisions"]


def jobs(site):
    with sqlite3.connect(f"file:{site.home}/triage.db?mode=ro", uri=True) as store:
        return store.execute("SELECT kind, attempts, dead FROM job WHERE kind <> 'log'").fetchall()


def wait_late(site, ticket):
    wait_until(lambda: revisions(site, ticket)[-1]["by"] == "late", 20, "a late verdict")
    return revisions(site, ticket)[-1]


def test_the_unfinished_call_is_collected_and_upgrades_the_ticket(start_slow):
    model, site, postfix = start_slow()
    marks = send(postfix, proven(subject="Refund", body="Please refund the last invoice urgently."))
    assert marks["Status"].startswith("fallback; why=timeout")
    late = wait_late(site, marks["Ticket"])
    assert (late["verdict"]["category"], late["verdict"]["priority"]) == ("billing", "high")
    assert len(model.journal()) == 1, "asked once, collected later"
    shown = site.ctl_json("ticket", "show", marks["Ticket"])
    assert shown["priority"] == "high"
    assert [call["outcome"] for call in shown["decisions"][0]["calls"]] == ["deadline", "ok"]
    assert jobs(site) == []


def test_a_slow_healthy_model_gives_each_mail_its_late_verdict(start_slow):
    """Twelve are more than the breaker's window: none may count as a failure."""
    model, site, _ = start_slow(delay="2", support=SHORT.replace("1s", "1500ms"), top=f"{SETTLE}\ncache_for = 0ms")

    def one(number):
        with Mta(site.socket) as mta:
            mta.connect()
            mta.helo()
            return mta.whole(headers={"From": f"anna{number}@example.net", "Subject": f"Question {number}",
                                      "Message-ID": f"<late-{number}@example.net>"},
                             body=f"Please refund invoice {number} urgently.\r\n",
                             recipients=["<support@example.com>"])
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        marks = list(pool.map(one, range(12)))
    assert all(mark["X-Triage-Status"].startswith("fallback; why=timeout") for mark in marks)
    for mark in marks:
        wait_late(site, mark["X-Triage-Ticket"])
    assert len(model.journal()) == 12


def test_a_call_that_was_killed_is_asked_anew(start_slow):
    model, site, postfix = start_slow(delay="3")
    marks = send(postfix, proven(body="Please refund the last invoice urgently."))
    site.daemon.stop(signal.SIGKILL)
    site.start()
    wait_late(site, marks["Ticket"])
    assert len(model.journal()) == 2


def test_a_persons_word_stands(start_slow):
    _, site, postfix = start_slow(top="settle = 3s")
    marks = send(postfix, proven(body="Please refund the last invoice urgently."))
    site.ctl("ticket", "correct", marks["Ticket"], "priority=low", check=True)
    late = wait_late(site, marks["Ticket"])
    assert late["verdict"]["priority"] == "low"
    assert late["verdict"]["category"] == "billing"
    assert late["final"] == ["priority"]
    assert site.tickets()[0]["priority"] == "low"


def test_a_floor_holds(start_slow):
    _, site, postfix = start_slow()
    marks = send(postfix, mail(body="There was a data breach, customer data is public. No hurry."))
    floor = revisions(site, marks["Ticket"])[0]["floors"]
    assert floor, "the shipped policy has a floor for it"
    assert wait_late(site, marks["Ticket"])["verdict"]["priority"] == floor["priority"]


def test_without_kept_text_the_baseline_stands(start_slow):
    model, site, postfix = start_slow(support=SHORT + "\n    keep = none")
    marks = send(postfix, mail())
    assert marks["Status"].startswith("fallback; why=timeout")
    assert jobs(site) == []
    assert len(model.journal()) == 1


def test_a_model_that_never_answers_leaves_the_baseline(start_slow):
    model, site, postfix = start_slow(delay="0", top="settle = 0ms\nlate_deadline = 200ms")
    model.control(fault="hang")
    marks = send(postfix, mail())

    def hurry():
        with sqlite3.connect(site.home / "triage.db", timeout=10) as store:
            return store.execute("UPDATE job SET attempts = 2, due = 0 WHERE kind = 'late'"
                                 " AND attempts = 1 AND lease = 0").rowcount == 1
    wait_until(hurry, 20, "the end of the first attempt")
    wait_until(lambda: jobs(site) == [], 20, "the end of the last attempt")
    assert [revision["by"] for revision in revisions(site, marks["Ticket"])] == ["fallback"]


def test_an_answer_that_is_late_and_useless_has_its_cost_all_the_same(start_slow):
    model, site, postfix = start_slow()
    model.control(fault="truncated", delay=2.5)
    marks = send(postfix, mail())
    wait_until(lambda: jobs(site) and not jobs(site)[0][2] and jobs(site)[0][1] > 0, 20, "an attempt")

    def calls():
        return site.ctl_json("ticket", "show", marks["Ticket"])["decisions"][0]["calls"]
    wait_until(lambda: len(calls()) > 1, 20, "what it came to")
    assert [call["outcome"] for call in calls()][:2] == ["deadline", "truncated"]
    assert calls()[1]["output_tokens"] > 0
    assert [revision["by"] for revision in revisions(site, marks["Ticket"])] == ["fallback"]
