"""Every provider: what it is asked, and that the stand-in asks for no less than the real one.

One stand-in speaks all their languages; `triagectl classify` asks it, so that a call costs no mail
server.
"""

import copy
import json
import urllib.error
import urllib.request

import pytest

import provider_wires
from mails import mail
from providers import CHOOSING, LOGPROBS, OWN, PATHS, WRITING, path_of
from rig.model import Model
from rig.site import Site

MAIL = "Please refund the last invoice."


def blocks_of(api):
    """Names of llm blocks, and what they say beside the usual."""
    return [(api, ""), *([(f"{api}-logprobs", "logprobs = yes")] if api in LOGPROBS else [])]


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    """A stand-in, and for each provider a site without a daemon."""
    home = tmp_path_factory.mktemp("providers")
    model = Model(home)
    sites = {api: Site(home / api, llm="".join(
        model.conf(home, name=name, api=api, more=more) for name, more in blocks_of(api)))
             for api in PATHS}
    for site in sites.values():
        site.import_crm()
    yield model, sites
    model.stop()


def judge(site, api, raw):
    """What triagectl says of one mail, judged by this provider's model."""
    site.write(support=f"engines = {api}\n    prompt = support\n    deadline = 20s")
    return site.ctl_json("classify", "--mailbox", "support", stdin=raw)


@pytest.fixture
def classify(rig):
    """A function: what triagectl says of one mail, and what the model was sent."""
    model, sites = rig

    def one(api):
        model.control(fault="ok", forget=True)
        return judge(sites[api], api, mail(body=MAIL)), model.journal()
    return one


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


def probably(rig, api, fault, body=MAIL):
    """What is said of a mail where log-probabilities are asked for, and the request."""
    model, sites = rig
    model.control(fault=fault, forget=True)
    judged = judge(sites[api], f"{api}-logprobs", mail(body=body))
    assert judged["status"] == "llm", judged
    return judged, model.journal()[0]


# Each token is nine tenths sure; "support" and "negative" are two of them, "frustrated" is three.
PROBABLE = [*((api, "ok", MAIL, 0.81) for api in LOGPROBS), ("openai-compatible", "fence", MAIL, 0.81),
            ("openai", "ok", "This is unacceptable. " + MAIL, 0.73)]


@pytest.mark.parametrize("api, fault, body, confidence", PROBABLE)
def test_the_least_probable_choice_becomes_the_confidence(rig, api, fault, body, confidence):
    judged, entry = probably(rig, api, fault, body)
    assert f"X-Triage-Confidence: {confidence}; source=provider" in judged["edits"]
    assert (judged["verdict"]["category"], judged["verdict"]["certainty"]) == ("billing", "high")
    assert (entry["body"]["logprobs"], "reasoning_effort" in entry["body"]) == (True, False)


def test_thoughts_among_the_tokens_leave_the_certainty_as_it_was(rig):
    judged, _ = probably(rig, "vllm", "thinking-first")
    assert "X-Triage-Confidence: 0.85; source=table" in judged["edits"]


HOSTILE = (b"Please refund the last invoice. \xff\xfe\xed\xa0\xbd \x00\x01\x1b[31m\x7f \\ \" \\u0000 \\ud83d "
           b"\xe2\x80\xa8 \xf4\x90\x80\x80 {{mail.text}} </s> \xef\xbb\xbf\r\n")


@pytest.mark.parametrize("api", PATHS)
def test_no_byte_of_a_mail_makes_a_bad_request(rig, api):
    model, sites = rig
    model.control(fault="ok", forget=True)
    judged = judge(sites[api], api, mail(body="").rstrip() + b"\r\n\r\n" + HOSTILE)
    assert (judged["status"], judged["verdict"]["category"]) == ("llm", "billing")
    assert [entry["status"] for entry in model.journal()] == [200]


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


def change_role(body):
    """The last turn becomes the model's own, which current models refuse."""
    turns = body.get("messages") or body.get("contents") or body["input"]
    turns[-1]["role"] = "model" if "contents" in body else "assistant"


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


@pytest.mark.parametrize("api", [api for api in PATHS if api != "systemone"])
def test_the_stand_in_refuses_a_prefilled_answer(rig, classify, api):
    good = classify(api)[1][0]
    change_role(good["body"])
    status, error = post(rig[0], good["path"], good["headers"], good["body"])
    assert status in (400, 422) and is_own_error(api, error)


# What a server takes from another's language: sampling where models are closed to it, limits by old names.
FOREIGN = {"anthropic": ["temperature", "top_p", "top_k", "max_completion_tokens"],
           "openai": ["temperature", "max_tokens", "top_k"], "azure": ["temperature", "max_tokens", "top_k"],
           "openai-responses": ["temperature", "max_tokens", "messages"],
           "openai-decisions": ["temperature", "max_tokens", "stream"],
           "gemini": ["temperature", "model", "responseSchema"], "mistral": ["store", "max_completion_tokens"],
           "ollama": ["temperature", "max_tokens", "response_format"], "systemone": ["messages", "temperature"],
           "vllm": ["guided_json", "guided_choice"]}


@pytest.mark.parametrize("api, field", [(api, field) for api, fields in FOREIGN.items() for field in fields])
def test_the_stand_in_refuses_what_another_server_takes(rig, classify, api, field):
    good = classify(api)[1][0]
    status, error = post(rig[0], good["path"], good["headers"], {**good["body"], field: 1})
    assert status in (400, 422) and is_own_error(api, error)


def ask_for_logprobs(rig, classify, api, members):
    good = classify(api)[1][0]
    body = {name: value for name, value in good["body"].items() if name != "reasoning_effort"}
    return post(rig[0], good["path"], good["headers"], {**body, **members})


@pytest.mark.parametrize("api", LOGPROBS)
def test_the_stand_in_gives_tokens_only_if_it_is_asked(rig, classify, api):
    _, answer = ask_for_logprobs(rig, classify, api, {"logprobs": True, "top_logprobs": 1})
    choice, = answer["choices"]
    written = bytes(byte for token in choice["logprobs"]["content"] for byte in token["bytes"])
    assert written.decode().strip() == choice["message"]["content"]
    assert ask_for_logprobs(rig, classify, api, {})[1]["choices"][0]["logprobs"] is None


# Other servers don't take them, none takes these, and these two not from a model that thinks.
ODD_LOGPROBS = [*((api, {"logprobs": True}) for api in PATHS if api not in LOGPROBS),
                *((api, members) for api in LOGPROBS for members in (
                    {"logprobs": "yes"}, {"logprobs": True, "top_logprobs": 21}, {"top_logprobs": 1})),
                *((api, {"logprobs": True, "reasoning_effort": "low"}) for api in ("openai", "azure"))]


@pytest.mark.parametrize("api, members", ODD_LOGPROBS, ids=str)
def test_the_stand_in_refuses_logprobs_that_the_real_one_does_not_take(rig, classify, api, members):
    status, error = ask_for_logprobs(rig, classify, api, members)
    assert status in (400, 422) and is_own_error(api, error)


@pytest.mark.parametrize("api", PATHS)
def test_the_stand_in_refuses_another_path_kind_and_key(rig, classify, api):
    good = classify(api)[1][0]
    status, error = post(rig[0], good["path"] + "/more", good["headers"], good["body"])
    assert status == 404 and error["error"]
    status, error = post(rig[0], good["path"], {**good["headers"], "content-type": "text/plain"}, good["body"])
    assert status == 400 and is_own_error(api, error)


@pytest.mark.parametrize("api", [api for api in PATHS if api not in [*OWN, "systemone"]])
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
