"""How each provider says it: answers, stops, refusals and errors, as their own servers word them.

A wire knows its path, the check of its requests, where mail and key stand in them, and the bodies it
answers with.  `answer(fault, …)` is None for a fault that this wire can't have.
"""

import email.utils
import json
import re
import time

import provider_checks as checks

CREATED = 1795333339


def spoiled(fault, answer):
    """The model's text for the faults that lie in the text; None for the others."""
    text = json.dumps(answer)
    first = next(iter(answer))
    texts = {
        "ok": text,
        "empty": "",
        "fence": f"```json\n{text}\n```",
        "trailing-text": text + "\nI hope this helps!",
        "two-objects": text + text,
        "wrong-case": re.sub(r'": "([a-z_]+)"', lambda m: f'": "{m[1].upper()}"', text),
        "nan": text[:-1] + ', "score": NaN}',
        "nul": json.dumps({**answer, first: "x\x00y"}),
        "duplicate-keys": text[:-1] + f', {json.dumps(first)}: {json.dumps(answer[first])}}}',
        "huge-number": text[:-1] + ', "score": 1e999}',
        "schema-mismatch": json.dumps({**answer, first: "no such value \N{BUG}", "more": 1}),
        "echo": json.dumps({"type": "object", "properties": answer}),
    }
    return texts.get(fault)


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
        """The body of an HTTP 200."""
        whole = json.dumps(answer)
        if fault == "refusal":
            return self.refusal(model)
        if fault == "thinking-first":
            return self.message(model, whole, self.stops["ok"], thinking=True)
        if fault in ("truncated", "filter"):
            stop = self.stops.get(fault)
            return stop and self.message(model, whole[:len(whole) // 2], stop)
        text = spoiled(fault, answer)
        return None if text is None else self.message(model, text, self.stops["ok"])

    def refusal(self, _model):
        return None

    def limit_headers(self):
        """A limit that is used up, lifted at once, where headers can say so."""
        return []


# ── Anthropic ──

class Anthropic(Wire):
    path = r"/v1/messages"
    check = staticmethod(checks.check_anthropic)
    stops = {"ok": "end_turn", "truncated": "max_tokens", "filter": "refusal"}
    errors = {
        "400": (400, "invalid_request_error", "model: bad"),
        "401": (401, "authentication_error", "invalid x-api-key"),
        "402": (402, "billing_error", "Your credit balance is too low"),
        "403": (403, "permission_error", "Your API key may not use this model"),
        "404": (404, "not_found_error", "model: no such model"),
        "413": (413, "request_too_large", "Request exceeds the maximum size"),
        "429": (429, "rate_limit_error", "This request would exceed your rate limit"),
        "429-quota": (429, "rate_limit_error", "You have reached your spend limit",
                      "enforced_spend_limit_reached"),
        "500": (500, "api_error", "Internal server error"),
        "503": (503, "api_error", "Service unavailable"),
        "529": (529, "overloaded_error", "Overloaded"),
        "filter-400": (400, "invalid_request_error", "Output blocked by content filtering policy"),
    }

    def key(self, headers):
        return headers.get("x-api-key") or super().key(headers)

    def message(self, model, text, stop, thinking=False, details=None):
        content = [{"type": "thinking", "thinking": "", "signature": "EoBkkg"}] if thinking else []
        if text is not None:
            content.append({"type": "text", "text": text})
        return {"id": "msg_01Fault", "type": "message", "role": "assistant", "model": model,
                "content": content, "stop_reason": stop, "stop_sequence": None,
                "stop_details": details, "container": None,
                "usage": {"input_tokens": 412, "output_tokens": 58,
                          "cache_creation_input_tokens": 0, "cache_read_input_tokens": 100,
                          "service_tier": "standard"}}

    def refusal(self, model):
        return self.message(model, None, "refusal",
                            details={"type": "refusal", "category": "cyber", "explanation": None})

    def error(self, _status, kind, message, code=None, _param=None):
        error = {"type": kind, "message": message}
        if code:
            error["details"] = {"error_code": code}
        return {"type": "error", "error": error, "request_id": "req_fault1"}

    def limit_headers(self):
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        return [("anthropic-ratelimit-requests-remaining", "0"),
                ("anthropic-ratelimit-requests-reset", now)]


# ── OpenAI, and who speaks like it ──

class OpenAI(Wire):
    path = r"/v1/chat/completions"
    errors = {
        "400": (400, "invalid_request_error", "Bad request", None),
        "401": (401, "invalid_request_error", "Incorrect API key provided", "invalid_api_key"),
        "402": (402, "invalid_request_error", "Payment required", None),
        "403": (403, "invalid_request_error", "Country not supported",
                "unsupported_country_region_territory"),
        "404": (404, "invalid_request_error", "The model does not exist", "model_not_found"),
        "413": (413, "invalid_request_error", "Request too large", None),
        "429": (429, "requests", "Rate limit reached", "rate_limit_exceeded"),
        "429-quota": (429, "insufficient_quota", "You exceeded your current quota",
                      "credit_balance_exhausted"),
        "500": (500, "server_error", "The server had an error", None),
        "503": (503, "server_error", "The engine is currently overloaded", "slow_down"),
        "529": (529, "server_error", "Overloaded", None),
        "filter-400": (400, None, "The response was filtered", "content_filter"),
    }

    def message(self, model, text, stop, thinking=False, refusal=None):
        message = {"role": "assistant", "content": text, "refusal": refusal}
        if thinking:
            message["reasoning_content"] = "The mail is about an invoice."
        return {"id": "chatcmpl-fault", "object": "chat.completion", "created": CREATED,
                "model": model,
                "choices": [{"index": 0, "finish_reason": stop, "logprobs": None,
                             "message": message}],
                "usage": {"prompt_tokens": 512, "completion_tokens": 58, "total_tokens": 570,
                          "prompt_tokens_details": {"cached_tokens": 100},
                          "completion_tokens_details": {"reasoning_tokens": 0}}}

    def refusal(self, model):
        return self.message(model, None, "stop", refusal="I can't help with that.")

    def error(self, _status, kind, message, code=None, param=None):
        return {"error": {"message": message, "type": kind, "param": param, "code": code}}

    def limit_headers(self):
        return [("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "6ms")]


class Azure(OpenAI):
    path = r"/openai/v1/chat/completions"
    check = staticmethod(checks.check_azure)

    def key(self, headers):
        return headers.get("api-key")


class Local(OpenAI):
    """llama-server, LM Studio and the like: no refusals, the status again as an error's code."""
    path = r"/local/v1/chat/completions"
    check = staticmethod(checks.check_local)
    stops = {"ok": "stop", "truncated": "length"}
    errors = {
        "400": (400, "exceed_context_size_error", "the request exceeds the context size"),
        "401": (401, "authentication_error", "Invalid API Key"),
        "404": (404, "not_found_error", "File Not Found"),
        "429": (429, "rate_limit_error", "busy"),
        "500": (500, "server_error", "[json.exception.parse_error.101]"),
        "503": (503, "unavailable_error", "Loading model"),
    }

    def refusal(self, _model):
        return None

    def error(self, status, kind, message, code=None, param=None):
        return super().error(status, kind, message, status, param)


class Vllm(Local):
    path = r"/vllm/v1/chat/completions"
    check = staticmethod(checks.check_vllm)
    errors = {**Local.errors, "400": (400, "BadRequestError", "maximum context length is 2048")}


class Mistral(OpenAI):
    path = r"/mistral/v1/chat/completions"
    check = staticmethod(checks.check_mistral)
    stops = {"ok": "stop", "truncated": "length"}
    errors = {
        "400": (400, "invalid_request_error", "Bad request", "3000"),
        "401": (401, None, "Unauthorized"),
        "404": (404, "invalid_model", "Invalid model", "1500"),
        "413": (413, "invalid_request_error", "Request too large"),
        "429": (429, "rate_limited", "Rate limit exceeded", "1300"),
        "500": (500, "internal_server_error", "Service unavailable", "3000"),
        "503": (503, "internal_server_error", "Service unavailable", "3000"),
    }

    def message(self, model, text, stop, thinking=False, refusal=None):
        if thinking:
            text = [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
                    {"type": "text", "text": text}]
        return super().message(model, text, stop)

    def refusal(self, _model):
        return None

    def error(self, status, kind, message, code=None, param=None):
        if status == 401:
            return {"detail": message}
        if param:
            message = {"detail": [{"type": "extra_forbidden", "loc": ["body", param],
                                   "msg": message}]}
        return {"object": "error", "message": message, "type": kind, "param": None, "code": code}


class Responses(OpenAI):
    path = r"/v1/responses"
    check = staticmethod(checks.check_responses)
    stops = {"ok": None, "truncated": "max_output_tokens", "filter": "content_filter"}

    def user(self, body):
        return next(turn["content"] for turn in body["input"] if turn["role"] == "user")

    def message(self, model, text, stop, thinking=False, refusal=None):
        output = [{"type": "reasoning", "id": "rs_1", "summary": []}] if thinking else []
        part = ({"type": "refusal", "refusal": refusal} if refusal else
                {"type": "output_text", "text": text, "annotations": []})
        output.append({"type": "message", "id": "msg_1", "role": "assistant",
                       "status": "incomplete" if stop else "completed", "content": [part]})
        return {"id": "resp_fault", "object": "response", "created_at": CREATED, "model": model,
                "status": "incomplete" if stop else "completed", "error": None,
                "incomplete_details": {"reason": stop} if stop else None, "output": output,
                "usage": {"input_tokens": 512, "input_tokens_details": {"cached_tokens": 100},
                          "output_tokens": 58, "output_tokens_details": {"reasoning_tokens": 0},
                          "total_tokens": 570}}

    def refusal(self, model):
        return self.message(model, None, None, refusal="I can't help with that.")


# ── Gemini, Ollama ──

class Gemini(Wire):
    path = r"/v1beta/models/([^/]+):generateContent"
    check = staticmethod(checks.check_gemini)
    stops = {"ok": "STOP", "truncated": "MAX_TOKENS", "filter": "SAFETY"}
    errors = {
        "400": (400, "INVALID_ARGUMENT", "Invalid value"),
        "401": (400, "INVALID_ARGUMENT", "API key not valid.", "API_KEY_INVALID"),
        "403": (403, "PERMISSION_DENIED", "The caller does not have permission"),
        "404": (404, "NOT_FOUND", "models/m is not found"),
        "429": (429, "RESOURCE_EXHAUSTED", "You exceeded your current quota"),
        "429-limits": (429, "RESOURCE_EXHAUSTED", "You exceeded your current quota", "LIMIT"),
        "500": (500, "INTERNAL", "An internal error has occurred"),
        "503": (503, "UNAVAILABLE", "The model is overloaded"),
    }

    def user(self, body):
        return body["contents"][0]["parts"][0]["text"]

    def key(self, headers):
        return headers.get("x-goog-api-key")

    def model(self, _body, path):
        return re.fullmatch(self.path, path)[1]

    def answer(self, fault, model, answer):
        if fault == "blocked":
            return {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "modelVersion": model}
        return super().answer(fault, model, answer)

    def message(self, model, text, stop, thinking=False):
        parts = [{"text": "The mail is about an invoice.", "thought": True}] if thinking else []
        return {"candidates": [{"content": {"role": "model", "parts": [*parts, {"text": text}]},
                                "finishReason": stop, "index": 0}],
                "usageMetadata": {"promptTokenCount": 512, "cachedContentTokenCount": 100,
                                  "candidatesTokenCount": 50, "thoughtsTokenCount": 8,
                                  "totalTokenCount": 570},
                "modelVersion": model}

    def error(self, status, kind, message, code=None, _param=None):
        kind = {401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED"}.get(
            status, kind if kind.isupper() else "INVALID_ARGUMENT")
        error = {"code": status, "message": message, "status": kind}
        if code == "LIMIT":
            error["details"] = [{"@type": "type.googleapis.com/google.rpc.RetryInfo",
                                 "retryDelay": "0.05s"}]
        elif code:
            error["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo",
                                 "reason": code, "domain": "googleapis.com"}]
        return {"error": error}


class Ollama(Wire):
    path = r"/api/chat"
    check = staticmethod(checks.check_ollama)
    stops = {"ok": "stop", "truncated": "length"}
    errors = {
        "400": (400, None, "invalid options"),
        "401": (401, None, "unauthorized"),
        "403": (403, None, "forbidden"),
        "404": (404, None, "model 'm' not found"),
        "429": (429, None, "too many requests"),
        "500": (500, None, "model runner has unexpectedly stopped"),
        "503": (503, None, "server busy, please try again"),
    }

    def message(self, model, text, stop, thinking=False):
        message = {"role": "assistant", "content": text}
        if thinking:
            message["thinking"] = "The mail is about an invoice."
        return {"model": model, "created_at": "2026-11-22T07:42:19Z", "message": message,
                "done": True, "done_reason": stop, "total_duration": 1, "load_duration": 1,
                "prompt_eval_count": 512, "prompt_eval_duration": 1, "eval_count": 58,
                "eval_duration": 1}

    def error(self, _status, _kind, message, _code=None, _param=None):
        return {"error": message}


# ── typed questions ──

class Decisions(OpenAI):
    path = r"/v1/decisions"
    check = staticmethod(checks.check_decisions)
    sure = 0.9

    def user(self, body):
        return next(turn["content"] for turn in body["input"] if turn["role"] == "user")

    def answer(self, fault, model, answer):
        answers = [self.one(name, value) for name, value in answer.items()]
        if fault == "refusal":
            answers[0] = {"type": "refusal", "name": answers[0]["name"]}
        elif fault == "missing-answer":
            answers.pop()
        elif fault == "empty":
            answers = []
        elif fault == "schema-mismatch":
            answers[0] = self.one(answers[0]["name"], "no such value \N{BUG}")
        elif fault == "no-probability":
            answers[0].pop("probabilities")
        elif fault != "ok":
            return None
        return self.decided(model, answers)

    def one(self, name, value):
        if isinstance(value, bool):
            return {"type": "predicate", "name": name,
                    "probability": self.sure if value else 1 - self.sure}
        return {"type": "choice", "name": name, "choice": value, "confidence": 0.8,
                "probabilities": [{"value": value, "probability": self.sure},
                                  {"value": "another", "probability": 1 - self.sure}]}

    def decided(self, model, answers):
        return {"model": model, "answers": answers,
                "usage": {"input_tokens": 512, "input_tokens_details": {"cached_tokens": 100},
                          "output_tokens": 0, "output_tokens_details": {"reasoning_tokens": 0},
                          "total_tokens": 512}}


class SystemOne(Decisions):
    """A question that can't be answered is left out; none can be refused."""
    path = r"/v1/systemone"
    check = staticmethod(checks.check_systemone)
    errors = Ollama.errors

    def user(self, body):
        return body["state"]

    def answer(self, fault, model, answer):
        return None if fault == "refusal" else super().answer(fault, model, answer)

    def decided(self, model, answers):
        members = {}
        for answer in answers:
            name = answer.pop("name")
            if answer["type"] == "predicate":
                answer = {"type": "noul", "noul": answer["probability"]}
            elif "probabilities" in answer:
                answer["probabilities"] = {row["value"]: row["probability"]
                                           for row in answer["probabilities"]}
            members[name] = answer
        return {"model": model, "answers": members,
                "usage": {"input_tokens": 512, "output_tokens": 1}}

    error = Ollama.error


WIRES = [Anthropic(), OpenAI(), Azure(), Local(), Vllm(), Mistral(), Responses(), Gemini(), Ollama(),
         Decisions(), SystemOne()]


def find(path):
    """The wire a path belongs to; an unknown path is answered in OpenAI's form."""
    return next((wire for wire in WIRES if re.fullmatch(wire.path, path)), None)


def retry_after(fault):
    """The header's value for 429-0, 429-2, 429-3600, 429-date, 429-garbage."""
    wish = fault.removeprefix("429-") if fault.startswith("429-") else ""
    if wish == "date":
        return email.utils.formatdate(time.time() + 1, usegmt=True)
    return "soon, perhaps" if wish == "garbage" else wish if wish.isdigit() else None
