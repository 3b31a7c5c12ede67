#!/usr/bin/env python3
"""make demo: a private Postfix on loopback, triage-milter in front of it, a sample CRM, and a morning's
mail.  Everything lives below a temporary folder and is gone afterwards."""

import email
import email.policy
import os
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
sys.path.insert(0, str(SOURCE / "tests/e2e"))

from rig.model import Model  # noqa: E402
from rig.postfix import Postfix  # noqa: E402
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

PROVIDERS = [  # environment variable, api, default model
    ("ANTHROPIC_API_KEY", "anthropic", "claude-haiku-5-5"),
    ("OPENAI_API_KEY", "openai", "gpt-6-luna"),
]

HINT = """\
No model was asked: the baseline of the policies answered, and says so (fallback).
With a real one:
    ANTHROPIC_API_KEY=… make demo
    OPENAI_API_KEY=… make demo
    LLM_URL=http://127.0.0.1:11434 LLM_MODEL=… make demo"""


def address_of(header):
    return header.addresses[0].addr_spec


def read_mail(name, suffix=""):
    """One of the sample mails, and who it is from and for; a suffix makes it a new message."""
    raw = (HERE / "mails" / f"{name}.eml").read_bytes()
    raw = raw.replace(b"-1@", f"-1{suffix}@".encode()).replace(b"\n", b"\r\n")
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    recipients = [address.addr_spec for address in message["To"].addresses]
    return raw, message, address_of(message["From"]), recipients


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


def status_parts(message):
    """"fallback; why=no-engine; ms=3" as a dictionary, the first word under "status"."""
    words = [word.strip() for word in str(message["X-Triage-Status"] or "").split(";")]
    parts = dict(word.split("=", 1) for word in words[1:] if "=" in word)
    parts["status"] = words[0]
    return parts


def row_of(message, sender, engine=None):
    """One line of the table."""
    if message["X-Triage-Status"] is None:
        return [sender, "-", "-", "-", "-", "-", "not ours", "-"]
    status = status_parts(message)
    customer = str(message["X-Triage-Customer"] or "-")
    who, _, rest = customer.partition(";")
    if "proven=no" in rest and who != "-":
        who += " (unproven)"
    weight = message["X-Triage-Priority"] or message["X-Triage-Intent"] or "-"
    if message["X-Triage-Intent"]:
        weight = f"intent {message['X-Triage-Intent']}"
    why = f" ({status['why']})" if status.get("why") else ""
    return [sender, who, str(message["X-Triage-Kind"] or "-"),
            str(message["X-Triage-Queue"] or "-"), str(weight),
            str(message["X-Triage-Ticket"] or "-"),
            (engine or status["status"]) + why, status.get("ms", "-")]


def print_table(rows):
    heads = ["sender", "customer", "kind", "queue", "priority/intent", "ticket", "engine", "ms"]
    widths = [max(len(str(row[i])) for row in [heads, *rows]) for i in range(len(heads))]
    for row in [heads, ["-" * width for width in widths], *rows]:
        print("  " + "  ".join(str(cell).ljust(width) for cell, width in zip(row, widths)).rstrip())


def print_headers(message):
    print(f"  Subject: {message['Subject']}")
    for name, value in message.items():
        if name.lower().startswith("x-triage-"):
            print(f"  {name}: {value}")


def deliver(postfix, name, sender=None, suffix=""):
    """Sends one sample mail, waits for it, and returns what was delivered to its first recipient."""
    raw, message, author, recipients = read_mail(name, suffix)
    before = len(postfix.delivered(recipients[0]))
    postfix.send(raw, author if sender is None else sender, recipients, client="192.0.2.25",
                 timeout=120)
    return postfix.wait_delivered(recipients[0], before + 1, 30)[-1], author


def main():
    home = Path(tempfile.mkdtemp(prefix="triage-demo-"))
    home.chmod(0o755)
    llm = configured_model(home)
    engines = "engines = model\n    prompt = {}\n    deadline = 20s" if llm else ""
    site = Site(home / "site", llm=llm, support=engines.format("support"),
                sales=engines.format("sales"))
    postfix = Postfix(SOURCE / "build/mta", home / "postfix", site.socket)
    model = None
    try:
        print("\ntriage-milter: a private Postfix, the milter in front of it, a morning's mail\n")
        imported = site.import_crm()
        print(f"CRM      {imported.stdout.decode().strip()}")
        site.start()
        postfix.start()
        print(f"Postfix  127.0.0.1:{postfix.port}, milter {site.socket}\n")

        started, rows, delivered = time.monotonic(), [], {}
        for name, sender in MAILS:
            delivered[name], author = deliver(postfix, name, sender)
            rows.append(row_of(delivered[name], author))
        seconds = time.monotonic() - started
        if not llm:
            model = Model(home)
            site.write(llm=model.conf(home), support="engines = model\n    prompt = support",
                       sales="engines = model\n    prompt = sales")
            site.reload()
            time.sleep(0.3)
            for name in SIMULATED:
                delivered[f"{name}, simulated"], author = deliver(postfix, name, suffix="-again")
                rows.append(row_of(delivered[f"{name}, simulated"], author, "simulated model"))
        print_table(rows)
        print(f"\n  {len(MAILS)} mails by SMTP in {seconds:.1f} s, all delivered\n")

        print("What a delivered message says\n")
        for name in ["01-outage", "08-forged"]:
            print_headers(delivered[name])
            print()
        print("Tickets\n")
        print("  " + site.ctl("ticket", "list", check=True).stdout.decode().replace("\n", "\n  "))
        if not llm:
            print(HINT)
    finally:
        postfix.stop()
        site.stop()
        if model:
            model.stop()
        remove(home)
    print("\nNothing is left running.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
