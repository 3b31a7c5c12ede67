"""The customer's timeline: what came from whom is proven to be one, and what was answered."""

import contextlib
import sqlite3

import pytest

from mails import PROVEN
from replies import hear
from rig.drafts import Drafts
from rig.process import wait_until
from rig.site import SOURCE

TOP = "settle = 0s"


def rows(site):
    path = site.home / "crm.db.timeline"
    if not path.exists():
        return []
    with contextlib.closing(sqlite3.connect(path, timeout=10)) as timeline:
        return timeline.execute("SELECT company_id, type, category, summary, contact, sentiment"
                                " FROM interaction ORDER BY at, id").fetchall()


def store_text(site):
    return Drafts(site).ask("SELECT sender, text, headers FROM message")


def hear_proven(site, **options):
    """A mail whose author is proven; returns when nothing is left to be done about it."""
    hear(site, Authentication_Results=PROVEN, **options)
    store = Drafts(site)
    wait_until(lambda: not store.one("SELECT count(*) FROM job"), 20, "all jobs")


def test_a_contacts_mail_is_told_and_known_to_the_next_verdict(home, start_site, start_model):
    model = start_model()
    site = start_site(top=TOP, llm=model.conf(home),
                      support="engines = model\n    prompt = support")
    hear_proven(site, subject="Refund", body="Please refund the last invoice urgently.")
    company, kind, category, summary, contact, sentiment = rows(site)[0]
    decision = site.ctl_json("ticket", "show", "SUP-1001")["decisions"][0]
    verdict = decision["revisions"][-1]["verdict"]
    assert (company, kind) == (decision["customer"], "email")
    assert (category, summary) == (verdict["category"], verdict["summary"])
    assert contact == "tom@birchandsons.example"
    assert sentiment in (0.7, 0, -0.5, -0.9)
    hear_proven(site, subject="Another thing", body="The export button is broken.")
    assert verdict["summary"] in str(model.journal()[-1])
    assert len(rows(site)) == 2
    shown = site.ctl_json("customer", "show", contact)["interactions"]
    assert verdict["summary"] in [row["summary"] for row in shown]


def test_without_a_summary_the_subject_is_told(start_site):
    site = start_site(top=TOP)
    hear_proven(site)
    assert rows(site)[0][1:5] == ("email", "technical", "Broken export", "tom@birchandsons.example")


@pytest.mark.parametrize("options", [
    {"sender": "nobody@elsewhere.example"},
    {"sender": "someone@birchandsons.example", "Auto_Submitted": "auto-generated"},
    {"Reply_To": "grace@northwind.example"},
], ids=["stranger", "machine", "reply-to"])
def test_what_no_customer_wrote_is_not_told(start_site, options):
    site = start_site(top=TOP)
    hear_proven(site, **options)
    assert Drafts(site).one("SELECT count(*) FROM decision") == 1
    assert not rows(site)


def test_what_is_not_proven_is_not_told(start_site):
    site = start_site(top=TOP)
    hear(site)
    assert Drafts(site).one("SELECT count(*) FROM job") == 0
    assert not rows(site)


def test_of_a_colleague_of_theirs_only_that_there_was_something(start_site):
    site = start_site(top=TOP)
    hear_proven(site, sender="someone@birchandsons.example")
    company, kind, category, summary, contact, _ = rows(site)[0]
    assert company and (kind, category, summary, contact) == ("email", "technical", None, None)


def test_what_is_not_kept_is_only_counted(start_site):
    site = start_site(top=TOP, support="keep = none")
    hear_proven(site)
    assert [row[1:] for row in rows(site)] == [("email", "support", None, None, None)]


@pytest.mark.parametrize("line", ["timeline = no", "mode = tag"])
def test_a_mailbox_can_keep_it_to_itself(start_site, line):
    site = start_site(top=TOP)
    text = site.conf.read_text(encoding="utf-8")
    if line.startswith("mode"):
        text = text.replace("mode = full", line)
    else:
        text = text.replace("    agents =", f"    {line}\n    agents =")
    site.conf.write_text(text, encoding="utf-8")
    site.reload()
    wait_until(lambda: "reloaded" in site.log(), 20, "a reload")
    hear_proven(site)
    assert not rows(site)


def test_an_answer_is_told_once_it_was_sent(start_server, start_site):
    server = start_server()
    site = start_site(top=f"{TOP}\nsubmission_url = smtp://127.0.0.1:{server.port}")
    hear_proven(site)
    drafts = Drafts(site)
    drafts.wait(drafts.approved(), "sent")
    wait_until(lambda: len(rows(site)) == 2, 20, "the answer")
    assert rows(site)[1][1:] == ("reply", None, "Hello Tom, we have mended it.",
                                 "tom@birchandsons.example", None)


@pytest.mark.parametrize("line, told", [
    ("", [("reply", None, "We have mended it.", "tom@birchandsons.example")]),
    ("\n    keep = none", []),
])
def test_so_is_an_answer_that_was_written_elsewhere(start_site, line, told):
    site = start_site(top=f"{TOP}\nour_networks = 127.0.0.0/8", support=f"timeline = yes{line}")
    hear_proven(site, message_id="ask@birchandsons.example")
    for _ in range(2):  # another milter's retry is the same answer
        hear(site, client="127.0.0.1", sender="Acme Support <support@example.com>",
             to="tom@birchandsons.example",
             message_id="answer@example.com", In_Reply_To="<ask@birchandsons.example>",
             subject="Re: Broken export", body="We have mended it.\n\n> The export button is broken.",
             envelope_sender="<support@example.com>", recipients=["<tom@birchandsons.example>"])
    store = Drafts(site)
    wait_until(lambda: not store.one("SELECT count(*) FROM job"), 20, "all jobs")
    assert [row[1:5] for row in rows(site)][1:] == told


def test_an_import_leaves_it_and_forgetting_does_not(start_site):
    site = start_site(top=TOP)
    hear_proven(site)
    site.import_crm(SOURCE / "contrib/demo/crm")
    told = site.ctl_json("customer", "show", "tom@birchandsons.example")["interactions"]
    assert "Broken export" in [row.get("summary") for row in told]
    misspelt = site.ctl("forget", "tom@birchandson.example")
    assert (misspelt.returncode, misspelt.stdout) == (
        1, b"nothing is known of tom@birchandson.example: nothing was changed\n")
    before = [rows(site), store_text(site)]
    dry = site.ctl("forget", "--dry-run", "tom@birchandsons.example", check=True).stdout.decode()
    assert "would become forgotten-" in dry and "Interactions of the timeline: 1" in dry
    assert [rows(site), store_text(site)] == before
    said = site.ctl("forget", "tom@birchandsons.example", check=True).stdout.decode()
    assert "Interactions of the timeline: 1" in said
    for name in ("triage.db", "triage.db-wal", "crm.db.timeline", "crm.db.timeline-wal"):
        path = site.home / name
        assert not path.exists() or b"tom@birchandsons.example" not in path.read_bytes(), name
    assert site.ctl("forget", "tom@birchandsons.example").returncode == 1
    assert [row[1:5] for row in rows(site)] == [("email", "technical", None, None)]
    assert b"Broken export" not in (site.home / "crm.db.timeline").read_bytes()
