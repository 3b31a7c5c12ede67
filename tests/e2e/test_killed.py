"""The daemon killed again and again, while a model drafts replies and a mail server takes them.

Whatever the moment: what was approved arrives once or is called uncertain, nothing else leaves the house,
and no ticket loses its draft.  LONG kills at fifty moments; SEED repeats a run.
"""

import collections
import contextlib
import json
import os
import random
import re
import shutil
import sqlite3
import threading
import time

import pytest

from mails import PROVEN
from replies import TOP, hear, parsed
from rig.drafts import Drafts
from rig.process import wait_until
from rig.site import SOURCE
from rig.smtp_server import SmtpServer

LONG = bool(os.environ.get("LONG"))
SEED = int(os.environ.get("SEED") or (time.time_ns() % 1000000 if LONG else 7))
KILLS, A_ROUND = (50, 4) if LONG else (7, 1)  # mails between two kills
SOON = 30  # seconds, for what takes one

SUPPORT = """engines = model
    prompt = support
    deadline = 1s
    brand = acme
    drafts = console
"""
RULE = 'rule "answer" { draft = reply-support }\n'

# What happens to a draft, as the audit tells it; the customer may write again before it is approved.
LIVES = re.compile(r"add( withdraw| approve( attempt again)* attempt (sent|uncertain))?")


class Once(SmtpServer):
    """A fault strikes one dialogue; the others go on."""

    def __init__(self):
        super().__init__()
        self.lock, self.struck = threading.Lock(), None

    def action(self, step):
        with self.lock:
            action = super().action(step)
            if action:
                self.fault, self.struck = "", threading.current_thread()
            return action

    def strike(self, fault):
        self.fault, self.struck = fault, None
        self.resumed.clear()


class House:
    """Customers who write, a model that drafts, an agent who approves most of it, and a mail server."""

    def __init__(self, site, model, server):
        self.site, self.model, self.server = site, model, server
        self.drafts = Drafts(site)
        self.tickets, self.approved, self.unheard = [], set(), []
        self.told = []  # the audit as it was

    def hear(self, **options):
        number = len(self.tickets) + 1
        options = {"subject": f"Broken export {number}", "message_id": f"export{number}@test.example",
                   "body": f"The export of folder {number} is broken.",
                   "Authentication_Results": PROVEN, **options}
        return hear(self.site, **options)["X-Triage-Ticket"]

    def hear_new(self, count):
        for _ in range(count):
            self.tickets.append(self.hear())

    def hear_again(self):
        """The latest ticket that nobody answers hears from its customer once more."""
        if not self.unheard:
            return
        ticket = self.unheard[-1]
        first = f"<export{self.tickets.index(ticket) + 1}@test.example>"
        assert self.hear(subject=f"Re: [{ticket}]", message_id=None, In_Reply_To=first, body="And now?") == ticket

    def approve(self):
        """What waits, but for every fifth ticket, which waits on."""
        for draft, ticket in self.drafts.ask(
                "SELECT d.id, t.name FROM draft d JOIN ticket t ON t.id = d.ticket"
                " WHERE d.state = 'waiting' ORDER BY d.id"):
            if int(ticket.rpartition("-")[2]) % 5:
                self.site.approve(draft, "--confirm", "all", check=True)
                self.approved.add(draft)
            elif ticket not in self.unheard:
                self.unheard.append(ticket)

    def approve_one(self):
        """At least."""
        before = len(self.approved)

        def done():
            self.approve()
            return len(self.approved) > before
        wait_until(done, SOON, "a draft to approve")

    def settle(self):
        """All that is still to be done is done, late attempts at once."""
        def done():
            self.approve()
            self.drafts.ask("UPDATE job SET due = 0 WHERE lease = 0")
            return not self.drafts.one("SELECT count(*) FROM job")
        self.model.control(delay=0)
        wait_until(done, 4 * SOON, "the end of all jobs")

    def kill(self):
        self.site.daemon.child.kill()
        self.site.daemon.child.wait(10)

    def questions(self):
        """What the model was asked since it was told to forget."""
        return ["reply" if '"reply"' in json.dumps(entry.get("body")) else "triage"
                for entry in self.model.journal()]

    def look(self):
        """The audit grows, and nothing else."""
        audit = self.drafts.audit()
        assert audit[:len(self.told)] == self.told
        self.told = audit


@pytest.fixture
def house(home, start_model, start_site, stop_later):
    server, model, policies = Once(), start_model(), home / "policies"
    stop_later(server)
    shutil.copytree(SOURCE / "policies", policies)
    with open(policies / "support.policy", "a", encoding="utf-8") as policy:
        policy.write(RULE)
    site = start_site(llm=model.conf(home), support=SUPPORT, policies=policies,
                      top=TOP.format(port=server.port, timeout="1min"))
    return House(site, model, server)


# ── moments ──

def whenever(house, chance):
    house.hear_again()
    house.approve()
    time.sleep(chance.random() * 1.2)


def amid_a_draft(house, _):
    house.model.control(delay=60, slow="reply", forget=True)
    house.hear_new(1)
    wait_until(lambda: "reply" in house.questions(), SOON, "a question for a reply")


def amid_a_late_verdict(house, _):
    house.model.control(delay=60, slow="", forget=True)
    house.hear_new(1)
    wait_until(lambda: house.drafts.one("SELECT lease FROM job WHERE kind = 'late'"), SOON, "a late job")


def amid_a_mail(fault):
    """The server falls silent at this step of one dialogue."""
    def moment(house, _):
        house.server.strike(fault)
        house.approve_one()
        wait_until(lambda: house.server.struck, SOON, fault)
        assert house.drafts.one("SELECT count(*) FROM draft WHERE state = 'sending'")
    return moment


def answered_and_not_recorded(house, _):
    """Nobody can write to the store while the daemon hears the server's yes, and hangs up."""
    house.server.strike("taken:pause")
    house.approve_one()
    wait_until(lambda: house.server.struck, SOON, "a mail")
    with contextlib.closing(sqlite3.connect(house.drafts.path, timeout=10)) as store:
        store.execute("BEGIN IMMEDIATE")
        house.server.resumed.set()
        house.server.struck.join(SOON)
        assert not house.server.struck.is_alive()
        house.kill()


FORCED = [amid_a_draft, amid_a_late_verdict, answered_and_not_recorded,
          *(amid_a_mail(f"{step}:hang") for step in ("rcpt", "dot", "taken")),
          *(amid_a_mail(f"{step}:hang") for step in ("connect", "data") if LONG)]


def schedule(chance):
    moments = FORCED * (KILLS // 2 // len(FORCED) or 1)
    moments += [whenever] * (KILLS - len(moments))
    chance.shuffle(moments)
    return moments


# ── and what is left ──

def check_letters(house, rows):
    """(draft, ticket, state, Message-ID, text) of each."""
    arrived = {}
    for taken in house.server.mails:
        letter = parsed(taken)
        arrived.setdefault(letter["Message-ID"], []).append(letter)
    for draft, _, state, message_id, text in rows:
        letters = arrived.pop(f"<{message_id}>", [])
        assert (state, len(letters)) in (
            [("sent", 1), ("uncertain", 0), ("uncertain", 1)] if draft in house.approved else
            [("waiting", 0), ("withdrawn", 0)])
        for letter in letters:
            assert letter.get_content().replace("\r\n", "\n").startswith(text)
    assert not arrived, "what nobody approved"
    listed = house.site.ctl_json("draft", "list", "--state", "uncertain")["drafts"]
    assert {row["id"] for row in listed} == {row[0] for row in rows if row[2] == "uncertain"}


def check_audit(house, rows):
    house.look()
    lives = collections.defaultdict(list)
    for *_, verb, _, _, after in house.told:
        if verb.startswith("draft "):
            lives[json.loads(after)["draft"]].append(verb.removeprefix("draft "))
    for draft, _, state, *_ in rows:
        assert LIVES.fullmatch(" ".join(lives[draft])), lives[draft]
        assert lives[draft][-1] == {"waiting": "add", "withdrawn": "withdraw"}.get(state, state)


def test_whenever_the_daemon_is_killed_each_reply_arrives_once_or_is_uncertain(house):
    chance, began = random.Random(SEED), time.monotonic()
    print(f"SEED={SEED}")
    moments = schedule(chance)
    for moment in moments:
        house.model.control(delay=0.1, slow="reply")
        house.hear_new(A_ROUND)
        moment(house, chance)
        house.kill()
        house.look()
        house.server.fault = ""
        house.drafts.hurry()
        house.site.start()
    house.settle()

    rows = house.drafts.ask("SELECT d.id, t.name, d.state, d.message_id, d.text FROM draft d"
                            " JOIN ticket t ON t.id = d.ticket ORDER BY d.id")
    alive = collections.Counter(row[1] for row in rows if row[2] != "withdrawn")
    assert alive == {ticket: 1 for ticket in house.tickets}
    check_letters(house, rows)
    check_audit(house, rows)
    assert house.site.ctl_json("job", "list")["jobs"] == []
    states = collections.Counter(row[2] for row in rows)
    print(f"{len(moments)} kills, {len(rows)} drafts, {len(house.server.mails)} delivered, "
          f"{dict(states)}, {time.monotonic() - began:.0f} s")
