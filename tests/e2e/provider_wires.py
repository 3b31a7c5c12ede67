"""How each provider says it: answers, stops, refusals and errors, as their own servers word them.

A wire knows its path, the check of its requests, where mail and key stand in them, and the bodies it
answers with.  `answer(fault, …)` is None for a fault that this wire can't have.
"""

import email.utils
import json
import re
import time

import provider_checks as checks
from provider_spoils import spoiled

CREATED = 1795333339


# A status, and how long to wait: "503", "429-2", "429-date".
STATUS = re.compile(r"([345]\d\d)(?:-(0|2|3600|ms|date|far-date|past-date|garbage|negative|limits|no-limits|no-retry))?")


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


# ── Anthropic ──

class Anthropic(Wire):
    path = r"/v1/messages"
    check = staticmethod(checks.check_anthropic)
    stops = {"ok": "end_turn", "truncated": "max_tokens", "filter": "refusal", "pause": "pause_turn",
             "tool-call": "tool_use", "context-full": "model_context_window_exceeded",
             "new-stop": "something_new"}
    errors = {
        "400": (400, "invalid_request_error", "model: bad"),
        "400-on-hold": (400, "invalid_request_error", "Your organization is on hold",
                        "organization_on_hold"),
        "401": (401, "authentication_error", "invalid x-api-key"),
        "402": (402, "billing_error", "Your credit balance is too low"),
        "403": (403, "permission_error", "Your API key may not use this model"),
        "404": (404, "not_found_error", "model: no such model"),
        "409": (409, "conflict_error", "Conflict"),
        "413": (413, "request_too_large", "Request exceeds the maximum size"),
        "413-decoded": (400, "invalid_request_error", "Too large",
                        "request_body_too_large_after_decoding"),
        "429": (429, "rate_limit_error", "This request would exceed your rate limit"),
        "429-quota": (429, "rate_limit_error", "You have reached your spend limit",
                      "enforced_spend_limit_reached"),
        "429-contract": (429, "rate_limit_error", "You have reached your limit",
                         "contract_spend_limit_reached"),
        "429-ramp": (429, "rate_limit_error", "Slow down", "ramp_limit_exceeded"),
        "500": (500, "api_error", "Internal server error"),
        "503": (503, "api_error", "Service unavailable"),
        "504": (504, "timeout_error", "Request timed out"),
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

    def answer_refusal(self, model, _):
        return self.message(model, None, "refusal",
                            details={"type": "refusal", "category": "cyber", "explanation": None})

    def answer_cut_refusal(self, model, whole):
        return self.message(model, whole[:9], "refusal",
                            details={"type": "refusal", "category": None, "explanation": "Because."})

    def answer_thinking_only(self, model, _):
        return self.message(model, None, "end_turn", thinking=True)

    def answer_two_texts(self, model, whole):
        body = self.message(model, whole, "end_turn")
        body["content"] *= 2
        return body

    def answer_another_type(self, model, whole):
        return {**self.message(model, whole, "end_turn"), "type": "completion"}

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
    stops = {**Wire.stops, "tool-call": "tool_calls", "new-stop": "something_new"}
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
        "429-quota-old": (429, "insufficient_quota", "You exceeded your current quota",
                          "insufficient_quota"),
        "429-organization": (429, "insufficient_quota", "Limit", "organization_spend_limit_exceeded"),
        "429-project": (429, "insufficient_quota", "Limit", "project_spend_limit_exceeded"),
        "429-usage": (429, "insufficient_quota", "Limit", "organization_usage_limit_exceeded"),
        "429-new-quota": (429, "insufficient_quota", "Limit", "something_new"),
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

    def answer_refusal(self, model, _):
        return self.message(model, None, "stop", refusal="I can't help with that.")

    def answer_cut_refusal(self, model, _):
        return self.message(model, None, "length", refusal="I can't help")

    def answer_no_text(self, model, _):
        return self.message(model, None, "stop")

    def answer_two_choices(self, model, whole):
        body = self.message(model, whole, "stop")
        body["choices"] *= 2
        return body

    def answer_no_choice(self, model, whole):
        return {**self.message(model, whole, "stop"), "choices": []}

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
    stops = {"ok": "stop", "truncated": "length", "tool-call": "tool_calls"}
    answer_refusal = answer_cut_refusal = None
    errors = {
        "400": (400, "exceed_context_size_error", "the request exceeds the context size"),
        "401": (401, "authentication_error", "Invalid API Key"),
        "404": (404, "not_found_error", "File Not Found"),
        "429": (429, "rate_limit_error", "busy"),
        "500": (500, "server_error", "[json.exception.parse_error.101]"),
        "503": (503, "unavailable_error", "Loading model"),
    }

    def error(self, status, kind, message, code=None, param=None):
        return super().error(status, kind, message, status, param)


class Vllm(Local):
    path = r"/vllm/v1/chat/completions"
    check = staticmethod(checks.check_vllm)
    errors = {**Local.errors, "400": (400, "BadRequestError", "maximum context length is 2048")}


class Mistral(OpenAI):
    path = r"/mistral/v1/chat/completions"
    check = staticmethod(checks.check_mistral)
    stops = {"ok": "stop", "truncated": "length", "tool-call": "tool_calls",
             "context-full": "model_length", "stopped": "error"}
    answer_refusal = answer_cut_refusal = None
    errors = {
        "400": (400, "invalid_request_error", "Bad request", "3000"),
        "401": (401, None, "Unauthorized"),
        "404": (404, "invalid_model", "Invalid model", "1500"),
        "413": (413, "invalid_request_error", "Request too large"),
        "422": (422, "invalid_request_message_order", "Expected last role User"),
        "429": (429, "rate_limited", "Rate limit exceeded", "1300"),
        "500": (500, "internal_server_error", "Service unavailable", "3000"),
        "503": (503, "internal_server_error", "Service unavailable", "3000"),
    }

    def message(self, model, text, stop, thinking=False, refusal=None):
        if thinking:
            text = [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
                    {"type": "text", "text": text}]
        return super().message(model, text, stop)

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
    stops = {"ok": None, "truncated": "max_output_tokens", "filter": "content_filter",
             "new-stop": "steered"}
    answer_two_choices = answer_no_choice = answer_no_text = None

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

    def answer_refusal(self, model, _):
        return self.message(model, None, None, refusal="I can't help with that.")

    def answer_cut_refusal(self, model, _):
        return self.message(model, None, "max_output_tokens", refusal="I can't help")

    def answer_no_message(self, model, _):
        return {**self.message(model, None, "max_output_tokens"), "output": []}

    def answer_commentary_first(self, model, whole):
        body = self.message(model, whole, None)
        body["output"].insert(0, {**body["output"][0], "id": "msg_0", "content": [
            {"type": "output_text", "text": "I look at the mail.", "annotations": []}]})
        return body

    def answer_failed(self, model, _):
        return {**self.message(model, None, None), "status": "failed", "output": [],
                "error": {"code": "server_error", "message": "The model failed"}}

    def answer_failed_by_limit(self, model, _):
        return {**self.answer_failed(model, ""),
                "error": {"code": "rate_limit_exceeded", "message": "Rate limit reached"}}

    def answer_cancelled(self, model, _):
        return {**self.message(model, None, None), "status": "cancelled", "output": []}


# ── Gemini, Ollama ──

class Gemini(Wire):
    path = r"/v1beta/models/([^/]+):generateContent"
    check = staticmethod(checks.check_gemini)
    stops = {"ok": "STOP", "truncated": "MAX_TOKENS", "filter": "SAFETY", "recitation": "RECITATION",
             "forbidden": "PROHIBITED_CONTENT", "personal": "SPII", "words": "BLOCKLIST",
             "malformed": "MALFORMED_RESPONSE", "new-stop": "OTHER",
             "tool-call": "MALFORMED_FUNCTION_CALL"}
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

    def answer_blocked(self, model, _):
        return {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "modelVersion": model}

    def answer_no_parts(self, model, _):
        """The limit came while it was thinking."""
        body = self.message(model, "", "MAX_TOKENS")
        del body["candidates"][0]["content"]["parts"]
        return body

    def answer_no_candidate(self, model, _):
        return {**self.message(model, "", "STOP"), "candidates": []}

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
            status, kind if (kind or "").isupper() else "INVALID_ARGUMENT")
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
    stops = {"ok": "stop", "truncated": "length", "loaded": "load"}
    errors = {
        "400": (400, None, "invalid options"),
        "401": (401, None, "unauthorized"),
        "403": (403, None, "forbidden"),
        "404": (404, None, "model 'm' not found"),
        "429": (429, None, "too many requests"),
        "500": (500, None, "model runner has unexpectedly stopped"),
        "502": (502, None, "upstream error"),
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

    def answer_not_done(self, model, whole):
        return {**self.message(model, whole, None), "done": False}

    def error(self, _status, _kind, message, _code=None, _param=None):
        return {"error": message}


# ── typed questions ──

class Decisions(OpenAI):
    path = r"/v1/decisions"
    check = staticmethod(checks.check_decisions)
    sure = 0.9
    spoils = ["refusal", "missing-answer", "empty", "schema-mismatch", "no-probability",
              "bad-probability", "bad-sum", "foreign-question", "answered-twice", "another-type",
              "no-answers"]

    def user(self, body):
        return next(turn["content"] for turn in body["input"] if turn["role"] == "user")

    def answer(self, fault, model, answer):
        answers = [self.one(name, value) for name, value in answer.items()]
        first, name = answers[0], answers[0]["name"]
        if fault == "refusal":
            answers[0] = {"type": "refusal", "name": name}
        elif fault == "missing-answer":
            answers.pop()
        elif fault in ("empty", "no-answers"):
            answers = []
        elif fault == "schema-mismatch":
            answers[0] = self.one(name, "no such value \N{BUG}")
        elif fault == "no-probability":
            first.pop("probabilities")
        elif fault == "bad-probability":
            first["probabilities"][0]["probability"] = 1.5
        elif fault == "bad-sum":
            first["probabilities"][1]["probability"] = 0.9
        elif fault == "foreign-question":
            answers.append(self.one("bcc", "all@example.com"))
        elif fault == "answered-twice":
            answers.append(self.one(name, first["choice"]))
        elif fault == "another-type":
            first["type"] = "score"
        elif fault != "ok":
            return None
        body = self.decided(model, answers)
        if fault == "no-answers":
            del body["answers"]
        return body

    @classmethod
    def faults(cls):
        return {*cls.spoils, *cls.errors}

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
    spoils = [fault for fault in Decisions.spoils if fault not in ("refusal", "answered-twice")]
    errors = {**Ollama.errors, "422": (422, None, "Field required")}

    def user(self, body):
        return body["state"]

    def answer(self, fault, model, answer):
        return super().answer(fault, model, answer) if fault in [*self.spoils, "ok"] else None

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

    def error(self, status, kind, message, code=None, param=None):
        if status == 422:
            return {"detail": [{"loc": ["body", param], "msg": message, "type": "missing"}]}
        return Ollama().error(status, kind, message)


WIRES = [Anthropic(), OpenAI(), Azure(), Local(), Vllm(), Mistral(), Responses(), Gemini(), Ollama(),
         Decisions(), SystemOne()]


def find(path):
    """The wire a path belongs to; an unknown path is answered in OpenAI's form."""
    return next((wire for wire in WIRES if re.fullmatch(wire.path, path)), None)
