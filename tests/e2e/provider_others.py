"""Anthropic, Gemini, Ollama, System One."""

import re
import time

import provider_checks as checks
from provider_openai import Decisions
from provider_wire import Wire


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
