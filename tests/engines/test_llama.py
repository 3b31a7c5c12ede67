"""llama-server, a real inference engine, with a model that knows nothing.

What it writes fits the schema and means nothing; what is around it is real: a grammar, tokens that are
counted, a cache of prompts, a queue, errors, and a process that can die.

    LLAMA_SERVER    the program; build/llama/llama-server without it
"""

import concurrent.futures
import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest

import tiny_model
from rig.process import Process, free_port, wait_until
from rig.site import SOURCE
from rig.traffic import all_at_once
from sites import ShippedSite

HERE = Path(__file__).resolve().parent
PROGRAM = os.environ.get("LLAMA_SERVER") or SOURCE / "build/llama/llama-server"
KEY, ENGINE = "test-key", "model-of-tests"
CONTEXT = 32768  # tokens, which are bytes here; of each of the slots
SLOTS = 2

# What the site asks for, as its headers and as a schema say it.
CHOICES = {"Kind": {"support", "sales", "other"}, "Category": {"technical", "billing", "general"},
           "Priority": {"low", "medium", "high"}}
ASKED = {name.lower(): {"type": "string", "enum": sorted(values)} for name, values in CHOICES.items()}
ASKED |= {"requires_engineering": {"type": "boolean"},
          "certainty": {"type": "string", "enum": ["low", "medium", "high"]}}
SCHEMA = {"type": "object", "properties": ASKED, "required": list(ASKED), "additionalProperties": False}


class Llama:
    """One server on a port of its own."""

    def __init__(self, home, model, *options, **process_options):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = Process(
            [PROGRAM, "-m", model, "--host", "127.0.0.1", "--port", str(self.port), "--api-key", KEY,
             "-c", str(CONTEXT * SLOTS), "-np", str(SLOTS), "-t", "1", "--no-webui", "--metrics", *options],
            home / f"llama-{self.port}.log", **process_options)

    def get(self, path):
        """Status and text."""
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {KEY}"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def wait(self, status=200):
        wait_until(lambda: self.get("/health")[0] == status or not self.process.running(), 30,
                   "llama-server")
        assert self.process.running(), self.process.output()
        return self

    def count(self, name):
        """What it has counted itself."""
        return int(re.search(rf"^llamacpp:{name} (\d+)", self.get("/metrics")[1], re.M)[1])

    def stop(self):
        self.process.stop()


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    file = tmp_path_factory.mktemp("model") / "tiny.gguf"
    file.write_bytes(tiny_model.model())
    return file


@pytest.fixture
def start_llama(home, model, stop_later):
    def start(*options, **process_options):
        llama = Llama(home, model, *options, **process_options)
        stop_later(llama)
        return llama
    return start


def is_chosen(marks):
    return (marks["Status"].startswith("llm; ms=") and
            all(marks[name] in values for name, values in CHOICES.items()))


def is_asked(port):
    """Has somebody sent what waits to be read there?"""
    with open("/proc/net/tcp", encoding="ascii") as table:
        rows = [line.split() for line in table][1:]
    return any(row[1].endswith(f":{port:04X}") and row[3] == "01" and int(row[4].split(":")[1], 16) > 0
               for row in rows)


@pytest.mark.parametrize("api", ["llama-server", "openai-compatible", "lmstudio"])
def test_a_schema_holds_whatever_is_written(start_llama, start_site, llm_block, api):
    site = start_site(llm_block(api, start_llama().wait().url))
    for number in range(5):
        assert is_chosen(site.marks_of(f"Case {number}: the printer is broken."))


@pytest.mark.parametrize("api", ["llama-server", "openai-compatible", "lmstudio"])
def test_log_probabilities_of_its_tokens_become_the_confidence(start_llama, start_site, llm_block, api):
    """No letter is likelier than one in five, and the shortest value has three."""
    site = start_site(llm_block(api, start_llama().wait().url, more="logprobs = yes"))
    for number in range(5):
        marks = site.marks_of(f"Case {number}: the printer is broken.")
        assert is_chosen(marks) and marks["Confidence"].endswith("; source=provider")
    with contextlib.closing(sqlite3.connect(site.home / "triage.db")) as store:
        stored = [row[0] for row in store.execute("SELECT confidence FROM revision")]
    assert len(stored) == 5 and all(0 < confidence < 0.2 ** 3 for confidence in stored)


def test_anthropics_messages_are_constrained_by_the_server(home, start_llama, start_site, llm_block):
    schema = home / "schema.json"
    schema.write_text(json.dumps(SCHEMA), encoding="ascii")
    site = start_site(llm_block("anthropic", start_llama("-jf", schema).wait().url))
    assert is_chosen(site.marks_of())


def test_what_nothing_constrains_is_no_answer(start_llama, start_site, llm_block):
    site = start_site(llm_block("anthropic", start_llama().wait().url))
    assert site.status_of() == "fallback; why=invalid-answer"


def test_the_shipped_question_is_answered_or_refused_by_our_check(start_llama, start_site, llm_block):
    """Texts and numbers that mean nothing may be too long or too high: then they are no answer."""
    site = start_site(llm_block("llama-server", start_llama().wait().url), kind=ShippedSite,
                      support="deadline = 60s")
    assert site.status_of("Refund the invoice.") in ("llm", "fallback; why=invalid-answer")
    outcomes = site.calls()["by_outcome"]
    assert set(outcomes) <= {"ok", "schema-mismatch", "truncated"}, outcomes


def test_tokens_are_those_that_the_engine_counted(start_llama, start_site, llm_block):
    llama = start_llama().wait()
    site = start_site(llm_block("llama-server", llama.url))
    assert [site.status_of(f"Case {number}.") for number in range(4)] == ["llm"] * 4
    calls, cached = site.calls(), llama.count("prompt_tokens_cached_total")
    assert calls["asked"] == {ENGINE: 4}
    assert calls["output_tokens"][ENGINE] == llama.count("tokens_predicted_total")
    assert calls["input_tokens"][ENGINE] == llama.count("prompt_tokens_total") + cached
    assert 0 < calls["cached_tokens"][ENGINE] == cached


def test_a_wrong_key_is_told(start_llama, start_site, llm_block):
    site = start_site(llm_block("llama-server", start_llama().wait().url, key="wrong-key"))
    assert site.status_of() == "fallback; why=auth"


def test_an_answer_that_is_cut_is_none(start_llama, start_site, llm_block):
    """The least that a prompt may allow, and the twice as much of the second try, are too little."""
    texts = "".join(f'field text_{number} text 300 "A reason"\n' for number in range(8))
    site = start_site(llm_block("llama-server", start_llama().wait().url), max_tokens=64, more_fields=texts)
    assert site.status_of() == "fallback; why=invalid-answer"
    assert site.calls()["by_outcome"] == {"truncated": 2}


def test_a_mail_too_long_for_the_engine_is_told(start_llama, start_site, llm_block):
    site = start_site(llm_block("llama-server", start_llama("-c", "512").wait().url))
    assert site.status_of("The printer is broken again. " * 100) == "fallback; why=too-large"


def test_eight_mails_at_once_wait_for_two_slots(start_llama, start_site, llm_block):
    site = start_site(llm_block("llama-server", start_llama().wait().url), support="deadline = 30s")
    assert all_at_once(lambda number: site.status_of(f"Case {number}."), range(8)) == ["llm"] * 8
    assert site.calls()["by_outcome"] == {"ok": 8}


def test_until_it_listens_the_baseline_answers(start_site, llm_block):
    site = start_site(llm_block("llama-server", f"http://127.0.0.1:{free_port()}"), support="deadline = 2s")
    assert site.status_of() == "fallback; why=transport"


def test_while_it_loads_the_baseline_answers(home, start_llama, start_site, llm_block):
    stall, library = home / "stall", home / "slow_open.so"
    subprocess.run([os.environ.get("CC", "cc"), "-D_GNU_SOURCE", "-shared", "-fPIC", "-o", library,
                    HERE / "slow_open.c"], check=True)
    stall.touch()
    llama = start_llama(env=dict(os.environ, LD_PRELOAD=str(library), SLOW_OPEN=str(stall))).wait(503)
    site = start_site(llm_block("llama-server", llama.url), support="deadline = 2s")
    assert site.status_of() == "fallback; why=server"
    stall.unlink()
    llama.wait()
    assert site.status_of() == "llm"


def test_it_may_die_in_the_midst_of_a_call(start_llama, start_site, llm_block):
    llama = start_llama().wait()
    site = start_site(llm_block("llama-server", llama.url), support="deadline = 10s")
    llama.process.child.send_signal(signal.SIGSTOP)  # takes a question, and doesn't answer
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        status = pool.submit(site.status_of)
        wait_until(lambda: is_asked(llama.port), 10, "the question")
        llama.process.child.kill()
        assert status.result(30) == "fallback; why=transport"
