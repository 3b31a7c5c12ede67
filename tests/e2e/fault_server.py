#!/usr/bin/python3
"""A stand-in for model servers on loopback: strict about requests, exact in its answers, and able
to fail in every way real ones do.

    fault_server.py [--port N] [--fault NAME] [--delay SECONDS] [--key KEY] [--tls CERT KEY]
                    [--until-eof]

Prints its port, then serves POST /v1/messages (Anthropic), /v1/chat/completions (OpenAI and the
servers that speak it) and /openai/v1/chat/completions (Azure).  A fault is named by the word
FAULT-name in the mail, else by --fault or POST /control {"fault": name, "delay": seconds,
"forget": true, "answer": {…}}, whose members replace those of every answer.  "NAME-then-ok" fails at the first request of a question only.  GET /journal: every
request as JSON.
"""

import argparse
import collections
import email.utils
import gzip
import hashlib
import http.server
import json
import os
import re
import signal
import socket
import ssl
import struct
import sys
import threading
import time

import provider_answers
import provider_checks
from provider_checks import Refused

JOURNAL_MAX = 10000
BODY_MAX = 4 * 1024 * 1024
HUGE = 10 * 1024 * 1024
HANG_SECONDS = 120
DRIP_SECONDS = 0.2


class State:
    """What the handlers share."""

    def __init__(self, options):
        self.lock = threading.Lock()
        self.fault, self.delay, self.key = options.fault, options.delay, options.key
        self.journal = collections.deque(maxlen=JOURNAL_MAX)
        self.asked = collections.Counter()
        self.answer = {}
        self.count = 0

    def note(self, entry):
        with self.lock:
            self.count += 1
            entry["n"] = self.count
            self.journal.append(entry)

    def times_asked(self, question):
        digest = hashlib.sha256(question.encode()).hexdigest()
        with self.lock:
            self.asked[digest] += 1
            return self.asked[digest]

    def control(self, wish):
        with self.lock:
            self.fault = wish.get("fault", self.fault)
            self.delay = wish.get("delay", self.delay)
            self.answer = wish.get("answer", self.answer)
            if wish.get("forget"):
                self.journal.clear()
                self.asked.clear()


# ── answers in the two formats: (text, stop) ─▶ body ──

def anthropic_message(model, text, stop="end_turn", thinking=False, details=None):
    content = [{"type": "thinking", "thinking": "", "signature": "EoBkkg"}] if thinking else []
    if text is not None:
        content.append({"type": "text", "text": text})
    return {"id": "msg_01Fault", "type": "message", "role": "assistant", "model": model,
            "content": content, "stop_reason": stop, "stop_sequence": None,
            "stop_details": details, "container": None,
            "usage": {"input_tokens": 412, "output_tokens": 58, "cache_creation_input_tokens": 0,
                      "cache_read_input_tokens": 100, "service_tier": "standard"}}


def openai_completion(model, text, stop="stop", refusal=None):
    return {"id": "chatcmpl-fault", "object": "chat.completion", "created": 1795333339,
            "model": model,
            "choices": [{"index": 0, "finish_reason": stop, "logprobs": None,
                         "message": {"role": "assistant", "content": text, "refusal": refusal}}],
            "usage": {"prompt_tokens": 512, "completion_tokens": 58, "total_tokens": 570,
                      "prompt_tokens_details": {"cached_tokens": 100},
                      "completion_tokens_details": {"reasoning_tokens": 0}}}


def spoiled(fault, answer):
    """The model's text for the faults that lie in the text; None for the others."""
    text = json.dumps(answer)
    first = next(iter(answer))
    texts = {
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


ANTHROPIC_ERRORS = {
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
OPENAI_ERRORS = {
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


def retry_after(fault):
    """The header's value for 429-0, 429-2, 429-3600, 429-date, 429-garbage."""
    wish = fault.removeprefix("429-") if fault.startswith("429-") else ""
    if wish == "date":
        return email.utils.formatdate(time.time() + 1, usegmt=True)
    return "soon, perhaps" if wish == "garbage" else wish if wish.isdigit() else None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "fault-server"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    # ── sending ──

    def send_bytes(self, status, body, kind="application/json", extra=()):
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.send_header("x-request-id", "req_fault1")
        self.send_header("request-id", "req_fault1")
        for name, value in extra:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.entry["status"] = status

    def send_json(self, status, value, extra=()):
        self.send_bytes(status, json.dumps(value).encode(), extra=extra)

    def send_error_body(self, status, kind, message, code=None, param=None, extra=()):
        if self.anthropic:
            error = {"type": kind, "message": message}
            if code:
                error["details"] = {"error_code": code}
            body = {"type": "error", "error": error, "request_id": "req_fault1"}
        else:
            body = {"error": {"message": message, "type": kind, "param": param, "code": code}}
        self.send_json(status, body, extra)

    # ── requests ──

    def do_GET(self):
        self.entry, self.anthropic = {}, False
        if self.path == "/journal":
            with self.server.state.lock:
                journal = list(self.server.state.journal)
            self.send_json(200, journal)
        elif self.path in ("/health", "/v1/models"):
            self.send_json(200, {"status": "ok"})
        else:
            self.send_error_body(404, "not_found_error", "no such path")

    def do_POST(self):
        self.anthropic = self.path == "/v1/messages"
        self.entry = {"time": time.time(), "method": "POST", "path": self.path, "status": None,
                      "headers": {k.lower(): v for k, v in self.headers.items()}}
        raw = self.rfile.read(min(int(self.headers.get("content-length") or 0), BODY_MAX))
        if self.path == "/control":
            self.server.state.control(json.loads(raw))
            self.send_json(200, {})
            return
        self.server.state.note(self.entry)
        try:
            self.answer(raw)
        except Refused as refused:
            self.entry["refused"] = refused.message
            self.send_error_body(refused.status, refused.kind, refused.message, refused.code,
                                 refused.param)
        except (ConnectionError, TimeoutError, ssl.SSLError):
            self.close_connection = True

    def checked(self, raw):
        headers = self.entry["headers"]
        if self.path not in ("/v1/messages", "/v1/chat/completions",
                             "/openai/v1/chat/completions"):
            raise Refused(404, "not_found_error", "no such path")
        body = self.entry["body"] = provider_checks.parse_body(headers, raw)
        schema = (provider_checks.check_anthropic(headers, body) if self.anthropic else
                  provider_checks.check_openai(headers, body, self.path.startswith("/openai")))
        given = {headers.get("x-api-key"), headers.get("api-key"),
                 headers.get("authorization", "").removeprefix("Bearer ")}
        if self.server.state.key and self.server.state.key not in given:
            raise Refused(401, "authentication_error", "invalid key")
        return body, schema

    def choose_fault(self, user):
        found = re.search(r"\bFAULT-([a-z0-9-]+)", user, re.IGNORECASE)
        fault = found[1].lower() if found else self.server.state.fault
        times = self.server.state.times_asked(user)
        if fault.endswith("-then-ok"):
            fault = fault.removesuffix("-then-ok") if times == 1 else "ok"
        self.entry["fault"] = fault
        return fault

    def answer(self, raw):
        body, schema = self.checked(raw)
        user = next(turn["content"] for turn in body["messages"] if turn["role"] == "user")
        fault = self.choose_fault(user)
        time.sleep(self.server.state.delay)
        answer = {**provider_answers.answer_for(schema, user), **self.server.state.answer}
        by_wire = getattr(self, "fault_" + fault.replace("-", "_"), None)
        if by_wire:
            by_wire(body["model"], json.dumps(answer))
        elif fault in ANTHROPIC_ERRORS or fault.startswith("429-"):
            self.send_fault_error(fault)
        elif fault == "ok" or spoiled(fault, answer):
            self.send_text(body["model"], spoiled(fault, answer) or json.dumps(answer))
        else:
            raise Refused(400, "invalid_request_error", f"unknown fault '{fault}'")

    def send_fault_error(self, fault):
        rows = ANTHROPIC_ERRORS if self.anthropic else OPENAI_ERRORS
        row = rows.get(fault) or rows["429"]
        code = row[3] if len(row) > 3 else None
        wait = retry_after(fault)
        self.send_error_body(*row[:3], code, extra=[("retry-after", wait)] if wait else ())

    def message(self, model, text, **more):
        return (anthropic_message if self.anthropic else openai_completion)(model, text, **more)

    def send_text(self, model, text, **more):
        self.send_json(200, self.message(model, text, **more))

    # ── faults that are more than a text: fault_NAME(model, text) ──

    def fault_truncated(self, model, text):
        self.send_text(model, text[:len(text) // 2],
                       stop="max_tokens" if self.anthropic else "length")

    def fault_refusal(self, model, _):
        if self.anthropic:
            details = {"type": "refusal", "category": "cyber", "explanation": None}
            self.send_text(model, None, stop="refusal", details=details)
        else:
            self.send_text(model, None, refusal="I can't help with that.")

    def fault_filter(self, model, text):
        self.send_text(model, text[:20], stop="refusal" if self.anthropic else "content_filter")

    def fault_empty(self, model, _):
        self.send_text(model, "")

    def fault_thinking_first(self, model, text):
        self.send_text(model, text, **({"thinking": True} if self.anthropic else {}))

    def fault_huge_body(self, model, text):
        self.send_text(model, text + " " * HUGE)

    def fault_html_502(self, *_):
        self.send_bytes(502, b"<html><h1>502 Bad Gateway</h1></html>", "text/html")

    def fault_html_200(self, *_):
        self.send_bytes(200, b"<html><h1>Welcome to the hotel's network</h1></html>", "text/html")

    def fault_gzip(self, model, text):
        body = gzip.compress(json.dumps(self.message(model, text)).encode())
        self.send_bytes(200, body, extra=[("content-encoding", "gzip")])

    def fault_redirect(self, *_):
        self.send_bytes(302, b"", extra=[("location", "http://127.0.0.1:1" + self.path)])

    def fault_wrong_length(self, model, text):
        body = json.dumps(self.message(model, text)).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body) + 100))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def fault_slow_loris(self, model, text):
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for byte in json.dumps(self.message(model, text)).encode():
            self.wfile.write(b"1\r\n%c\r\n" % byte)
            time.sleep(DRIP_SECONDS)

    def fault_reset(self, *_):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())
        self.close_connection = True

    def fault_reset_in_body(self, *_):
        self.send_response(200)
        self.send_header("content-length", "1000")
        self.end_headers()
        self.wfile.write(b'{"id":')
        time.sleep(0.05)
        self.fault_reset()

    def fault_hang(self, *_):
        time.sleep(HANG_SECONDS)
        self.close_connection = True


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def handle_error(self, *_):
        """Clients that go away are the point of many tests."""


def exit_at_eof():
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


def options_from_command_line():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--fault", default="ok")
    parser.add_argument("--delay", type=float, default=0)
    parser.add_argument("--key")
    parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"))
    parser.add_argument("--until-eof", action="store_true", help="end when stdin is closed")
    return parser.parse_args()


def main():
    options = options_from_command_line()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    server = Server(("127.0.0.1", options.port), Handler)
    server.state = State(options)
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*options.tls)
        server.socket = context.wrap_socket(server.socket, server_side=True,
                                            do_handshake_on_connect=False)
    if options.until_eof:
        threading.Thread(target=exit_at_eof, daemon=True).start()
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
