"""Drafts put straight into the store, as if written and approved, and what became of them."""

import contextlib
import json
import sqlite3
import time

from .process import wait_until

DRAFT = """INSERT INTO draft (ticket, message, mailbox, state, recipients, subject, text, marks, sources,
    engine, prompt, topic, language, thread, confirmed, digest, approved_by, approved_at, message_id,
    envelope_sender, why, similarity, created, updated)
    SELECT t.id, m.id, t.mailbox, :state, :recipients,
    coalesce(:subject, 'Re: ' || t.subject || ' [' || t.name || ']'), :text, '[]', '[]', 'haiku',
    'reply@1', '', :language, m.id, 1, '', 'ann', :now, :message_id, '', '', 1, :now, :now FROM ticket t JOIN message m ON m.ticket = t.id WHERE t.name = :ticket
    ORDER BY m.id DESC LIMIT 1"""
JOB = """INSERT INTO job (kind, sequence, ticket, draft, mailbox, argument, created, due)
    SELECT 'send', ticket, ticket, id, mailbox, '', :now, :now FROM draft WHERE id = :draft"""


class Drafts:
    def __init__(self, site):
        self.site = site
        self.path = site.home / "triage.db"

    def ask(self, sql, **values):
        with contextlib.closing(sqlite3.connect(self.path, timeout=10)) as store, store:
            return store.execute(sql, values).fetchall()

    def one(self, sql, **values):
        rows = self.ask(sql, **values)
        return rows[0][0] if rows else None

    def waiting(self, **parts):
        return self.put("waiting", **parts)

    def approved(self, **parts):
        return self.put("approved", **parts)

    def put(self, state, ticket="SUP-1001", text="Hello Tom,\n\nwe have mended it.\n",
            to="tom@birchandsons.example", cc=(), language="en", subject=None, name="Tom Birch"):
        """A reply to a ticket's last mail, approved as it is; its number."""
        now = int(time.time())
        people = {"to": [{"name": name, "address": to}],
                  "cc": [{"name": "", "address": address} for address in cc]}
        with contextlib.closing(sqlite3.connect(self.path, timeout=10)) as store, store:
            number = store.execute("SELECT coalesce(max(id), 0) + 1 FROM draft").fetchone()[0]
            draft = store.execute(DRAFT, {
                "ticket": ticket, "state": "waiting", "recipients": json.dumps(people), "subject": subject,
                "text": text, "now": now, "language": language,
                "message_id": f"reply{number}@example.com"}).lastrowid
            store.execute("INSERT INTO draft_version (draft, by, text, at) VALUES (?, 'haiku', ?, ?)",
                          (draft, text, now))
        if state == "approved":
            self.approve(draft)
        return draft

    def approve(self, draft):
        """As it is, without what people are asked on the way."""
        digest = self.site.ctl_json("draft", "show", str(draft))["digest"]
        with contextlib.closing(sqlite3.connect(self.path, timeout=10)) as store, store:
            store.execute("UPDATE draft SET state = 'approved', digest = ? WHERE id = ?", (digest, draft))
            store.execute(JOB, {"now": int(time.time()), "draft": draft})

    def state(self, draft):
        return self.one("SELECT state FROM draft WHERE id = :draft", draft=draft)

    def recipient(self, draft):
        return self.one("SELECT recipients ->> '$.to[0].address' FROM draft WHERE id = :draft",
                        draft=draft)

    def why(self, draft):
        return self.one("SELECT why FROM draft WHERE id = :draft", draft=draft)

    def attempted(self, draft):
        """Has an attempt come to its end?"""
        return self.state(draft) not in ("approved", "sending") or self.one(
            "SELECT count(*) FROM job WHERE draft = :draft AND error <> '' AND lease = 0", draft=draft)

    def wait(self, draft, state, seconds=20):
        wait_until(lambda: self.state(draft) == state, seconds, f"draft {draft} {state}")

    def audit(self):
        """Every row of it, in order."""
        return self.ask("SELECT id, at, by, verb, ticket, before, after FROM audit ORDER BY id")

    def hurry(self):
        """What waits for its next attempt, or for a lease to fall, is due now."""
        self.ask("UPDATE job SET due = 0, lease = 0")

    def flag(self, ticket="SUP-1001"):
        return self.one("SELECT flag FROM ticket_flag f JOIN ticket t ON t.id = f.ticket"
                        " WHERE t.name = :ticket", ticket=ticket)

    def status(self, ticket="SUP-1001"):
        return self.one("SELECT status FROM ticket WHERE name = :ticket", ticket=ticket)
