"""Every provider: what it is asked, and what becomes of each answer it can give.

One stand-in speaks all their languages; `triagectl classify` asks it, so that a call costs no mail
server.
"""

import concurrent.futures
import copy
import json
import urllib.error
import urllib.request

import pytest

import provider_wires
from mails import mail
from rig.model import PREFIXES, Model
from rig.site import Site

PATHS = {"anthropic": "/v1/messages", "openai": "/v1/chat/completions",
         "openai-responses": "/v1/responses", "openai-decisions": "/v1/decisions",
         "azure": "/openai/v1/chat/completions",
         "gemini": "/v1beta/models/claude-haiku-5-5:generateContent",
         "mistral": "/v1/chat/completions", "ollama": "/api/chat",
         "llama-server": "/v1/chat/completions", "vllm": "/v1/chat/completions",
         "lmstudio": "/v1/chat/completions", "openai-compatible": "/v1/chat/completions",
         "systemone": "/v1/systemone"}
CHOOSING = ["openai-decisions", "systemone"]
WRITING = [api for api in PATHS if api not in CHOOSING]
OWN = {"ollama", "llama-server", "vllm", "lmstudio", "openai-compatible"}  # may not know schemas

# Why the baseline answered: by the error's name, then where a provider means something else by it.
WHYS = {"400": "bad-request", "401": "auth", "402": "quota", "403": "auth", "404": "bad-request",
        "413": "too-large", "429": "rate-limited", "429-quota": "quota",
        "500": "server", "503": "server", "529": "server", "filter-400": "filtered"}
OTHER_WHYS = {("llama-server", "400"): "too-large", ("lmstudio", "400"): "too-large",
              ("openai-compatible", "400"): "too-large", ("openai", "503"): "rate-limited",
              ("openai-responses", "503"): "rate-limited", ("openai-decisions", "503"): "rate-limited",
              ("azure", "503"): "rate-limited"}
MAIL = "Please refund the last invoice."


def path_of(api):
    return PREFIXES.get(api, "") + PATHS[api]


def wire_of(api):
    return provider_wires.find(path_of(api))


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    """A stand-in, and for each provider a site without a daemon."""
    home = tmp_path_factory.mktemp("providers")
    model = Model(home)
    sites = {api: Site(home / api, llm=model.conf(home, name=api, api=api)) for api in PATHS}
    for site in sites.values():
        site.import_crm()
    yield model, sites
    model.stop()


def judge(site, api, deadline="20s"):
    """One mail, judged by this provider's model."""
    site.write(support=f"engines = {api}\n    prompt = support\n    deadline = {deadline}")
    return site.ctl_json("classify", "--mailbox", "support", stdin=mail(body=MAIL))


@pytest.fixture
def classify(rig):
    """A function: what triagectl says of one mail, and what the model was sent."""
    model, sites = rig

    def one(api, fault="ok"):
        model.control(fault=fault, forget=True)
        return judge(sites[api], api), model.journal()
    return one


@pytest.fixture
def whys_of(rig):
    """A function: why the baseline answered, by provider; all are asked at once."""
    model, sites = rig

    def all_of(apis, fault, deadline):
        model.control(fault=fault, forget=True)
        with concurrent.futures.ThreadPoolExecutor(len(apis)) as pool:
            judged = list(pool.map(lambda api: judge(sites[api], api, deadline), apis))
        assert {one["status"] for one in judged} == {"fallback"}
        return {api: one["why"] for api, one in zip(apis, judged)}
    return all_of


# ── good answers ──

@pytest.mark.parametrize("api", PATHS)
def test_a_good_answer_is_taken(classify, api):
    judged, journal = classify(api)
    assert (judged["status"], judged["engine"], judged["why"]) == ("llm", api, "")
    assert judged["verdict"]["category"] == "billing"
    assert [(entry["path"], entry["status"]) for entry in journal] == [(path_of(api), 200)]
    assert "refused" not in journal[0]


@pytest.mark.parametrize("api", PATHS)
def test_mail_and_key_go_where_they_belong(classify, api):
    _, journal = classify(api)
    body, headers = json.dumps(journal[0]["body"]), json.dumps(journal[0]["headers"])
    assert MAIL in body
    assert "test-key" in headers and "test-key" not in body + journal[0]["path"]


@pytest.mark.parametrize("api", WRITING)
def test_what_a_model_says_of_its_certainty_is_looked_up(classify, api):
    judged, _ = classify(api)
    assert "X-Triage-Confidence: 0.85; source=table" in judged["edits"]
    assert judged["verdict"]["summary"] == MAIL


@pytest.mark.parametrize("api", CHOOSING)
def test_a_probability_becomes_the_confidence(classify, api):
    judged, journal = classify(api)
    assert "X-Triage-Confidence: 0.90; source=provider" in judged["edits"]
    asked = provider_wires.find(journal[0]["path"]).check(journal[0]["headers"], journal[0]["body"])
    assert {"kind", "category", "priority", "requires_engineering"} <= set(asked["properties"])
    assert not {"summary", "evidence", "estimated_resolution_time"} & set(asked["properties"])
    assert "summary" not in judged["verdict"]


@pytest.mark.parametrize("api", WRITING)
@pytest.mark.parametrize("fault", ["thinking-first", "wrong-case"])
def test_what_is_no_fault_is_none(classify, api, fault):
    judged, journal = classify(api, fault)
    assert (judged["status"], len(journal)) == ("llm", 1)


# ── answers that are none ──

@pytest.mark.parametrize("api", WRITING)
@pytest.mark.parametrize("fault", ["truncated", "empty", "trailing-text", "two-objects", "nan", "nul",
                                   "duplicate-keys", "huge-number", "schema-mismatch", "echo"])
def test_a_wrong_answer_is_asked_for_once_more(classify, api, fault):
    judged, journal = classify(api, fault)
    assert (judged["status"], judged["why"], len(journal)) == ("fallback", "invalid-answer", 2)
    assert [entry["status"] for entry in journal] == [200, 200]


@pytest.mark.parametrize("api", WRITING)
@pytest.mark.parametrize("fault", ["truncated-then-ok", "echo-then-ok"])
def test_the_second_answer_counts(classify, api, fault):
    judged, journal = classify(api, fault)
    assert (judged["status"], len(journal)) == ("llm", 2)


@pytest.mark.parametrize("api", WRITING)
def test_a_fence_is_taken_off_where_schemas_may_be_unknown(classify, api):
    judged, _ = classify(api, "fence")
    assert judged["status"] == ("llm" if api in OWN else "fallback")


@pytest.mark.parametrize("api", CHOOSING)
@pytest.mark.parametrize("fault, why", [("empty", "invalid-answer"), ("schema-mismatch", "invalid-answer"),
                                        ("missing-answer", "invalid-answer")])
def test_a_wrong_choice_is_not_asked_for_again(classify, api, fault, why):
    judged, journal = classify(api, fault)
    assert (judged["status"], judged["why"], len(journal)) == ("fallback", why, 1)


def test_a_choice_without_its_probability_is_the_servers_fault(whys_of):
    assert set(whys_of(CHOOSING, "no-probability", "2s").values()) == {"server"}


@pytest.mark.parametrize("api, fault, why", [
    ("anthropic", "refusal", "refused"), ("openai", "refusal", "refused"), ("azure", "refusal", "refused"),
    ("openai-responses", "refusal", "refused"), ("openai-decisions", "refusal", "refused"),
    ("anthropic", "filter", "refused"), ("openai", "filter", "filtered"), ("azure", "filter", "filtered"),
    ("openai-responses", "filter", "filtered"), ("gemini", "filter", "filtered"),
    ("gemini", "blocked", "filtered")])
def test_a_refusal_is_final(classify, api, fault, why):
    judged, journal = classify(api, fault)
    assert (judged["status"], judged["why"], len(journal)) == ("fallback", why, 1)


# ── errors ──

@pytest.mark.parametrize("error, why", WHYS.items())
def test_an_error_is_told_by_the_providers_own_words(rig, whys_of, error, why):
    apis = [api for api in PATHS if error in wire_of(api).errors]
    assert whys_of(apis, error, "3s") == {api: OTHER_WHYS.get((api, error), why) for api in apis}
    for entry in rig[0].journal():
        assert entry["status"] == provider_wires.find(entry["path"]).errors[error][0]


@pytest.mark.parametrize("api", PATHS)
@pytest.mark.parametrize("wait, calls", [("0", 3), ("3600", 1)])
def test_a_server_is_left_alone_as_long_as_it_asks(classify, api, wait, calls):
    judged, journal = classify(api, f"429-{wait}")
    assert (judged["why"], len(journal)) == ("rate-limited", calls)


@pytest.mark.parametrize("api", ["anthropic", "openai", "openai-responses", "openai-decisions", "azure",
                                 "gemini"])
def test_a_limit_that_is_lifted_soon_is_waited_for(classify, api):
    judged, journal = classify(api, "429-limits-then-ok")
    assert (judged["status"], len(journal)) == ("llm", 2)
    assert journal[1]["time"] - journal[0]["time"] < 0.35


# ── on the way ──

@pytest.mark.parametrize("fault, why", [
    ("html-200", "server"), ("html-502", "server"), ("gzip", "server"), ("redirect", "bad-request"),
    ("wrong-length", "transport"), ("reset", "transport"), ("reset-in-body", "transport"),
    ("huge-body", "too-large"), ("hang", "timeout"), ("slow-loris", "timeout")])
def test_trouble_on_the_way_has_a_name(whys_of, fault, why):
    deadline = "1s" if why == "timeout" else "3s"
    assert whys_of(list(PATHS), fault, deadline) == dict.fromkeys(PATHS, why)


# ── the stand-in itself: it forgives nothing ──

def post(model, path, headers, body):
    """Status and body of the answer."""
    kept = {name: value for name, value in headers.items() if name != "content-length"}
    request = urllib.request.Request(model.url + path, json.dumps(body).encode(), kept)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def is_own_error(api, body):
    """Has the error the shape of this provider's?"""
    if api == "anthropic":
        return body["type"] == "error" and body["error"]["type"].endswith("_error")
    if api == "gemini":
        return body["error"]["status"].isupper()
    if api in ("ollama", "systemone"):
        return isinstance(body["error"], str)
    if api == "mistral":
        return body.get("object") == "error" or "detail" in body
    return set(body["error"]) == {"message", "type", "param", "code"}


# Where the mail, and where the form of the answer stands.
CONTENTS = ("messages", "input", "contents", "state", "questions")
FORMS = ("questions", "output_config", "text", "format", "response_format", "structured_outputs",
         "generationConfig")


def member_of(body, names):
    return next(name for name in names if name in body)


SPOILED = {
    "unknown-field": lambda body: body.update(no_such_field=1),
    "wrong-type": lambda body: body.update({member_of(body, CONTENTS): 7}),
    "missing-field": lambda body: body.pop(member_of(body, FORMS)),
}


@pytest.mark.parametrize("api", PATHS)
@pytest.mark.parametrize("name", SPOILED)
def test_the_stand_in_refuses_a_spoiled_request(rig, classify, api, name):
    good = classify(api)[1][0]
    body = copy.deepcopy(good["body"])
    SPOILED[name](body)
    status, error = post(rig[0], good["path"], good["headers"], body)
    assert status in (400, 422) and is_own_error(api, error)


@pytest.mark.parametrize("api", [api for api in PATHS if api not in OWN | {"systemone"}])
def test_the_stand_in_refuses_a_request_without_a_key(rig, classify, api):
    good = classify(api)[1][0]
    headers = {name: value for name, value in good["headers"].items() if "test-key" not in value}
    status, error = post(rig[0], good["path"], headers, good["body"])
    assert status == (403 if api == "gemini" else 401) and is_own_error(api, error)


@pytest.mark.parametrize("api", WRITING)
def test_the_stand_in_refuses_a_schema_that_says_too_much(rig, classify, api):
    good = classify(api)[1][0]
    text = json.dumps(good["body"]).replace('"additionalProperties": false', '"additionalProperties": true')
    assert text != json.dumps(good["body"])
    status, error = post(rig[0], good["path"], good["headers"], json.loads(text))
    assert status in (400, 422) and is_own_error(api, error)
