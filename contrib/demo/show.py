"""How the demo shows what it did, in 100 columns: a table of mails, headers, what triagectl says."""

import textwrap

WIDTH, INDENT = 100, "  "
HEADS = ["mail", "customer", "queue", "priority", "ticket", "engine", "why", "ms"]


def line(text=""):
    print((INDENT + text).rstrip())


def title(text):
    print(f"\n{text}\n")


def text(whole):
    """As it stands, but long lines folded."""
    for one in whole.strip("\n").split("\n"):
        for part in textwrap.wrap(one, WIDTH - len(INDENT), break_on_hyphens=False) or [""]:
            line(part)


def headers(message, wanted):
    """Those whose names begin with one of these."""
    for name, value in message.items():
        if name.startswith(wanted):
            line(f"{name}: {value}")


# ── the table ──

def status_parts(message):
    """"fallback; why=no-engine; ms=3" as a dictionary, the first word under "status"."""
    words = [word.strip() for word in str(message["X-Triage-Status"] or "").split(";")]
    parts = dict(word.split("=", 1) for word in words[1:] if "=" in word)
    parts["status"] = words[0]
    return parts


def customer_of(message):
    """Whom the records know, with ? where it isn't proven that it is them."""
    who, _, rest = str(message["X-Triage-Customer"] or "-").partition(";")
    return who + ("?" if "proven=no" in rest and who != "-" else "")


def row_of(name, message, engine=None):
    """One line of the table."""
    mail = name.partition("-")[2]
    if message["X-Triage-Status"] is None:
        return [mail, "-", "-", "-", "-", "-", "not ours", "-"]
    status, intent = status_parts(message), message["X-Triage-Intent"]
    weight = f"intent {intent}" if intent else message["X-Triage-Priority"]
    return [mail, customer_of(message), message["X-Triage-Queue"] or "-", weight or "-",
            message["X-Triage-Ticket"] or "-", engine or status["status"], status.get("why", "-"),
            status.get("ms", "-")]


def table(rows):
    widths = [max(len(str(row[i])) for row in [HEADS, *rows]) for i in range(len(HEADS))]
    for row in [HEADS, ["-" * width for width in widths], *rows]:
        line("  ".join(str(cell).ljust(width) for cell, width in zip(row, widths)))
