"""OpenAI, and who speaks like it."""

import provider_checks as checks
import provider_tokens
from provider_wire import Wire

CREATED = 1795333339


class OpenAI(Wire):
    path = r"/v1/chat/completions"
    tokens = staticmethod(provider_tokens.logprobs_of)
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

    def with_more(self, whole, body):
        """Tokens of all that was written, thoughts among it."""
        for choice in whole["choices"] if body.get("logprobs") else []:
            message = choice["message"]
            written = message.get("reasoning_content", "") + (message["content"] or "")
            choice["logprobs"] = self.tokens(written)
        return whole

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

    def answer_unknown_end(self, model, whole):
        return self.message(model, whole, "eos_token")

    def answer_no_end(self, model, whole):
        return self.message(model, whole, None)

    def answer_whole_at_length(self, model, whole):
        return self.message(model, whole, self.stops["truncated"])

    def answer_tagged_thinking(self, model, whole):
        return self.message(model, f"<think>\nAn invoice.\n</think>\n\n{whole}", "stop")

    def answer_half_tagged_thinking(self, model, whole):
        """The opening tag stands in the chat template."""
        return self.message(model, f"An invoice.\n</think>\n\n{whole}", "stop")

    def answer_object_as_thinking(self, model, whole):
        return self.put_into_thinking(self.message(model, "", "stop"), whole)

    def answer_object_in_thinking(self, model, whole):
        return self.put_into_thinking(self.message(model, "", "stop"), f"The mail says {whole}")

    @staticmethod
    def put_into_thinking(body, text):
        body["choices"][0]["message"]["reasoning_content"] = text
        return body

    def answer_429_in_200(self, _model, _whole):
        return {"error": {"message": "Rate limit reached", "code": 429}}

    def answer_429_in_choice(self, model, _):
        body = self.message(model, "", "error")
        body["choices"][0]["error"] = {"message": "Rate limit reached", "code": 429}
        return body

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
    tokens = staticmethod(provider_tokens.logprobs_with_ends)
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
    answer_two_choices = answer_no_choice = answer_no_text = answer_unknown_end = answer_no_end = None
    answer_whole_at_length = answer_tagged_thinking = answer_half_tagged_thinking = None
    answer_object_as_thinking = answer_object_in_thinking = answer_429_in_200 = answer_429_in_choice = None

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
