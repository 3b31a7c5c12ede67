"""aimock, a stand-in for models that others have written: what they think OpenAI's chat and Anthropic's
messages look like, and how both can fail.

The words CASE-… of a mail choose what is answered.
"""

import json

import pytest

from rig.process import Process, free_port, listens, wait_until
from rig.site import SOURCE

PROGRAM = SOURCE / "build/aimock/node_modules/@copilotkit/aimock/dist/cli.js"
APIS = ["openai", "anthropic"]

GOOD = json.dumps({"kind": "sales", "category": "billing", "priority": "high",
                   "requires_engineering": False, "certainty": "high"})
USAGE = {"prompt_tokens": 321, "completion_tokens": 12, "input_tokens": 321, "output_tokens": 12}
LIMITED = {"error": {"message": "Rate limited", "type": "rate_limit_error"}, "status": 429, "retryAfter": 1}
OVERLOADED = {"error": {"message": "Overloaded", "type": "overloaded_error"}, "status": 529}


def case(word, response, **more):
    """`more`: members of the fixture, those of its match with a leading `match_`."""
    match = {"userMessage": f"CASE-{word}"}
    match |= {name[len("match_"):]: value for name, value in more.items() if name.startswith("match_")}
    others = {name: value for name, value in more.items() if not name.startswith("match_")}
    return {"match": match, "response": response, **others}


FIXTURES = [
    case("OK", {"content": GOOD, "usage": USAGE}),
    case("CUT", {"content": GOOD[:30], "finishReason": "length"}),
    case("REFUSED", {"content": "", "finishReason": "refusal"}),
    case("FILTERED", {"content": "", "finishReason": "content_filter"}),
    case("THINKING", {"content": GOOD, "reasoning": "The mail is about an invoice."}),
    case("CHATTY", {"content": f"Here you are:\n{GOOD}"}),
    {"match": {"userMessage": "That answer can't be used"}, "response": {"content": GOOD}},
    case("LIMITED", LIMITED, match_sequenceIndex=0),
    case("LIMITED", {"content": GOOD}, match_sequenceIndex=1),
    case("OVERLOADED", OVERLOADED, match_sequenceIndex=0),
    case("OVERLOADED", {"content": GOOD}, match_sequenceIndex=1),
    case("GONE", {"content": GOOD}, chaos={"disconnectRate": 1}),
    case("BROKEN", {"content": GOOD}, chaos={"malformedRate": 1}),
]


class Aimock:
    def __init__(self, home):
        fixtures = home / "fixtures.json"
        fixtures.write_text(json.dumps({"fixtures": FIXTURES}), encoding="ascii")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = Process(["node", PROGRAM, "-h", "127.0.0.1", "-p", str(self.port), "-f", fixtures,
                                "--log-level", "warn"], home / "aimock.log")

    def stop(self):
        self.process.stop()


@pytest.fixture
def aimock(home, stop_later):
    server = Aimock(home)
    stop_later(server)
    wait_until(lambda: listens(server.port) or not server.process.running(), 30, "aimock")
    assert server.process.running(), server.process.output()
    return server


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("word, status, outcomes", [
    ("OK", "llm", {"ok": 1}),
    ("THINKING", "llm", {"ok": 1}),
    ("CUT", "fallback; why=invalid-answer", {"truncated": 2}),
    ("CHATTY", "llm", {"invalid-json": 1, "ok": 1}),
    ("LIMITED", "llm", {"ok": 1, "rate-limited": 1}),
    ("OVERLOADED", "llm", {"ok": 1, "server": 1}),
    ("GONE", "fallback; why=transport", {"transport": 3}),
    ("BROKEN", "fallback; why=server", {"server": 3}),
])
def test_what_they_send_is_what_we_expect(aimock, start_site, llm_block, api, word, status, outcomes):
    site = start_site(llm_block(api, aimock.url))
    assert site.status_of(f"CASE-{word}") == status
    assert site.calls()["by_outcome"] == outcomes


@pytest.mark.parametrize("api, word, why", [("openai", "FILTERED", "filtered"),
                                            ("anthropic", "REFUSED", "refused")])
def test_a_refusal_is_final(aimock, start_site, llm_block, api, word, why):
    site = start_site(llm_block(api, aimock.url))
    assert site.status_of(f"CASE-{word}") == f"fallback; why={why}"
    assert site.calls()["by_outcome"] == {why: 1}


@pytest.mark.parametrize("api", APIS)
def test_tokens_are_counted_as_they_say(aimock, start_site, llm_block, api):
    site = start_site(llm_block(api, aimock.url))
    marks = site.marks_of("CASE-OK")
    assert [marks[name] for name in ("Kind", "Category", "Priority")] == ["sales", "billing", "high"]
    calls = site.calls()
    assert (sum(calls["input_tokens"].values()), sum(calls["output_tokens"].values())) == (321, 12)
