"""Texts of a model that are no answer, or one that only looks like it.

Each row spoils the text of a good answer.  What servers and models have really sent is here: repaired
and cut JSON, prose around it, tokens in another spelling, and whatever one JSON parser forgives and
another doesn't.
"""

import json
import re

DEEP = 2000
LONG = 20000


def _closing(text, more):
    """The object with more members at its end."""
    return f"{text[:-1]}, {more}}}"


def _first(answer):
    return json.dumps(next(iter(answer)))


def _changed(answer, **members):
    return json.dumps({**answer, **members})


def _without(answer, name):
    return json.dumps({key: value for key, value in answer.items() if key != name})


# Of the answer as text and as a dict.  What can't be read at all, by any strict parser:
UNREADABLE = {
    "fence": lambda text, _: f"```json\n{text}\n```",
    "two-fences": lambda text, _: f"```json\n{text}\n```\n```json\n{text}\n```",
    "trailing-text": lambda text, _: text + "\nI hope this helps!",
    "tool-delimiter": lambda text, _: text + "</tool_call>",
    "prose-first": lambda text, _: "The mail is about an invoice, so: " + text,
    "two-objects": lambda text, _: text + text,
    "double-closed": lambda text, _: text + "}",
    "cut": lambda text, _: text[:-9],
    "nan": lambda text, _: _closing(text, '"score": NaN'),
    "infinity": lambda text, _: _closing(text, '"score": Infinity'),
    "huge-number": lambda text, _: _closing(text, '"score": 1e999'),
    "leading-zero": lambda text, _: _closing(text, '"score": 01'),
    "bare-point": lambda text, _: _closing(text, '"score": 1.'),
    "plus-sign": lambda text, _: _closing(text, '"score": +1'),
    "nul": lambda text, answer: _closing(text, r'"more": "x\u0000y"'),
    "lone-surrogate": lambda text, _: _closing(text, r'"more": "\ud83d"'),
    "bad-escape": lambda text, _: _closing(text, r'"more": "\uZZZZ"'),
    "raw-control": lambda text, _: _closing(text, '"more": "x\x01\ny"'),
    "duplicate-keys": lambda text, answer: _closing(
        text, f"{_first(answer)}: {json.dumps(next(iter(answer.values())))}"),
    "trailing-comma": lambda text, _: text[:-1] + ",}",
    "comment": lambda text, _: text[:-1] + "/* sure */}",
    "single-quotes": lambda text, _: text.replace('"', "'"),
    "byte-order-mark": lambda text, _: "\ufeff" + text,
    "too-deep": lambda text, _: _closing(text, f'"more": {"[" * DEEP}{"]" * DEEP}'),
}

# What can be read, and doesn't fit.
UNFIT = {
    "schema-mismatch": lambda _, answer: _changed(answer, kind="no such value \N{BUG}", more=1),
    "near-miss": lambda _, answer: _changed(answer, category="billings"),
    "extra-field": lambda _, answer: _changed(answer, bcc="all@example.com"),
    "missing-field": lambda _, answer: _without(answer, "priority"),
    "capital-keys": lambda _, answer: json.dumps({key.title(): answer[key] for key in answer}),
    "number-as-text": lambda _, answer: _changed(answer, estimated_resolution_time="24"),
    "list-as-text": lambda _, answer: _changed(answer, key_issues=json.dumps(answer.get("key_issues"))),
    "yes-as-text": lambda _, answer: _changed(answer, requires_engineering="yes"),
    "absurd-number": lambda text, _: re.sub(r'(resolution_time": )\d+', r"\g<1>384953e111", text),
    "number-out-of-range": lambda _, answer: _changed(answer, estimated_resolution_time=-1),
    "broken-number": lambda _, answer: _changed(answer, estimated_resolution_time=1.5),
    "long-text": lambda _, answer: _changed(answer, summary="x" * LONG),
    "percent": lambda _, answer: _changed(answer, certainty="95%"),
    "null": lambda _, answer: _changed(answer, priority=None),
    "echo": lambda _, answer: json.dumps({"type": "object", "properties": answer}),
    "list-around": lambda text, _: f"[{text}]",
    "text-around": lambda text, _: json.dumps(text),
}

BLANK = {"empty": lambda *_: "", "blank": lambda *_: " \n\t " * 50}

# What is a good answer all the same.
GOOD = {
    "ok": lambda text, _: text,
    "spaced": lambda text, _: f"\n\n  {text}  \n",
    "wrong-case": lambda text, _: re.sub(r'": "([a-z_]+)"', lambda m: f'": "{m[1].upper()}"', text),
}

ALL = {**UNREADABLE, **UNFIT, **BLANK, **GOOD}


def spoiled(name, answer):
    """The model's text, None if the fault is not one of the text."""
    spoil = ALL.get(name)
    return spoil(json.dumps(answer), answer) if spoil else None
