"""Refuses what the providers would refuse.

Each check raises Refused with the provider's status, error type and message; nothing is forgiven
here that the real server wouldn't forgive.  A check returns the schema the answer has to fit; that
of typed questions is made of them.
"""

import json
import re

ANTHROPIC_VERSIONS = ("2023-06-01", "2026-10-21")
ANTHROPIC_FIELDS = {"model", "max_tokens", "system", "messages", "output_config", "metadata",
                    "stop_sequences", "stream", "thinking", "service_tier", "tools", "tool_choice"}
ANTHROPIC_EFFORTS = {"low", "medium", "high", "xhigh", "max"}
OPENAI_FIELDS = {"model", "messages", "max_completion_tokens", "response_format", "store",
                 "reasoning_effort", "metadata", "service_tier", "seed", "stream", "user",
                 "prompt_cache_key", "safety_identifier", "logprobs", "top_logprobs"}
RESPONSES_FIELDS = {"model", "instructions", "input", "max_output_tokens", "reasoning", "store",
                    "text", "metadata", "service_tier", "stream", "prompt_cache_key",
                    "safety_identifier"}
DECISIONS_FIELDS = {"model", "input", "questions", "prompt_cache_key", "prompt_cache_options",
                    "safety_identifier"}
OPENAI_EFFORTS = {"none", "minimal", "low", "medium", "high", "xhigh", "max"}
LOCAL_FIELDS = (OPENAI_FIELDS - {"max_completion_tokens", "store"}) | {"max_tokens", "temperature",
                                                                        "top_p"}
VLLM_FIELDS = LOCAL_FIELDS | {"structured_outputs"}
MISTRAL_FIELDS = {"model", "messages", "max_tokens", "temperature", "top_p", "stream", "stop",
                  "random_seed", "response_format", "safe_prompt", "prompt_mode"}
GEMINI_FIELDS = {"systemInstruction", "contents", "generationConfig", "safetySettings", "tools",
                 "toolConfig", "cachedContent"}
GEMINI_CONFIG = {"maxOutputTokens", "temperature", "topP", "topK", "seed", "candidateCount",
                 "stopSequences", "responseMimeType", "responseJsonSchema", "thinkingConfig"}
OLLAMA_FIELDS = {"model", "messages", "stream", "format", "options", "keep_alive", "think", "tools"}
OLLAMA_OPTIONS = {"temperature", "num_predict", "num_ctx", "seed", "top_k", "top_p", "min_p", "stop"}
SYSTEMONE_FIELDS = {"model", "state", "questions", "images", "keep_alive"}
SCHEMA_KEYWORDS = {"type", "enum", "properties", "required", "additionalProperties", "description",
                   "items"}
SCALARS = {"string", "boolean", "integer", "number", "null"}
UNIONS_MAX, DEPTH_MAX, ENUM_MAX = 16, 5, 1000
SYSTEMONE_BYTES, SYSTEMONE_OPTIONS = 64 * 1024, 26


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
    need(isinstance(body, dict), "must be an object")
    for name in body:
        need(name in allowed, f"{name}: Extra inputs are not permitted", name)
    for name in required:
        need(name in body, f"{name}: Field required", name)
    need(isinstance(body.get("model", "m"), str) and body.get("model", "m"),
         "model: must be a string", "model")


def check_limit(body, name):
    limit = body[name]
    need(isinstance(limit, int) and not isinstance(limit, bool) and 1 <= limit <= 128000,
         f"{name}: must be between 1 and 128000", name)


def check_temperature(body, most=2):
    value = body.get("temperature", 0)
    need(isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= most,
         f"temperature: must be between 0 and {most}", "temperature")


def check_bearer(headers, needed=True):
    """Servers of one's own ask for a key only if they were told to; a malformed one is none."""
    found = headers.get("authorization")
    if found is None and not needed:
        return
    if not re.fullmatch(r"Bearer \S+", found or ""):
        raise Refused(401, "invalid_request_error", "You didn't provide an API key.")


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


def check_system(system):
    """Text, or blocks of it, of which four may end a cached prefix."""
    need(isinstance(system, (str, list)), "system: must be text or blocks", "system")
    marked = 0
    for block in system if isinstance(system, list) else []:
        check_fields(block, {"type", "text", "cache_control"}, ("type", "text"))
        need(block["type"] == "text" and isinstance(block["text"], str) and block["text"].strip(),
             "system: text content blocks must be non-empty", "system")
        control = block.get("cache_control", {"type": "ephemeral"})
        need(control == {"type": "ephemeral"} or control == {"type": "ephemeral", "ttl": "1h"},
             "system.cache_control: unknown", "system")
        marked += "cache_control" in block
    need(marked <= 4, "A maximum of 4 blocks with cache_control may be provided.")


def check_anthropic(headers, body):
    if not headers.get("x-api-key") and not headers.get("authorization"):
        raise Refused(401, "authentication_error", "x-api-key header is required")
    need(headers.get("anthropic-version") in ANTHROPIC_VERSIONS,
         "anthropic-version: header is required")
    check_fields(body, ANTHROPIC_FIELDS, ("model", "max_tokens", "messages", "output_config"))
    check_limit(body, "max_tokens")
    check_system(body.get("system", ""))
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


def check_named_schema(named, where):
    check_fields(named, {"type", "name", "strict", "schema", "description"},
                 ("name", "strict", "schema"))
    need(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", str(named["name"])),
         f"{where}.name: does not match pattern", where)
    need(named["strict"] is True, f"{where}.strict: must be true here", where)
    check_schema(named["schema"])
    return named["schema"]


def check_response_format(body):
    form = body["response_format"]
    need(isinstance(form, dict) and form.get("type") == "json_schema"
         and isinstance(form.get("json_schema"), dict), "response_format: json_schema is missing",
         "response_format")
    need("type" not in form["json_schema"], "response_format.json_schema: unknown parameter")
    return check_named_schema(form["json_schema"], "response_format")


def check_chat(body, fields, limit, structure="response_format"):
    """What all servers of Chat Completions have in common."""
    check_fields(body, fields, ("model", "messages", limit, structure))
    check_limit(body, limit)
    check_turns(body["messages"], {"system", "developer", "user", "assistant"})
    check_temperature(body)
    check_logprobs(body)
    need(body.get("reasoning_effort", "low") in OPENAI_EFFORTS, "reasoning_effort: unknown",
         "reasoning_effort")


def check_logprobs(body):
    asked, top = body.get("logprobs", False), body.get("top_logprobs")
    need(isinstance(asked, bool), "logprobs: must be true or false", "logprobs")
    need(top is None or asked, "top_logprobs requires logprobs to be set to true", "top_logprobs")
    need(top is None or (isinstance(top, int) and not isinstance(top, bool) and 0 <= top <= 20),
         "top_logprobs: must be between 0 and 20", "top_logprobs")


def refuse_reasoning(body):
    """A model thinks, or says how probable its words are."""
    if body.get("logprobs") and body.get("reasoning_effort", "none") != "none":
        bad("Unsupported parameter: 'logprobs' is not supported with this model.", "logprobs",
            "unsupported_parameter")


def refuse_temperature(body):
    if "temperature" in body:
        bad("Unsupported value: 'temperature' does not support this value with this model.",
            "temperature", "unsupported_value")


def check_openai(headers, body):
    check_bearer(headers)
    refuse_temperature(body)
    refuse_reasoning(body)
    check_chat(body, OPENAI_FIELDS, "max_completion_tokens")
    return check_response_format(body)


def check_azure(headers, body):
    if not headers.get("api-key"):
        raise Refused(401, "invalid_request_error", "api-key is missing", code="401")
    refuse_temperature(body)
    refuse_reasoning(body)
    check_chat(body, OPENAI_FIELDS, "max_completion_tokens")
    return check_response_format(body)


def check_local(headers, body):
    check_bearer(headers, needed=False)
    check_chat(body, LOCAL_FIELDS, "max_tokens")
    return check_response_format(body)


def check_vllm(headers, body):
    check_bearer(headers, needed=False)
    check_chat(body, VLLM_FIELDS, "max_tokens", "structured_outputs")
    outputs = body["structured_outputs"]
    check_fields(outputs, {"json", "regex", "choice", "grammar", "structural_tag",
                           "whitespace_pattern"}, ("json",))
    need(len(set(outputs) - {"whitespace_pattern"}) == 1 and "response_format" not in body,
         "You can only use one kind of structured outputs constraint")
    check_schema(outputs["json"])
    return outputs["json"]


def check_mistral(headers, body):
    check_bearer(headers)
    check_chat(body, MISTRAL_FIELDS, "max_tokens")
    check_temperature(body, 1.5)
    return check_response_format(body)


def check_responses(headers, body):
    check_bearer(headers)
    refuse_temperature(body)
    check_fields(body, RESPONSES_FIELDS, ("model", "input", "max_output_tokens", "text"))
    check_limit(body, "max_output_tokens")
    need(isinstance(body.get("instructions", ""), str), "instructions: must be a string")
    check_turns(body["input"], {"system", "developer", "user", "assistant"})
    reasoning = body.get("reasoning", {})
    check_fields(reasoning, {"effort", "summary"}, ())
    need(reasoning.get("effort", "low") in OPENAI_EFFORTS, "reasoning.effort: unknown")
    check_fields(body["text"], {"format", "verbosity"}, ("format",))
    form = body["text"]["format"]
    need(isinstance(form, dict) and form.get("type") == "json_schema",
         "text.format.type: must be json_schema", "text.format")
    return check_named_schema(form, "text.format")


def check_gemini(headers, body):
    if not headers.get("x-goog-api-key"):
        raise Refused(403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers")
    check_fields(body, GEMINI_FIELDS, ("contents", "generationConfig"))
    need(isinstance(body["contents"], list), "contents: must be a list")
    turns = [{"role": turn.get("role", "user"), "content": gemini_text(turn)}
             for turn in body["contents"]]
    check_turns(turns, {"user", "model"})
    if "systemInstruction" in body:
        need(gemini_text(body["systemInstruction"]).strip(), "systemInstruction: empty")
    config = body["generationConfig"]
    check_fields(config, GEMINI_CONFIG, ("maxOutputTokens", "responseJsonSchema"))
    check_limit(config, "maxOutputTokens")
    check_temperature(config)
    need(config.get("responseMimeType") == "application/json",
         "a response schema needs responseMimeType application/json", "generationConfig")
    check_schema(config["responseJsonSchema"])
    return config["responseJsonSchema"]


def gemini_text(content):
    check_fields(content, {"role", "parts"}, ("parts",))
    need(isinstance(content["parts"], list) and content["parts"]
         and all(set(part) == {"text"} for part in content["parts"]), "parts: one text is needed")
    return "".join(part["text"] for part in content["parts"])


def check_ollama(headers, body):
    check_bearer(headers, needed=False)
    check_fields(body, OLLAMA_FIELDS, ("model", "messages", "format"))
    need(body.get("stream") is False, "stream: the default is true; NDJSON would follow")
    check_turns(body["messages"], {"system", "user", "assistant", "tool"})
    options = body.get("options", {})
    check_fields(options, OLLAMA_OPTIONS, ())
    check_temperature(options)
    for name in ("num_predict", "num_ctx"):
        need(isinstance(options.get(name, 1), int), f"option \"{name}\" must be of type integer")
    need(isinstance(body.get("keep_alive", "5m"), (str, int)), "keep_alive: invalid duration")
    check_schema(body["format"])
    return body["format"]


# ── typed questions ──

def typed_schema(properties):
    need(properties, "questions: at least one is required", "questions")
    return {"type": "object", "properties": properties}


def choice_of(values, most):
    need(2 <= len(values) <= most and len(set(values)) == len(values)
         and all(isinstance(value, str) and value for value in values),
         f"choices: 2 to {most} different values are required", "questions")
    return {"type": "string", "enum": list(values)}


def check_decisions(headers, body):
    check_bearer(headers)
    check_fields(body, DECISIONS_FIELDS, ("model", "input", "questions"))
    check_turns(body["input"], {"system", "developer", "user", "assistant"})
    need(isinstance(body["questions"], list) and len(body["questions"]) <= 400,
         "questions: 1 to 400 are required", "questions")
    properties = {}
    for question in body["questions"]:
        kind = question.get("type")
        more = {"choice": {"choices"}, "predicate": set()}.get(kind)
        need(more is not None, "questions.type: unknown", "questions")
        check_fields(question, {"type", "name", "instructions"} | more,
                     {"name", "instructions"} | more)
        need(question["name"] not in properties, "questions.name: is used twice", "questions")
        for choice in question.get("choices", []):
            check_fields(choice, {"value", "description"}, ("value",))
        properties[question["name"]] = (
            choice_of([choice["value"] for choice in question["choices"]], 255)
            if kind == "choice" else {"type": "boolean"})
    return typed_schema(properties)


def check_systemone(headers, body):
    check_bearer(headers, needed=False)
    check_fields(body, SYSTEMONE_FIELDS, ("model", "state", "questions"))
    need(isinstance(body["state"], (str, dict, list)) and body["state"], "state: is required")
    need(isinstance(body["questions"], dict), "questions: must be an object", "questions")
    if len(json.dumps(body)) > SYSTEMONE_BYTES:
        raise Refused(400, "invalid_request_error", "the request is longer than 64 KiB")
    properties = {}
    for name, question in body["questions"].items():
        kind = question.get("type")
        need(kind in ("choice", "noul"), "questions.type: unknown", "questions")
        check_fields(question, {"type", "instructions", "criteria"},
                     {"instructions"} | ({"criteria"} if kind == "choice" else set()))
        criteria = question.get("criteria", {})
        need(isinstance(criteria, dict) and all(isinstance(text, str) for text in criteria.values()),
             "questions.criteria: must be texts", "questions")
        properties[name] = (choice_of(list(criteria), SYSTEMONE_OPTIONS) if kind == "choice"
                            else {"type": "boolean"})
    return typed_schema(properties)
