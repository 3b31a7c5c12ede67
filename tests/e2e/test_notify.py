"""Who is told: servers by webhooks, people by mail; once, without the mail's words unless asked for."""

import shutil

import pytest

from mails import PROVEN, mail
from replies import hear, parsed
from rig.certificates import make_certificates
from rig.drafts import Drafts
from rig.hook_server import HookServer
from rig.process import wait_until
from rig.site import SOURCE

TOP = """\
settle = 0s
our_networks = 127.0.0.0/8
notify oncall {{ url = {scheme}://{host}:{port}/hooks/triage; timeout = 1s; {oncall} }}
{top}
"""
RULES = """
rule "tell" { when subject HAS 'export'; notify = oncall; queue = incident; tags = loud }
"""


@pytest.fixture
def start_hook(home, stop_later):  # pylint: disable=unused-argument
    def start(*faults, **options):
        server = HookServer(*faults, **options)
        stop_later(server)
        return server
    return start


@pytest.fixture
def start_telling(home, start_site):
    """A site that tells a webhook's server of mail about exports."""
    def start(hook, rules=RULES, oncall="", top="", scheme="http", host="127.0.0.1", **parts):
        policies = home / "policies"
        shutil.copytree(SOURCE / "policies", policies)
        with open(policies / "review.policy", "a", encoding="utf-8") as policy:
            policy.write(rules)
        conf = TOP.format(scheme=scheme, host=host, port=hook.port, oncall=oncall, top=top)
        site = start_site(top=conf, policies=policies, **parts)
        return site, Drafts(site)
    return start


def wait_told(hook, count=1):
    wait_until(lambda: len(hook.heard) >= count or hook.wrong, 20, "a notification")
    assert not hook.wrong


def wait_done(store):
    wait_until(lambda: not store.one("SELECT count(*) FROM job WHERE dead = 0 AND kind <> 'log'"), 20,
               "all jobs")


def test_a_server_hears_where_the_ticket_stands_and_nothing_of_the_mail(home, start_hook, start_telling):
    hook = start_hook()
    (home / "oncall.key").write_text("s3cret\n", encoding="ascii")
    (home / "oncall.key").chmod(0o600)
    site, store = start_telling(hook, oncall=f"key_file = {home}/oncall.key")
    hear(site)
    wait_told(hook)
    path, headers, told = hook.heard[0]
    ticket = store.ask("SELECT priority, due FROM ticket")[0]
    decision = store.one("SELECT id FROM decision")
    assert path == "/hooks/triage"
    assert headers["Authorization"] == "Bearer s3cret"
    assert headers["Idempotency-Key"] == f"{decision}-oncall"
    assert told == {"v": 1, "event": "ticket", "ticket": "SUP-1001", "mailbox": "support",
                    "queue": "incident", "priority": ticket[0], "category": "technical",
                    "tags": ["loud"], "due": ticket[1]}
    wait_done(store)
    assert f"told notify=oncall event=ticket decision={decision} ticket=SUP-1001" in site.log()


def test_texts_are_told_where_the_administrator_says_so(start_hook, start_telling):
    hook = start_hook()
    site, _ = start_telling(hook, oncall="texts = yes")
    hear(site)
    wait_told(hook)
    assert hook.heard[0][2]["subject"] == "Broken export"
    assert hook.heard[0][2]["summary"] == ""


@pytest.mark.parametrize("faults", [["500"], ["429", "503"], ["hang"], ["close"]])
def test_a_server_in_trouble_is_told_again_with_the_same_key(start_hook, start_telling, faults):
    hook = start_hook(*faults)
    site, store = start_telling(hook)
    hear(site)
    for attempt in range(1, len(faults) + 1):
        wait_until(lambda: store.one("SELECT count(*) FROM job WHERE error <> '' AND lease = 0"
                                     " AND attempts = :attempt", attempt=attempt), 20, "an attempt")
        store.hurry()
    wait_told(hook, len(faults) + 1)
    wait_done(store)
    assert len(set(hook.keys())) == 1
    assert len(hook.heard) == len(faults) + 1


@pytest.mark.parametrize("answer", ["204", "break", "endless"])
def test_what_was_taken_is_not_told_twice(start_hook, start_telling, answer):
    hook = start_hook(answer)
    site, store = start_telling(hook)
    hear(site, message_id="one@test.example")
    wait_told(hook)
    wait_done(store)
    hear(site, message_id="one@test.example")
    hear(site, subject="Another export")
    wait_told(hook, 2)
    wait_done(store)
    assert len(hook.heard) == 2
    assert len(set(hook.keys())) == 2


def test_nobody_is_told_for_ever(start_hook, start_telling):
    hook = start_hook()
    hook.always = "500"
    site, store = start_telling(hook)
    hear(site)
    wait_told(hook)
    wait_until(lambda: store.one("SELECT error FROM job"), 20, "the first attempt")
    store.ask("UPDATE job SET attempts = 9, due = 0")
    wait_until(lambda: store.one("SELECT dead FROM job"), 20, "a dead job")
    job = site.ctl_json("job", "list")["jobs"][0]
    assert (job["kind"], job["error"]) == ("notify", "the webhook's server answers 500")
    hook.always = None
    site.ctl("job", "retry", str(job["id"]), check=True)
    wait_done(store)
    assert len(set(hook.keys())) == 1


@pytest.mark.parametrize("answer", ["401", "away"])
def test_a_server_that_refuses_is_told_once(start_hook, start_telling, answer):
    hook = start_hook(answer)
    site, store = start_telling(hook)
    hear(site)
    wait_until(lambda: store.one("SELECT dead FROM job"), 20, "a dead job")
    assert len(hook.heard) == 1
    assert "job-dead kind=notify" in site.log()


def test_a_server_that_nobody_vouches_for_hears_nothing(home, start_hook, start_telling):
    authority, _, pair = make_certificates(home)
    hook = start_hook(tls=pair)
    site, store = start_telling(hook, scheme="https", host="localhost")
    hear(site)
    wait_until(lambda: "certificate" in (store.one("SELECT error FROM job") or ""), 20, "a refusal")
    assert not hook.heard
    conf = TOP.format(scheme="https", host="localhost", port=hook.port, top="",
                      oncall=f"ca_file = {authority}")
    site.write(top=conf)
    site.reload()
    wait_until(lambda: "reloaded" in site.log(), 20, "a reload")
    store.hurry()
    wait_told(hook)


def test_in_a_mailbox_that_observes_nobody_is_told(start_hook, start_telling):
    hook = start_hook()
    site, store = start_telling(hook)
    text = site.conf.read_text(encoding="utf-8")
    site.conf.write_text(text.replace("mode = full", "mode = tag"), encoding="utf-8")
    site.reload()
    wait_until(lambda: "reloaded" in site.log(), 20, "a reload")
    hear(site)
    assert store.one("SELECT count(*) FROM decision") == 1
    assert store.one("SELECT count(*) FROM job") == 0


def test_a_late_verdict_tells_those_alone_who_have_not_been_told(home, start_hook, start_model, start_telling):
    hook = start_hook()
    model = start_model("--delay", "2")
    rules = RULES + 'rule "wake" { when priority >= high; notify = oncall, second }\n'
    site, store = start_telling(
        hook, rules=rules, llm=model.conf(home),
        top=f"notify second {{ url = http://127.0.0.1:{hook.port}/second }}",
        support="engines = model\n    prompt = support\n    deadline = 1s")
    hear(site, subject="The export", body="Please refund the last invoice urgently.",
         Authentication_Results=PROVEN)
    wait_told(hook)
    assert [path for path, _, _ in hook.heard] == ["/hooks/triage"]
    wait_until(lambda: store.one("SELECT count(*) FROM revision WHERE by = 'late'"), 20, "a late verdict")
    wait_done(store)
    assert [path for path, _, _ in hook.heard] == ["/hooks/triage", "/second"]


def test_two_are_told_of_one_mail(start_hook, start_telling):
    hook = start_hook()
    site, store = start_telling(hook, rules=RULES.replace("notify = oncall", "notify = oncall, second"),
                                top=f"notify second {{ url = http://127.0.0.1:{hook.port}/second }}")
    hear(site)
    wait_told(hook, 2)
    wait_done(store)
    assert sorted(path for path, _, _ in hook.heard) == ["/hooks/triage", "/second"]


# --- people --------------------------------------------------------------------------------------

LEAD = """\
submission_url = smtp://127.0.0.1:{port}
notify lead {{ address = Lead@example.com; {lead} }}
"""
TELL_LEAD = RULES.replace("oncall", "lead")


def test_a_person_is_told_by_mail(start_hook, start_server, start_telling):
    server = start_server()
    site, store = start_telling(start_hook(), rules=TELL_LEAD, top=LEAD.format(port=server.port, lead=""))
    hear(site)
    wait_done(store)
    sender, recipients, _ = server.mails[0]
    told = parsed(server.mails[0])
    assert (sender.split(" SIZE")[0], recipients) == (
        "MAIL FROM:<support@example.com>", ["RCPT TO:<lead@example.com>"])
    priority = store.one("SELECT priority FROM ticket")
    assert told["Subject"] == f"SUP-1001 at support, priority {priority}, queue incident"
    assert told["Auto-Submitted"] == "auto-generated"
    assert told["X-Triage-Notification"] == "ticket"
    assert told["Message-ID"] == f"<{store.one('SELECT id FROM decision')}-lead@example.com>"
    text = told.get_content()
    assert "Ticket    SUP-1001" in text
    assert "export" not in text.lower()
    assert len(server.mails) == 1


def test_a_mail_server_in_trouble_gets_the_same_mail_again(start_hook, start_server, start_telling):
    server = start_server("taken:close")
    site, store = start_telling(start_hook(), rules=TELL_LEAD,
                                top=LEAD.format(port=server.port, lead="texts = yes"))
    hear(site, subject="Der Export fällt aus =?")
    wait_until(lambda: store.one("SELECT error FROM job"), 20, "an attempt")
    server.fault = ""
    store.hurry()
    wait_done(store)
    first, second = server.mails
    assert first == second
    assert "Subject   Der Export fällt aus =?" in parsed(first).get_content()


def test_on_postfix_a_notification_answers_nothing_and_makes_no_ticket(home, start_postfix, start_hook, start_telling):
    """It names the ticket, is from the mailbox, and passes our own milter."""
    postfix = start_postfix(f"unix:{home}/site/milter.sock", domains="example.com")
    site, store = start_telling(start_hook(), rules=TELL_LEAD, top=LEAD.format(port=postfix.port, lead=""))
    postfix.send(mail(), "tom@birchandsons.example", ["support@example.com"], client="192.0.2.25")
    told = postfix.wait_delivered("lead@example.com")[0]
    assert told["Return-Path"] == "<support@example.com>"
    assert told["Subject"].startswith("SUP-1001 at support")
    assert "X-Triage-Status" not in told
    assert store.ask("SELECT name, status, answered FROM ticket") == [("SUP-1001", "new", 0)]
    assert store.one("SELECT count(*) FROM message") == 1


def test_what_comes_back_to_a_mailbox_is_not_told_again(home, start_postfix, start_hook, start_telling):
    """An alias brings the notification to another mailbox, from a network that isn't ours."""
    hook = start_hook()
    site, store = start_telling(hook, rules='rule "all" { notify = oncall }\n')
    postfix = start_postfix(site.socket)
    back = mail(sender="support@example.com", subject="SUP-1001 at support", Auto_Submitted="auto-generated")
    postfix.send(back, "support@example.com", ["sales@example.com"], client="192.0.2.25")
    postfix.wait_delivered("sales@example.com")
    assert store.one("SELECT count(*) FROM decision") == 1
    assert store.one("SELECT count(*) FROM job") == 0
    assert not hook.heard


# --- reminders -----------------------------------------------------------------------------------

def test_what_nobody_answers_in_time_is_told_once(start_hook, start_telling):
    hook = start_hook("500")
    site, store = start_telling(hook, rules='rule "soon" { answer_within = 1h }\n',
                                support="remind = oncall")
    hear(site)
    wait_until(lambda: store.one("SELECT due = (SELECT due FROM ticket) FROM job"), 20, "the reminder")
    assert site.tickets()[0]["flag"] == ""
    store.ask("UPDATE ticket SET due = due - 7200")
    store.hurry()
    wait_told(hook)
    wait_until(lambda: store.one("SELECT error FROM job"), 20, "the failed attempt")
    store.hurry()
    wait_told(hook, 2)
    wait_done(store)
    due = store.one("SELECT due FROM ticket")
    told = hook.heard[1][2]
    assert (told["event"], told["ticket"], told["due"]) == ("overdue", "SUP-1001", due)
    assert set(hook.keys()) == {f"{store.one('SELECT id FROM decision')}-oncall-{due}"}
    assert site.tickets()[0]["flag"] == "overdue"


def test_what_was_answered_meanwhile_is_not_told(start_hook, start_telling):
    hook = start_hook("500")
    site, store = start_telling(hook, rules='rule "soon" { answer_within = 1h }\n',
                                support="remind = oncall")
    hear(site)
    wait_until(lambda: store.one("SELECT due = (SELECT due FROM ticket) FROM job"), 20, "the reminder")
    store.ask("UPDATE ticket SET due = due - 7200")
    store.hurry()
    wait_until(lambda: store.one("SELECT error FROM job"), 20, "the failed attempt")
    site.ctl("ticket", "close", "SUP-1001", check=True)
    store.ask("UPDATE ticket SET due = 0")
    store.hurry()
    wait_done(store)
    assert len(hook.heard) == 1
