"""Every fault of every provider, a row each: what becomes of the mail, how often the model is asked and
how long it is left in peace between, what the header says, what is counted, and who is told.

All mails go through milters at once, one for each provider, before the first row is looked at.
"""

import collections
import concurrent.futures
import contextlib
import json
import os
import re
import shutil
import sqlite3

import pytest

import provider_spoils as spoils
from provider_transport import WAYS
from provider_wire import STATUS
from providers import CHOOSING, OWN, PATHS, WRITING, wire_of
from rig.certificates import make_certificates
from rig.model import Model
from rig.mta import Mta
from rig.process import free_port
from rig.site import SOURCE, Site

SAN = bool(os.environ.get("SAN"))  # they are slow: fewer providers, of each kind one
AT_ONCE = 12 if SAN else 48
# The deadline of a mail, the shorter where only that ends a call, and its end, which is the store's.
LONG_WAIT, SHORT_WAIT, STORE_WAIT = ("100s", "9s", "7s") if SAN else ("60s", "6500ms", "5s")
QUIET = {"RES_OPTIONS": "timeout:1 attempts:1", "NO_PROXY": "*"}

# A hundred mailboxes and more read it, so it is short.
POLICY = 'fallback "invoice" { kind = support; category = billing; priority = medium }\n'

# What the header says of an outcome, and how often the model is asked.
WHYS = {"truncated": "invalid-answer", "empty": "invalid-answer", "invalid-json": "invalid-answer",
        "schema-mismatch": "invalid-answer", "refused": "refused", "filtered": "filtered",
        "rate-limited": "rate-limited", "quota": "quota", "auth": "auth", "bad-request": "bad-request",
        "too-large": "too-large", "server": "server", "transport": "transport", "deadline": "timeout"}
CORRECTED = ["truncated", "empty", "invalid-json", "schema-mismatch"]
LATER = ["rate-limited", "server", "transport"]
ALARMING = ["quota", "auth"]

# The least pauses between attempts, in seconds; half a second, then one, less a quarter, if none is told.
BACKOFF = [0.37, 0.74]
PAUSES = {"0": [0, 0], "past-date": [0, 0], "date": [0, 0], "limits": [0, 0], "ms": [0.05, 0.05],
          "2": [2, 2], "3600": [], "far-date": [], "no-retry": []}

NEARLY_OPENAI = ["openai", "azure", "openai-responses", "openai-decisions"]
CHAT = ["openai", "azure", "mistral", "llama-server", "vllm", "lmstudio", "openai-compatible"]
ALL = list(PATHS)
EVERY_WAIT = [f"429-{wait}" for wait in ("0", "2", "3600", "ms", "date", "far-date", "past-date",
                                         "garbage", "negative", "no-limits", "limits")]
# Without a server that could be named in a journal.
ELSEWHERE = {"no-such-name": "https://models.invalid", "nobody-listens": "http://127.0.0.1:{closed}",
             "wrong-name": "https://127.0.0.1:{tls}", "unknown-authority": "https://localhost:{tls}",
             "good-certificate": "https://localhost:{tls}"}

# (faults, providers, outcome); what stands further down counts more.
TABLE = [
    # Texts.
    (spoils.GOOD, WRITING, "ok"),
    (spoils.UNREADABLE, WRITING, "invalid-json"),
    (spoils.UNFIT, WRITING, "schema-mismatch"),
    (spoils.BLANK, WRITING, "empty"),
    (["fence"], OWN, "ok"),
    (["thinking-first"], WRITING, "ok"),
    # Stops.
    (["truncated", "blank-loop", "used-up-by-thinking"], WRITING, "truncated"),
    (["filter"], ["openai", "azure", "openai-responses", "gemini"], "filtered"),
    (["filter"], ["anthropic"], "refused"),
    (["refusal", "cut-refusal"], ["anthropic", "openai", "azure", "openai-responses"], "refused"),
    (["new-stop"], ["anthropic", "openai", "azure", "openai-responses", "gemini"], "server"),
    (["tool-call"], ["anthropic", "gemini", *CHAT], "server"),
    (["context-full"], ["anthropic", "mistral"], "too-large"),
    (["no-text"], CHAT, "empty"),
    (["two-choices", "no-choice"], CHAT, "server"),
    (["unknown-end", "no-end", "whole-at-length", "tagged-thinking", "half-tagged-thinking",
      "object-as-thinking"], CHAT, "ok"),
    (["object-in-thinking"], CHAT, "empty"),
    (["429-in-200", "429-in-choice"], CHAT, "rate-limited"),
    (["pause", "another-type"], ["anthropic"], "server"),
    (["thinking-only"], ["anthropic"], "empty"),
    (["two-texts"], ["anthropic"], "invalid-json"),
    (["commentary-first"], ["openai-responses"], "ok"),
    (["no-message"], ["openai-responses"], "truncated"),
    (["failed", "cancelled"], ["openai-responses"], "server"),
    (["failed-by-limit"], ["openai-responses"], "rate-limited"),
    (["recitation", "forbidden", "personal", "words", "blocked"], ["gemini"], "filtered"),
    (["no-parts"], ["gemini"], "truncated"),
    (["no-candidate"], ["gemini"], "server"),
    (["malformed"], ["gemini"], "invalid-json"),
    (["stopped"], ["mistral"], "server"),
    (["loaded", "not-done"], ["ollama"], "server"),
    # Choices.
    (["ok"], CHOOSING, "ok"),
    (["refusal"], ["openai-decisions"], "refused"),
    (["missing-answer", "schema-mismatch", "foreign-question"], CHOOSING, "schema-mismatch"),
    (["empty"], CHOOSING, "empty"),
    (["no-probability", "bad-probability", "bad-sum", "another-type", "no-answers"], CHOOSING, "server"),
    (["answered-twice"], ["openai-decisions"], "invalid-json"),
    # Statuses.
    (["400", "404", "412", "422", "431", "499"], ALL, "bad-request"),
    (["400"], ["llama-server", "lmstudio", "openai-compatible"], "too-large"),
    (["401", "403"], ALL, "auth"),
    (["402"], ALL, "quota"),
    (["408", "409", "500", "501", "502", "503", "504", "529", "500-no-retry", "503-2",
      "503-3600"], ALL, "server"),
    (["503", "503-2", "503-3600"], NEARLY_OPENAI, "rate-limited"),
    (["413"], ALL, "too-large"),
    (["429", *EVERY_WAIT], ALL, "rate-limited"),
    (["429-quota"], ["anthropic", *NEARLY_OPENAI], "quota"),
    (["429-quota-old", "429-organization", "429-project", "429-usage", "429-new-quota"], NEARLY_OPENAI,
     "quota"),
    (["429-contract"], ["anthropic"], "quota"),
    (["429-ramp"], ["anthropic"], "rate-limited"),
    (["400-on-hold"], ["anthropic"], "auth"),
    (["413-decoded"], ["anthropic"], "too-large"),
    (["filter-400"], ["anthropic", *NEARLY_OPENAI], "filtered"),
    # On the way.
    (["chunked", "no-length", "interim", "plain-text-kind", "ok-and-gone"], ALL, "ok"),
    (["html-200", "html-502", "html-504", "no-body", "no-content", "gzip", "cut-body", "body-twice",
      "bad-utf8", "key-twice", "short-length"], ALL, "server"),
    (["redirect", "redirect-307", "no-http"], ALL, "bad-request"),
    (["huge-body", "endless-headers"], ALL, "too-large"),
    (["wrong-length", "cut-chunks", "bad-chunk", "close", "reset", "reset-in-headers",
      "reset-in-body"], ALL, "transport"),
    (["hang", "hang-in-body", "slow-headers", "slow-body", "slow-loris", "byte-a-second"], ALL, "deadline"),
    # No way at all.
    (["no-such-name", "nobody-listens", "wrong-name", "unknown-authority"], ALL, "transport"),
    (["good-certificate"], ALL, "ok"),
    # What comes back.
    (["500-then-ok", "429-0-then-ok", "429-limits-then-ok", "reset-then-ok"], ALL, "ok"),
    (["schema-mismatch-then-ok", "truncated-then-ok"], WRITING, "ok"),
    (["schema-mismatch-then-refusal", "500-then-refusal"], ["anthropic", "openai"], "refused"),
]
ASKED = ["anthropic", "openai", "ollama", "systemone"] if SAN else ALL
OUTCOMES = {(api, fault): outcome for faults, apis, outcome in TABLE for fault in faults for api in apis
            if api in ASKED}
# The first attempt's outcome, where the second one's is another.
FIRST = {"500-then-ok": "server", "429-0-then-ok": "rate-limited", "429-limits-then-ok": "rate-limited",
         "reset-then-ok": "transport", "schema-mismatch-then-ok": "schema-mismatch",
         "truncated-then-ok": "truncated", "schema-mismatch-then-refusal": "schema-mismatch",
         "500-then-refusal": "server"}


def pauses(api, fault):
    """The least pause before each further attempt."""
    outcome, wait = FIRST.get(fault) or OUTCOMES[api, fault], STATUS.fullmatch(fault.partition("-then-")[0])
    if outcome in LATER:
        found = PAUSES.get(wait and wait[2], BACKOFF)
    else:
        found = [0] if outcome in CORRECTED and api in WRITING else []
    return found[:1] if fault in FIRST else found


def attempts(api, fault):
    """The outcome of each call."""
    count = len(pauses(api, fault)) + 1
    first = [FIRST[fault]] if fault in FIRST else []
    return first + [OUTCOMES[api, fault]] * (count - len(first))


# ── the run ──

def calls(site):
    """The outcomes of each model's calls, in order."""
    found = collections.defaultdict(list)
    with contextlib.closing(sqlite3.connect(site.home / "triage.db")) as store:
        for model, outcome in store.execute("SELECT model, outcome FROM call ORDER BY rowid"):
            found[model].append(outcome)
    return found


class Run:
    """Two models, a site for each provider, and what became of every mail."""

    def __init__(self, home, stop_later):
        self.home, self.stop_later = home, stop_later
        authority, another, pair = make_certificates(home)
        self.model, self.tls = (stop_later(Model(home, "--one-answer", *options))
                                for options in ((), ("--tls", *pair)))
        self.urls = {fault: url.format(closed=free_port(), tls=self.tls.port)
                     for fault, url in ELSEWHERE.items()}
        self.trusting = {"wrong-name": f"ca_file = {authority}", "good-certificate": f"ca_file = {authority}",
                         "unknown-authority": f"ca_file = {another}"}
        self.policies = shutil.copytree(SOURCE / "policies", home / "policies")
        (self.policies / "table.policy").write_text(POLICY, encoding="ascii")
        self.sites = {api: self.site(api) for api in ASKED}
        rows = sorted(OUTCOMES, key=lambda row: OUTCOMES[row] == "ok")
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            self.marks = dict(zip(rows, pool.map(self.send, rows)))
            self.stats = dict(zip(ASKED, pool.map(lambda api: self.sites[api].ctl_json("stats", "show"), ASKED)))
        self.calls = {api: calls(site) for api, site in self.sites.items()}
        self.journal = collections.defaultdict(list)
        for entry in self.model.journal():
            self.journal[entry.get("model")].append(entry)
        self.logs = {api: site.log() for api, site in self.sites.items()}

    def site(self, api):
        """A model and a mailbox for each fault, so that none of them spoils another one's name."""
        blocks = []
        for row_api, fault in OUTCOMES:
            if row_api != api:
                continue
            short = OUTCOMES[api, fault] == "deadline"
            block = self.model.conf(self.home, name=fault, api=api, more=self.trusting.get(fault, ""),
                                    model=name_of(api, fault))
            if fault in self.urls:
                block = block.replace(self.model.url, self.urls[fault])
            blocks.append(block + f"mailbox {fault} {{\n    address = {fault}@example.com\n    mode = full\n"
                          f"    policy = table\n    headers = full\n    team = anna, ben\n"
                          f"    engines = {fault}\n    prompt = support\n"
                          f"    deadline = {SHORT_WAIT if short else LONG_WAIT}\n}}\n")
        top = f"max_waiting = 1000\nstore_wait = {STORE_WAIT}\ncache_for = 0ms\nlate_deadline = 0ms"
        site = self.stop_later(Site(self.home / api, top=top, llm="".join(blocks), policies=self.policies))
        site.import_crm()
        return site.start(env=dict(os.environ, **QUIET))

    def send(self, row):
        api, fault = row
        with Mta(self.sites[api].socket, timeout=120) as mta:
            mta.connect()
            mta.helo()
            return mta.whole(headers={"From": "tom@birchandsons.example", "Subject": "Invoice",
                                      "Message-ID": f"<{fault}.{api}@test.example>"},
                             body="Please refund the last invoice.\r\n",
                             recipients=[f"<{fault}@example.com>"])


def name_of(api, fault):
    """The model's name tells the stand-in what is wanted."""
    return f"{api}_{'FAULT-' * (fault not in ELSEWHERE)}{fault}"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    with contextlib.ExitStack() as things:
        def stop_later(thing):
            things.callback(thing.stop)
            return thing
        yield Run(tmp_path_factory.mktemp("faults"), stop_later)


# ── what became of it ──

@pytest.mark.parametrize("api, fault", OUTCOMES)
def test_a_fault_has_its_outcome(run, api, fault):
    outcome, marks = OUTCOMES[api, fault], run.marks[api, fault]
    said = "llm" if outcome == "ok" else f"fallback; why={WHYS[outcome]}"
    assert re.fullmatch(rf"{said}; ms=\d+; prompt=support@1", marks["X-Triage-Status"]), marks
    assert marks["X-Triage-Category"] == "billing"
    assert run.calls[api][name_of(api, fault)] == attempts(api, fault)
    if fault in ELSEWHERE:
        return
    entries = run.journal[name_of(api, fault)]
    assert len(entries) == len(attempts(api, fault))
    assert not any("refused" in entry for entry in entries)
    gaps = [b["time"] - a["time"] for a, b in zip(entries, entries[1:])]
    assert all(gap >= least for gap, least in zip(gaps, pauses(api, fault))), gaps


@pytest.mark.parametrize("api", ASKED)
def test_every_call_is_counted_by_its_outcome(run, api):
    wanted = collections.Counter(outcome for row_api, fault in OUTCOMES if row_api == api
                                 for outcome in attempts(api, fault))
    assert run.stats[api]["calls"]["by_outcome"] == dict(wanted)


@pytest.mark.parametrize("api", ASKED)
def test_an_empty_purse_and_a_wrong_key_are_told_at_once(run, api):
    alarms = re.findall(r"model-left-alone engine=(\S+) outcome=(\S+)", run.logs[api])
    assert sorted(alarms) == sorted((fault, outcome) for (row_api, fault), outcome in OUTCOMES.items()
                                    if row_api == api and outcome in ALARMING)
    pauses_told = re.findall(r"model-busy engine=(\S+)", run.logs[api])
    assert set(pauses_told) == {fault for (row_api, fault), outcome in OUTCOMES.items()
                                if row_api == api and outcome == "rate-limited"
                                and not pauses(api, fault)}
    assert len(set(pauses_told)) == len(pauses_told)


@pytest.mark.parametrize("api", ASKED)
def test_no_key_and_no_mail_is_in_the_log(run, api):
    assert "test-key" not in run.logs[api] and "refund" not in run.logs[api]


@pytest.mark.parametrize("api", [api for api in ASKED if api in WRITING])
def test_a_cut_answer_gets_twice_the_room_and_a_wrong_one_its_fault(run, api):
    first, second = (entry["body"] for entry in run.journal[name_of(api, "truncated")])
    assert sorted(limits(second)) == [2 * limit for limit in sorted(limits(first))]
    first, second = (json.dumps(entry["body"]) for entry in run.journal[name_of(api, "near-miss")])
    assert "That answer can't be used: category: " in second
    assert "That answer can't be used" not in first and limits(json.loads(first)) == limits(json.loads(second))


def limits(body):
    """Whatever a provider calls the limit of an answer."""
    inner = body.get("generationConfig") or body.get("options") or body
    return [value for name, value in inner.items()
            if name in ("max_tokens", "max_completion_tokens", "max_output_tokens", "maxOutputTokens",
                        "num_predict")]


@pytest.mark.parametrize("api", ASKED)
def test_the_table_has_all_that_can_happen(api):
    texts = spoils.ALL if api in WRITING else ["ok"]
    possible = {*texts, *WAYS, *EVERY_WAIT, *ELSEWHERE, *wire_of(api).faults()}
    assert possible <= {fault for row_api, fault in OUTCOMES if row_api == api}
    assert {*WHYS, "ok"} == set(OUTCOMES.values())
