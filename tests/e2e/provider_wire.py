"""What wires have in common: how a provider says things, as its own servers word them.

A wire knows its path, the check of its requests, where mail and key stand in them, and the bodies it
answers with.  `answer(fault, …)` is None for a fault that this wire can't have.
"""

import email.utils
import json
import re
import time

import provider_checks as checks
from provider_spoils import spoiled

# A status, and how long to wait: "503", "429-2", "429-date".
STATUS = re.compile(r"([345]\d\d)(?:-(0|2|3600|ms|date|far-date|past-date|garbage|negative|limits|no-limits"
                    r"|no-retry))?")


class Wire:
    """Text in, text out; what a subclass doesn't say is as in Chat Completions."""

    stops = {"ok": "stop", "truncated": "length", "filter": "content_filter"}
    check = staticmethod(checks.check_openai)
    errors = {}

    def user(self, body):
        return next(turn["content"] for turn in body["messages"] if turn["role"] == "user")

    def key(self, headers):
        return headers.get("authorization", "").removeprefix("Bearer ")

    def model(self, body, _path):
        return body["model"]

    def answer(self, fault, model, answer):
        """The body of an HTTP 200: spoiled text, a stop that isn't the usual one, or answer_NAME()."""
        whole, text = json.dumps(answer), spoiled(fault, answer)
        own = getattr(self, "answer_" + fault.replace("-", "_"), None)
        if text is not None:
            return self.message(model, text, self.stops["ok"])
        if fault in self.stops:
            return self.message(model, whole[:len(whole) // 2], self.stops[fault])
        return own(model, whole) if own else None

    def with_more(self, whole, _body):
        """The answer with what this request asks for beside it."""
        return whole

    def answer_thinking_first(self, model, whole):
        return self.message(model, whole, self.stops["ok"], thinking=True)

    def answer_blank_loop(self, model, whole):
        """Blanks until the limit."""
        return self.message(model, whole[:20] + "\n" * 2000, self.stops["truncated"])

    def answer_used_up_by_thinking(self, model, _):
        return self.message(model, "", self.stops["truncated"], thinking=True)

    @classmethod
    def faults(cls):
        """Names of what only this wire can answer, errors and stops."""
        own = [name.removeprefix("answer_").replace("_", "-") for name in dir(cls)
               if name.startswith("answer_") and getattr(cls, name)]
        return {*own, *cls.stops, *cls.errors} - {"ok"}

    def limit_headers(self):
        """A limit that is used up, lifted at once, where headers can say so."""
        return []

    def wait_headers(self, wish):
        """What goes with a status to say how long to wait."""
        now = time.time()
        fixed = {"ms": [("retry-after-ms", "50"), ("retry-after", "3600")],
                 "date": [("retry-after", email.utils.formatdate(now + 1, usegmt=True))],
                 "far-date": [("retry-after", email.utils.formatdate(now + 3600, usegmt=True))],
                 "past-date": [("retry-after", email.utils.formatdate(now - 3600, usegmt=True))],
                 "no-retry": [("x-should-retry", "false")],
                 "garbage": [("retry-after", "soon, perhaps")],
                 "negative": [("retry-after", "-5")],
                 "no-limits": [("x-ratelimit-remaining-requests", "-1"),
                               ("x-ratelimit-remaining-tokens", "0")],
                 "limits": self.limit_headers(), None: []}
        return fixed[wish] if wish in fixed else [("retry-after", wish)]
