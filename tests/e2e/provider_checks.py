"""Refuses what Anthropic and OpenAI would refuse.

Each check raises Refused with the provider's status, error type and message; nothing is forgiven
here that the real server wouldn't forgive.  `local` is the dialect of Ollama, llama-server, vLLM
and LM Studio: max_tokens, temperature allowed, no key needed.
"""

import json
import re

ANTHROPIC_VERSIONS = ("2023-06-01", "2026-10-21")
ANTHROPIC_FIELDS = {"model", "max_tokens", "system", "messages", "output_config", "metadata",
                    "stop_sequences", "stream", "thinking", "service_tier", "tools", "tool_choice"}
ANTHROPIC_EFFORTS = {"low", "medium", "high", "xhigh", "max"}
OPENAI_FIELDS = {"model", "messages", "max_completion_tokens", "response_format", "store",
                 "reasoning_effort", "metadata", "service_tier", "seed", "stream", "user",
                 "prompt_cache_key", "safety_identifier"}
OPENAI_EFFORTS = {"none", "minimal", "low", "medium", "high", "xhigh", "max"}
LOCAL_FIELDS = (OPENAI_FIELDS - {"max_completion_tokens", "store"}) | {"max_tokens", "temperature",
                                                                        "top_p"}
SCHEMA_KEYWORDS = {"type", "enum", "properties", "required", "additionalProperties", "description",
                   "items"}
SCALARS = {"string", "boolean", "integer", "number", "null"}
UNIONS_MAX, DEPTH_MAX, ENUM_MAX = 16, 5, 1000


class Refused(Exception):
    def __init__(self, status, kind, message, param=None, code=None):
        super().__init__(message)
        self.status, self.kind, self.message = status, kind, message
        self.param, self.code = param, code


def bad(message, param=None, code=None):
    raise Refused(400, "invalid_request_error", message, param, code)


def need(condition, message, param=None):
    if not condition:
        bad(message, param)


# ── schemas ──

def check_schema(schema):
    need(isinstance(schema, dict) and schema.get("type") == "object",
         "schema must be a JSON Schema of 'type: \"object\"'", "schema")
    seen = {"unions": 0, "enums": 0}
    check_subschema(schema, "schema", 1, seen)
    need(seen["unions"] <= UNIONS_MAX, f"too many parameters with union types ({seen['unions']}, "
         f"limit: {UNIONS_MAX})", "schema")
    need(seen["enums"] <= ENUM_MAX, "too many enum values", "schema")


def check_subschema(schema, where, depth, seen):
    need(isinstance(schema, dict), f"{where}: must be an object", where)
    need(depth <= DEPTH_MAX, f"{where}: nested too deeply", where)
    unknown = set(schema) - SCHEMA_KEYWORDS
    need(not unknown, f"{where}: keyword not supported: {sorted(unknown)}", where)
    kinds = schema.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    seen["unions"] += len(kinds) > 1
    need(kinds and all(k in SCALARS | {"object", "array"} for k in kinds),
         f"{where}: type is missing or unknown", where)
    if "enum" in schema:
        values = schema["enum"]
        need(isinstance(values, list) and values and len(set(map(str, values))) == len(values),
             f"{where}: enum must hold different values", where)
        seen["enums"] += len(values)
    if "object" in kinds:
        check_object(schema, where, depth, seen)
    if "array" in kinds:
        need("items" in schema, f"{where}: array without items", where)
        check_subschema(schema["items"], where + ".items", depth + 1, seen)


def check_object(schema, where, depth, seen):
    properties = schema.get("properties")
    need(isinstance(properties, dict) and properties, f"{where}: no properties", where)
    need(schema.get("additionalProperties") is False,
         f"{where}: 'additionalProperties' is required to be false", where)
    need(sorted(schema.get("required", [])) == sorted(properties),
         f"{where}: 'required' must name every property", where)
    for name, inner in properties.items():
        check_subschema(inner, f"{where}.{name}", depth + 1, seen)


# ── bodies ──

def no_duplicates(pairs):
    keys = [key for key, _ in pairs]
    need(len(keys) == len(set(keys)), "the body has a key twice")
    return dict(pairs)


def parse_body(headers, raw):
    need(headers.get("content-type", "").split(";")[0].strip() == "application/json",
         "content-type must be application/json")
    try:
        text = raw.decode("utf-8")
        body = json.loads(text, object_pairs_hook=no_duplicates)
    except ValueError as error:
        bad(f"We could not parse the JSON body of your request: {error}")
    need(isinstance(body, dict), "the body must be an object")
    need(not re.search(r"[\ud800-\udfff]", json.dumps(body, ensure_ascii=False)),
         "str is not valid UTF-8: surrogates not allowed")
    return body


def check_fields(body, allowed, required):
    for name in body:
        need(name in allowed, f"{name}: Extra inputs are not permitted", name)
    for name in required:
        need(name in body, f"{name}: Field required", name)
    need(isinstance(body["model"], str) and body["model"], "model: must be a string", "model")


def check_limit(body, name):
    limit = body[name]
    need(isinstance(limit, int) and not isinstance(limit, bool) and 1 <= limit <= 128000,
         f"{name}: must be between 1 and 128000", name)


def check_turns(turns, roles):
    need(isinstance(turns, list) and turns, "messages: at least one message is required",
         "messages")
    for index, turn in enumerate(turns):
        need(isinstance(turn, dict) and set(turn) == {"role", "content"},
             f"messages.{index}: role and content are required", "messages")
        need(turn["role"] in roles, f"messages.{index}.role: unknown", "messages")
        need(isinstance(turn["content"], str) and turn["content"].strip(),
             f"messages.{index}: text content blocks must contain non-whitespace text",
             "messages")
    need(turns[-1]["role"] == "user", "This model does not support assistant message prefill. The "
         "conversation must end with a user message.", "messages")


def check_anthropic(headers, body):
    if not headers.get("x-api-key") and not headers.get("authorization"):
        raise Refused(401, "authentication_error", "x-api-key header is required")
    need(headers.get("anthropic-version") in ANTHROPIC_VERSIONS,
         "anthropic-version: header is required")
    check_fields(body, ANTHROPIC_FIELDS, ("model", "max_tokens", "messages", "output_config"))
    check_limit(body, "max_tokens")
    need(isinstance(body.get("system", ""), str) or isinstance(body["system"], list),
         "system: must be text or blocks", "system")
    check_turns(body["messages"], {"user", "assistant"})
    need(body["messages"][0]["role"] == "user", "messages: first message must use the user role")
    config = body["output_config"]
    need(isinstance(config, dict) and set(config) <= {"effort", "format"},
         "output_config: Extra inputs are not permitted", "output_config")
    need(config.get("effort", "low") in ANTHROPIC_EFFORTS, "output_config.effort: unknown")
    form = config.get("format")
    need(isinstance(form, dict) and set(form) == {"type", "schema"}
         and form["type"] == "json_schema", "output_config.format: type and schema are required")
    check_schema(form["schema"])
    return form["schema"]


def check_openai(headers, body, azure=False):
    local = "max_tokens" in body and not azure
    bearer = headers.get("authorization", "")
    if "authorization" in headers and not re.fullmatch(r"Bearer \S+", bearer):
        raise Refused(401, "invalid_request_error", "malformed Authorization header")
    if azure and not headers.get("api-key"):
        raise Refused(401, "invalid_request_error", "api-key is missing", code="401")
    if not azure and not local and not bearer:
        raise Refused(401, "invalid_request_error", "You didn't provide an API key.")
    if "temperature" in body and not local:
        bad("Unsupported value: 'temperature' does not support this value with this model.",
            "temperature", "unsupported_value")
    limit = "max_tokens" if local else "max_completion_tokens"
    check_fields(body, LOCAL_FIELDS if local else OPENAI_FIELDS,
                 ("model", "messages", limit, "response_format"))
    check_limit(body, limit)
    check_turns(body["messages"], {"system", "developer", "user", "assistant"})
    need(body.get("reasoning_effort", "low") in OPENAI_EFFORTS, "reasoning_effort: unknown",
         "reasoning_effort")
    form = body["response_format"]
    need(isinstance(form, dict) and form.get("type") == "json_schema"
         and isinstance(form.get("json_schema"), dict), "response_format: json_schema is missing",
         "response_format")
    named = form["json_schema"]
    need(set(named) <= {"name", "strict", "schema", "description"},
         "response_format.json_schema: unknown parameter", "response_format")
    need(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", str(named.get("name", ""))),
         "response_format.json_schema.name: does not match pattern", "response_format")
    need(named.get("strict") is True, "response_format.json_schema.strict: must be true here")
    check_schema(named.get("schema"))
    return named["schema"]
