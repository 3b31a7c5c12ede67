#!/usr/bin/env python3
"""make demo: a private Postfix on loopback, triage-milter in front of it, a sample CRM, a morning's mail,
and a reply to one of them.  Everything lives below a temporary folder and is gone afterwards."""

import contextlib
import email
import email.policy
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
sys.path.insert(0, str(SOURCE / "tests/e2e"))

import show  # noqa: E402
from rig.model import Model  # noqa: E402
from rig.postfix import Postfix  # noqa: E402
from rig.process import wait_until  # noqa: E402
from rig.site import Site, remove  # noqa: E402

# File, and the envelope sender where it isn't the From address.
MAILS = [
    ("01-outage", None),
    ("02-billing", None),
    ("03-hot-lead", None),
    ("04-seo-pitch", None),
    ("05-newsletter", "bounces@opsweekly.example"),
    ("06-out-of-office", ""),
    ("07-bounce", ""),
    ("08-forged", "grace@mailer.invalid"),
    ("09-german", None),
    ("10-japanese", None),
    ("11-html-only", None),
    ("12-follow-up", None),
    ("13-both-mailboxes", None),
    ("14-out-of-scope", None),
    ("15-monitoring", None),
]
SIMULATED = ["01-outage", "03-hot-lead"]
ANSWERED = "01-outage"

PROVIDERS = [  # environment variable, api, default model
    ("ANTHROPIC_API_KEY", "anthropic", "claude-haiku-5-5"),
    ("OPENAI_API_KEY", "openai", "gpt-6-luna"),
]

TOP = """\
our_networks = 127.0.0.0/8
settle = 1s
late_deadline = 0ms
reply_dir = {source}/conf/replies
knowledge_dir = {here}/knowledge
submission_url = smtp://127.0.0.1:{port}
brand acme {{ from = "Acme Support <support@example.com>"; language = en, de; signature = "Acme Support" }}
"""
SUPPORT = "drafts = console\n    brand = acme\n"
SALES = "drafts = console\n"
ENGINES = "    engines = model\n    prompt = {}\n    deadline = 20s\n"

HOW_TO_APPROVE = """\
Nothing is sent before a person says so. They would change the text, which is checked anew, and
have it sent; DEMO_APPROVE=1 make demo does both:

    triagectl draft edit {ticket}
    triagectl draft show {ticket}           # shows a code of what would be sent
    triagectl draft approve {ticket} CODE --confirm all"""

HINT = """\
No real model was asked: the baseline of the policies answered, and says so (fallback); the last two
rows, and the draft, are a simulated model's. With a real one:

    ANTHROPIC_API_KEY=… make demo
    OPENAI_API_KEY=… make demo
    LLM_URL=http://127.0.0.1:11434 LLM_MODEL=… make demo"""


# ── the house ──

def configured_model(home):
    """The llm block for the model named in the environment, or ""."""
    url, name = os.environ.get("LLM_URL"), os.environ.get("LLM_MODEL")
    if url and name:
        api = os.environ.get("LLM_API", "ollama")
        return f"llm model {{\n    api = {api}\n    model = \"{name}\"\n    url = \"{url}\"\n}}\n"
    for variable, api, model in PROVIDERS:
        if os.environ.get(variable):
            key = home / "model.key"
            key.write_text(os.environ[variable] + "\n", encoding="ascii")
            key.chmod(0o600)
            return (f"llm model {{\n    api = {api}\n    model = \"{name or model}\"\n"
                    f"    key_file = {key}\n}}\n")
    return ""


def with_engines(llm):
    """What the configuration says of models."""
    return {"llm": llm, "support": SUPPORT + (ENGINES.format("support") if llm else ""),
            "sales": SALES + (ENGINES.format("sales") if llm else "")}


def build(home, llm):
    """A Postfix that delivers to the outage's sender too, and the site in front of it, neither started."""
    policies = shutil.copytree(SOURCE / "policies", home / "policies")
    shutil.copy(HERE / "policies/answer.policy", policies)
    postfix = Postfix(SOURCE / "build/mta", home / "postfix", f"unix:{home}/site/milter.sock",
                      domains="example.com, northwind.example", extra_main="recipient_delimiter = +")
    site = Site(home / "site", top=TOP.format(source=SOURCE, here=HERE, port=postfix.port),
                policies=policies, policy=", answer", **with_engines(llm))
    return postfix, site


# ── a morning's mail ──

def read_mail(name, suffix=""):
    """One of the sample mails, who it is from and for; a suffix makes it a new message."""
    raw = (HERE / "mails" / f"{name}.eml").read_bytes()
    raw = raw.replace(b"-1@", f"-1{suffix}@".encode()).replace(b"\n", b"\r\n")
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    recipients = [address.addr_spec for address in message["To"].addresses]
    return raw, message["From"].addresses[0].addr_spec, recipients


def deliver(postfix, name, sender=None, suffix=""):
    """Sends one sample mail, waits for it, and returns what was delivered to its first recipient."""
    raw, author, recipients = read_mail(name, suffix)
    before = len(postfix.delivered(recipients[0]))
    postfix.send(raw, author if sender is None else sender, recipients, client="192.0.2.25",
                 timeout=120)
    return postfix.wait_delivered(recipients[0], before + 1, 30)[-1]


def deliver_all(postfix):
    """The rows of the table, and the mails by name."""
    delivered = {name: deliver(postfix, name, sender) for name, sender in MAILS}
    return [show.row_of(name, mail) for name, mail in delivered.items()], delivered


def deliver_simulated(postfix, site, llm):
    """Some of them again, with a model that is simulated."""
    site.write(**with_engines(llm))
    site.reload()
    wait_until(lambda: "reloaded" in site.log(), 10, "the reload")
    delivered = {name: deliver(postfix, name, suffix="-again") for name in SIMULATED}
    return [show.row_of(name, mail, "simulated") for name, mail in delivered.items()], delivered


# ── a reply to one of them ──

def show_draft(site, ticket):
    """What waits for a person, once it is written; as JSON too."""
    def is_written():
        jobs, drafts = site.ctl_json("job", "list")["jobs"], site.ctl_json("draft", "list")["drafts"]
        return (any(draft["ticket"] == ticket and draft["state"] == "waiting" for draft in drafts)
                and not any(job["ticket"] == ticket and job["kind"] == "draft" for job in jobs))
    wait_until(is_written, 300, f"the draft for {ticket}", pause=0.2)
    show.title("A reply that waits for a person")
    show.line(f"$ triagectl draft show {ticket}")
    show.text(site.ctl("draft", "show", ticket, check=True).stdout.decode())
    return site.ctl_json("draft", "show", ticket)


def without_marked(draft):
    """The text without the sentences, and list items, in which something is marked."""
    marked = [mark["text"] for mark in draft["marks"] if mark["text"]]
    sentences = re.split(r"(?<=[^\d\s][.!?])(?=\s)", draft["text"])
    return "".join(part for part in sentences if not any(text in part for text in marked))


def run_draft(site, *words):
    """A command about a draft, and the last line it says."""
    show.line(f"$ triagectl draft {' '.join(words)}".replace(f"{site.home}/", ""))
    show.line(site.ctl("draft", *words, check=True).stdout.decode().strip().rpartition("\n")[2])


def approve(site, postfix, ticket, draft):
    """Takes out what is marked, approves, and shows what the customer gets."""
    customer = draft["to"][0]["address"]
    edited = site.home / "edited.txt"
    edited.write_text(without_marked(draft), encoding="utf-8")
    show.title("A person takes out what is marked, and has the reply sent")
    run_draft(site, "edit", ticket, "--file", str(edited))
    code = site.ctl_json("draft", "show", ticket)["code"]
    show.text(f"$ triagectl draft show {ticket}\n…\nCode:      {code}\n…")
    run_draft(site, "approve", ticket, code, "--confirm", "all")
    reply = postfix.wait_delivered(customer, 1, 60)[-1]
    show.title(f"In the mailbox of {customer}")
    show.headers(reply, ("From", "To", "Subject", "In-Reply-To"))
    show.line()
    ours, _, _ = reply.get_content().replace("\r\n", "\n").partition("\n> ")
    show.text(f"{ours}\n> …")


def main():
    home = Path(tempfile.mkdtemp(prefix="triage-demo-"))
    home.chmod(0o755)
    llm = configured_model(home)
    postfix, site = build(home, llm)
    with contextlib.ExitStack() as at_the_end:
        at_the_end.callback(remove, home)
        print("\ntriage-milter: a private Postfix, the milter in front of it, a morning's mail\n")
        print(f"CRM      {site.import_crm().stdout.decode().strip()}")
        at_the_end.callback(site.stop)
        site.start()
        at_the_end.callback(postfix.stop)
        postfix.start()
        print(f"Postfix  127.0.0.1:{postfix.port}\nmilter   {site.socket}\n")

        started = time.monotonic()
        rows, delivered = deliver_all(postfix)
        seconds = time.monotonic() - started
        ticket = delivered[ANSWERED]["X-Triage-Ticket"]
        if not llm:
            model = Model(home)
            at_the_end.callback(model.stop)
            more, simulated = deliver_simulated(postfix, site, model.conf(home))
            rows += more
            ticket = simulated[ANSWERED]["X-Triage-Ticket"]
        show.table(rows)
        print(f"\n  {len(MAILS)} mails by SMTP in {seconds:.1f} s, all delivered; "
              "? = not proven that they wrote it")

        show.title("What a delivered message says, and what a forged one")
        show.headers(delivered["01-outage"], ("Subject", "X-Triage-"))
        show.line()
        show.headers(delivered["08-forged"], ("Subject", "X-Triage-Tags", "X-Triage-Review",
                                              "X-Triage-Customer"))
        draft = show_draft(site, ticket)
        if os.environ.get("DEMO_APPROVE") == "1":
            approve(site, postfix, ticket, draft)
        else:
            print("\n" + HOW_TO_APPROVE.format(ticket=ticket))
        if not llm:
            print("\n" + HINT)
    print("\nNothing is left running.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
