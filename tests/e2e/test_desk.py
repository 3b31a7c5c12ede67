"""People at a desk: drafts shown, edited, approved and rejected, tickets and jobs handled, on a command
line.  The mail comes through Postfix; the draft is put into the store as the program writes it."""

import contextlib
import json
import os
import pty
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from conftest import MTA
from mails import mail, proven, triage
from rig.postfix import Postfix
from rig.site import BUILD, Site

SENDER = "tom@birchandsons.example"
TEXT = "Hello Tom,\nthe export button of order 4711 works again.\n"
MARKS = [{"kind": "number", "start": TEXT.index("4711"), "length": 4, "text": "4711",
          "why": "this number is in no source"}]
HIDDEN = [{"kind": "hidden", "start": 0, "length": 5, "text": "Hello", "why": "nobody sees it"}]


class Desk:
    """A site whose daemon has gone again, and its store."""

    def __init__(self, site, ticket):
        self.site, self.ticket = site, ticket

    def sql(self, sql, *values):
        with sqlite3.connect(self.site.home / "triage.db") as store:
            return store.execute(sql, values).fetchall()

    def draft(self, marks=(), text=TEXT):
        """A draft for the newest mail of the ticket, as the program would write it."""
        with sqlite3.connect(self.site.home / "triage.db") as store:
            message, ticket = store.execute(
                "SELECT max(m.id), t.id FROM message m JOIN ticket t ON t.id = m.ticket"
                " WHERE t.name = ?", (self.ticket,)).fetchone()
            now = int(time.time())
            row = {"ticket": ticket, "message": message, "mailbox": "support", "state": "waiting",
                   "recipients": json.dumps({"to": [{"name": "Tom", "address": SENDER}], "cc": []}),
                   "subject": f"Re: Broken export [{self.ticket}]", "text": text,
                   "marks": json.dumps(list(marks)),
                   "sources": '[{"kind":"knowledge","name":"export.md","text":"Export works."}]',
                   "engine": "haiku", "prompt": "reply@1", "topic": "technical", "language": "en",
                   "thread": message, "confirmed": 0, "digest": "", "approved_by": "",
                   "approved_at": 0, "message_id": "", "envelope_sender": "", "why": "",
                   "similarity": -1, "created": now, "updated": now}
            names, places = ", ".join(row), ", ".join("?" * len(row))
            draft = store.execute(f"INSERT INTO draft ({names}) VALUES ({places})",
                                  tuple(row.values())).lastrowid
            store.execute("INSERT INTO draft_version (draft, by, text, at) VALUES (?, 'haiku', ?, ?)",
                          (draft, text, now))
        return str(draft)

    def run(self, *words, **environment):
        done = subprocess.run([BUILD / "triagectl", "-c", self.site.conf, *words],
                              capture_output=True, check=False, timeout=60, stdin=subprocess.DEVNULL,
                              env=dict(os.environ, LC_ALL="C.UTF-8", **environment))
        assert b"Sanitizer" not in done.stderr, done.stderr.decode()
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def good(self, *words, **environment):
        code, out, err = self.run(*words, **environment)
        assert code == 0, err
        return out

    def code(self, draft):
        return self.site.ctl_json("draft", "show", draft)["code"]

    def approve(self, draft, *words, **environment):
        """With the code that is shown now."""
        return self.run("draft", "approve", draft, self.code(draft), *words, **environment)

    def state(self, draft):
        return self.sql("SELECT state FROM draft WHERE id = ?", draft)[0][0]


@pytest.fixture(scope="module")
def recorded():
    """A store with a ticket of a proven sender and one of anybody: its path, and their names."""
    home = Path(tempfile.mkdtemp(prefix="triage-test-"))
    home.chmod(0o755)
    site = Site(home / "site", support="timeline = no")
    site.import_crm()
    with contextlib.ExitStack() as things:
        things.callback(shutil.rmtree, home, ignore_errors=True)
        things.callback(site.start().stop)
        postfix = Postfix(MTA, home / "postfix", site.socket)
        things.callback(postfix.stop)
        postfix.start()
        names = []
        for raw in (proven(), mail(subject="Another export")):
            postfix.send(raw, SENDER, ["support@example.com"], client="192.0.2.25")
            names.append(postfix.wait_delivered("support@example.com", len(names) + 1)[-1])
        site.stop()
        yield site.home / "triage.db", [triage(message)["Ticket"] for message in names]


@pytest.fixture
def desk(recorded, home):
    store, (ticket, _) = recorded
    site = Site(home / "site")
    shutil.copy(store, site.home)
    return Desk(site, ticket)


@pytest.fixture
def stranger(recorded, desk):
    """The desk before the ticket of a sender that nothing proves."""
    desk.ticket = recorded[1][1]
    return desk


# --- drafts --------------------------------------------------------------------------------------

def test_a_draft_is_listed_and_shown_with_its_marks_explained(desk):
    draft = desk.draft(MARKS)
    assert re.search(rf"^{draft} +{desk.ticket} +waiting +support .*Re: Broken export",
                     desk.good("draft", "list"), re.M)
    assert desk.ticket not in desk.good("draft", "list", "--state", "sent")
    assert desk.ticket not in desk.good("draft", "list", "--mailbox", "sales")
    for name in (draft, desk.ticket):
        shown = desk.good("draft", "show", name)
        assert "order 4711⟦1⟧ works again." in shown
        assert "\n\n── to be looked at ──\n⟦1⟧ number '4711': this number is in no source" in shown
        assert f"To:        Tom <{SENDER}>" in shown
        assert "knowledge export.md" in shown
        assert "The export button is broken." in shown, "the thread"
        assert "Sender:    proven" in shown
        assert re.search(r"^Code:      [0-9A-HJKMNP-TV-Z]{6}$", shown, re.M)
        assert "From:      support@example.com" in shown
        assert "wrote:\n> The export button is broken.\n" in shown, "what is quoted"


def test_json_has_all_of_it(desk):
    draft = desk.draft(MARKS)
    shown = desk.site.ctl_json("draft", "show", draft)
    assert shown["v"] == 1
    assert (shown["text"], shown["state"], shown["proven"]) == (TEXT, "waiting", True)
    assert shown["marks"] == [dict(MARKS[0], confirmable=True)]
    assert shown["to"] == [{"name": "Tom", "address": SENDER}]
    assert [entry["direction"] for entry in shown["mails"]] == ["in"]
    assert re.fullmatch("[0-9a-f]{64}", shown["digest"])
    assert shown["code"] in desk.good("draft", "show", draft)
    assert shown["below"].endswith("wrote:\n> The export button is broken.\n")
    assert [row["id"] for row in desk.site.ctl_json("draft", "list")["drafts"]] == [int(draft)]


def test_text_never_speaks_to_the_terminal(desk):
    draft = desk.draft([dict(MARKS[0], text="\x1b[2J", why="\x1b]0;owned\x07")],
                       text="Hello \x1b[31mTom\x1b]52;c;AAAA\x07 \u202ecod.exe")
    desk.sql("UPDATE draft SET subject = ?, why = ?, recipients = replace(recipients, 'Tom', ?)",
             "\x1b[2J", "\x1b[2J", "\u202e\x9b2J")
    for words in (["show", draft], ["list"], ["approve", draft, desk.code(draft), "--confirm", "all"],
                  ["reject", draft, "no"], ["reject", draft, "again \x1b[2J"]):
        _, out, err = desk.run("draft", *words)
        assert not re.search("[\x07\x1b\x9b\u202e]", out + err)


def test_a_name_that_is_no_utf8_is_just_unknown(desk):
    code, _, err = desk.run("ticket", "close", b"SUP-\xe9")
    assert code == 1 and "there is no ticket 'SUP-" in err


def test_marks_are_confirmed_before_anything_is_sent(desk):
    draft = desk.draft(MARKS)
    for confirm, fault in (([], "mark 1 is to be confirmed"), (["--confirm", "2"], "no mark '2'")):
        code, out, err = desk.approve(draft, *confirm)
        assert (code, out) == (1, "") and fault in err
        assert desk.state(draft) == "waiting"
    code, out, _ = desk.approve(draft, "--confirm", "1")
    assert code == 0 and f"will be sent to Tom <{SENDER}>" in out
    assert desk.state(draft) == "approved"
    assert desk.sql("SELECT kind, draft FROM job") == [("send", int(draft))]
    assert re.fullmatch(r"[0-9a-f-]{36}@example\.com", desk.sql("SELECT message_id FROM draft")[0][0])


def test_what_nobody_sees_cannot_be_confirmed(desk):
    draft = desk.draft(HIDDEN)
    code, _, err = desk.approve(draft, "--confirm", "all")
    assert code == 1 and "the text can't go as it is: nobody sees it; edit it" in err
    assert "(edit it away)" in desk.good("draft", "show", draft)


def test_who_comes_second_is_told_by_whom(desk):
    draft = desk.draft()
    seen = desk.code(draft)
    desk.good("draft", "approve", draft, seen, SUDO_USER="anna")
    code, _, err = desk.run("draft", "approve", draft, seen, SUDO_USER="ben")
    assert code == 1 and f"draft {draft} is approved by anna" in err
    assert desk.sql("SELECT by FROM audit WHERE verb = 'draft approve'") == [("anna",)]


@pytest.mark.parametrize("words, signature", [(["edit", "{}", "--file", "{file}"], ""), ([], "Acme")])
def test_what_was_changed_since_it_was_shown_is_not_approved(desk, tmp_path, words, signature):
    """By a colleague, or by an administrator who signs otherwise now."""
    draft = desk.draft()
    seen = desk.code(draft)
    new = tmp_path / "reply.txt"
    new.write_text("Hello Tom,\nit is on its way.\n", encoding="utf-8")
    if words:
        desk.good("draft", *(word.format(draft, file=new) for word in words), SUDO_USER="ben")
    if signature:
        desk.site.write(top=f'brand acme {{ from = support@example.com; signature = {signature} }}',
                        support="brand = acme")
    code, _, err = desk.run("draft", "approve", desk.ticket, seen, SUDO_USER="anna")
    assert code == 1 and f"draft {draft} is not what you saw" in err
    assert desk.code(draft) not in err, "the new code is read beside what it stands for"
    assert desk.state(draft) == "waiting"
    desk.good("draft", "approve", desk.ticket, desk.code(draft).lower(), SUDO_USER="anna")
    assert desk.state(draft) == "approved"


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_without_a_code_and_a_terminal_nothing_is_approved(desk, words):
    draft = desk.draft()
    code, out, err = desk.run(*words, "draft", "approve", draft)
    assert (code, out) == (64, "") and f"'triagectl draft show {draft}'" in err
    assert desk.state(draft) == "waiting"


def at_a_terminal(desk, answers, *words):
    """What triagectl says there, and its exit code."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([BUILD / "triagectl", "-c", desk.site.conf, *words], stdin=theirs,
                               stdout=theirs, stderr=theirs, env=dict(os.environ, LC_ALL="C.UTF-8"))
    os.close(theirs)
    said = b""
    with contextlib.suppress(OSError), open(ours, "r+b", buffering=0) as terminal:
        terminal.write(answers.encode())
        while piece := terminal.read(65536):
            said += piece
    return process.wait(30), said.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("marks, answers, state", [
    ((), "y\n", "approved"), ((), "yes\n", "approved"), ((), "n\n", "waiting"), ((), "\n", "waiting"),
    ((), "\x04", "waiting"), (MARKS, "all\ny\n", "approved"), (MARKS, "1\ny\n", "approved"),
    (MARKS, "\ny\n", "waiting"), (MARKS, "2\ny\n", "waiting")])
def test_at_a_terminal_it_is_shown_and_asked_for(desk, marks, answers, state):
    draft = desk.draft(marks)
    code, said = at_a_terminal(desk, answers, "draft", "approve", desk.ticket)
    assert "works again." in said and "> The export button is broken.\n" in said
    assert f"Send this to Tom <{SENDER}>? [y/N]" in said
    assert (code, desk.state(draft)) == (0 if state == "approved" else 1, state), said


def test_a_sender_nothing_proves_must_be_named(stranger):
    draft = stranger.draft()
    assert "not proven" in stranger.good("draft", "show", draft)
    code, _, err = stranger.approve(draft)
    assert code == 1 and f"name whom you answer ({SENDER})" in err
    code, _, err = stranger.approve(draft, "--to", "eve@example.org")
    assert code == 1 and f"it goes to {SENDER}, not to eve@example.org" in err
    assert stranger.state(draft) == "waiting"
    code, _, err = stranger.approve(draft, "--to", SENDER)
    assert (code, stranger.state(draft)) == (0, "approved"), err


def test_a_file_replaces_the_text_and_is_checked(desk, tmp_path):
    draft = desk.draft()
    new = tmp_path / "reply.txt"
    new.write_text("Hello Tom,\nit will cost 98765 EUR.\n", encoding="utf-8")
    desk.good("draft", "edit", draft, "--file", str(new), SUDO_USER="anna")
    shown = desk.site.ctl_json("draft", "show", draft)
    assert shown["text"] == new.read_text(encoding="utf-8")
    assert any("98765" in mark["text"] for mark in shown["marks"])
    assert 0 < shown["similarity"] < 1
    versions = desk.site.ctl_json("ticket", "show", desk.ticket)["drafts"][0]["versions"]
    assert [(version["by"], version["text"]) for version in versions] == [
        ("haiku", TEXT), ("anna", shown["text"])]


@pytest.mark.parametrize("content, fault", [
    (b"caf\xe9\n", "is not UTF-8 at byte 3"), (b"a\0b", "NUL"), (b" \n", "is empty"),
    (b"x" * 65537, "more than 65536 bytes")])
def test_a_text_that_cannot_be_is_refused(desk, tmp_path, content, fault):
    draft = desk.draft()
    new = tmp_path / "reply.txt"
    new.write_bytes(content)
    code, _, err = desk.run("draft", "edit", draft, "--file", str(new))
    assert code == 1 and fault in err
    assert desk.sql("SELECT count(*) FROM draft_version") == [(1,)]


def editor(tmp_path, lines):
    """An editor that is a program of Python: `path` is the file it is given."""
    script = tmp_path / "editor.py"
    script.write_text(f"import pathlib, sys\npath = pathlib.Path(sys.argv[-1])\n{lines}\n",
                      encoding="utf-8")
    return f"{sys.executable} {script} --wait"


def test_an_editor_changes_the_text_in_a_file_of_ones_own(desk, tmp_path):
    draft = desk.draft()
    lines = (f"pathlib.Path({str(tmp_path / 'seen')!r}).write_text(f'{{path.stat().st_mode:o}} {{path}}')\n"
             "path.write_text(path.read_text().replace('works again', 'is back'))")
    desk.good("draft", "edit", draft, EDITOR=editor(tmp_path, lines), VISUAL="", TMPDIR=str(tmp_path))
    mode, _, path = (tmp_path / "seen").read_text(encoding="utf-8").partition(" ")
    assert stat.S_IMODE(int(mode, 8)) == 0o600
    assert not os.path.exists(path)
    assert "is back" in desk.good("draft", "show", draft)


def test_nothing_happens_without_a_change(desk, tmp_path):
    draft = desk.draft()
    out = desk.good("draft", "edit", draft, EDITOR=editor(tmp_path, ""), VISUAL="")
    assert f"draft {draft} is as it was" in out
    assert desk.sql("SELECT count(*) FROM audit") == [(0,)]


@pytest.mark.parametrize("lines", ["path.write_text('mine'); sys.exit(3)",
                                   "path.write_bytes(b'mine \\xff')"])
def test_what_was_written_is_never_lost(desk, tmp_path, lines):
    draft = desk.draft()
    code, _, err = desk.run("draft", "edit", draft, EDITOR=editor(tmp_path, lines), VISUAL="",
                            TMPDIR=str(tmp_path))
    assert code != 0
    kept = Path(re.search(r"the text is in (\S+)", err).group(1))
    assert kept.read_bytes().startswith(b"mine")
    assert desk.state(draft) == "waiting"


def test_a_rejection_says_why(desk):
    draft = desk.draft()
    desk.good("draft", "reject", desk.ticket, "not", "our", "product")
    assert "State:     rejected: not our product" in desk.good("draft", "show", draft)
    code, _, err = desk.run("draft", "edit", draft, "--file", "/dev/null")
    assert code == 1
    code, _, err = desk.run("draft", "show", desk.ticket)
    assert code == 1 and "no draft of" in err


# --- tickets and jobs ----------------------------------------------------------------------------

def test_a_ticket_is_assigned_noted_closed_and_reopened(desk):
    draft = desk.draft()
    desk.good("ticket", "assign", desk.ticket, "ben", SUDO_USER="anna")
    desk.good("ticket", "note", desk.ticket, "She", "called.", SUDO_USER="anna")
    desk.good("ticket", "close", desk.ticket)
    shown = desk.site.ctl_json("ticket", "show", desk.ticket)
    assert (shown["assignee"], shown["status"], shown["held"]) == ("ben", "closed", ["assignee"])
    assert [(note["by"], note["text"]) for note in shown["notes"]] == [("anna", "She called.")]
    assert desk.state(draft) == "withdrawn"
    code, _, err = desk.run("ticket", "close", desk.ticket)
    assert code == 1 and "is closed already" in err
    desk.good("ticket", "reopen", desk.ticket)
    desk.good("ticket", "assign", desk.ticket, "none")
    shown = desk.site.ctl_json("ticket", "show", desk.ticket)
    assert (shown["assignee"], shown["status"]) == ("", "open")


def test_a_ticket_is_nobodys_outside_the_mailbox(desk):
    code, _, err = desk.run("ticket", "assign", desk.ticket, "mallory")
    assert code == 1
    assert "'mallory' is not among the people of mailbox 'support': anna, ben, anna@example.com" in err


def test_jobs_are_listed_retried_and_dropped(desk):
    draft = desk.draft()
    assert desk.approve(draft)[0] == 0
    desk.sql("UPDATE job SET dead = 1, attempts = 5, error = ?", "550 \x1b[2Jno")
    job = str(desk.site.ctl_json("job", "list")["jobs"][0]["id"])
    listed = desk.good("job", "list")
    assert re.search(rf"^{job} +send +dead +{desk.ticket} .* 5 550 \\u001b\[2Jno$", listed, re.M)
    desk.good("job", "retry", job)
    assert desk.sql("SELECT dead, attempts FROM job") == [(0, 0)]
    desk.good("job", "drop", job)
    assert desk.site.ctl_json("job", "list")["jobs"] == []
    assert desk.state(draft) == "failed"
    code, _, err = desk.run("job", "drop", job)
    assert code == 1 and f"there is no job {job}" in err


def test_numbers_tell_which_topic_can_be_trusted(desk):
    assert desk.approve(desk.draft())[0] == 0
    assert desk.site.ctl_json("stats", "show")["drafts"]["unedited"] == {"technical": 1}
    shown = desk.good("stats", "show")
    assert re.search(r"^DRAFTS ON +DECIDED +UNEDITED +REJECTED +SIMILAR$", shown, re.M)
    assert re.search(r"^technical +1 +100 % +0 % +100 %$", shown, re.M)


@pytest.mark.parametrize("words", [
    ["draft", "show"], ["draft", "edit"], ["draft", "approve"], ["draft", "approve", "1"],
    ["draft", "approve", "1", "7K3Q", "9"], ["draft", "approve", "1", "--confirm"], ["draft", "reject", "1"],
    ["draft", "list", "--state", "asleep"], ["ticket", "assign", "SUP-1001"],
    ["ticket", "note", "SUP-1001"], ["ticket", "close"], ["job", "retry", "one"], ["job", "drop"]])
def test_how_a_command_is_used_is_said(desk, words):
    code, out, err = desk.run(*words)
    assert (code, out) == (64, "") and "triagectl " + " ".join(words[:2]) in err
