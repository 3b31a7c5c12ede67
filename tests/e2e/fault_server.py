#!/usr/bin/python3
"""A stand-in for model servers on loopback: strict about requests, exact in its answers, and able
to fail in every way real ones do.

    fault_server.py [--port N] [--fault NAME] [--delay SECONDS] [--key KEY] [--tls CERT KEY]
                    [--one-answer] [--until-eof]

Prints its port, then serves every provider of provider_wires.py on it: POST to their own paths, with
/mistral, /vllm or /local before the path where several servers speak of /v1/chat/completions.  A
fault is named by the word FAULT-name in the model's name or in the mail, else by --fault or POST
/control {"fault": name, "delay": seconds, "slow": field, "forget": true, "answer": {…}, "reply": text,
"obey": true}; the members of "answer" replace those of every answer, "reply" is what whoever asks for a
reply gets, whoever obeys does what the mail says, and where "slow" names a field, only those who ask for
it wait for the delay.  "NAME-then-ok" fails at the first request of a question only, "small-context" where
it is long.  GET /journal: every request as JSON.
"""

import argparse
import collections
import hashlib
import http.server
import json
import os
import re
import signal
import ssl
import sys
import threading
import time

import provider_answers
import provider_checks
import provider_obey
import provider_wires
from provider_checks import Refused
from provider_openai import OpenAI
from provider_transport import Ways
from provider_wire import STATUS

JOURNAL_MAX = 10000
BODY_MAX = 4 * 1024 * 1024
SMALL_CONTEXT = 4000  # characters, as the fault of that name has it

NO_SUCH_PATH = Refused(404, "not_found_error", "no such path")
UNKNOWN = OpenAI()


class State:
    """What the handlers share."""

    def __init__(self, options):
        self.lock = threading.Lock()
        self.fault, self.delay, self.key = options.fault, options.delay, options.key
        self.one_answer = options.one_answer
        self.journal = collections.deque(maxlen=JOURNAL_MAX)
        self.asked = collections.Counter()
        self.answer, self.obey, self.slow, self.reply = {}, False, "", ""
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
            self.slow = wish.get("slow", self.slow)
            self.answer = wish.get("answer", self.answer)
            self.reply = wish.get("reply", self.reply)
            self.obey = wish.get("obey", self.obey)
            if wish.get("forget"):
                self.journal.clear()
                self.asked.clear()


class Handler(Ways, http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "fault-server"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    # ── sending ──

    def send_response(self, code, message=None):
        super().send_response(code, message)
        if self.server.state.one_answer:
            self.send_header("connection", "close")

    def send_bytes(self, status, body, kind="application/json", extra=()):
        self.entry["status"] = status
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.send_header("x-request-id", "req_fault1")
        self.send_header("request-id", "req_fault1")
        for name, value in extra:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def send_json(self, status, value, extra=()):
        self.send_bytes(status, json.dumps(value).encode(), extra=extra)

    def send_refused(self, refused):
        body = self.wire.error(refused.status, refused.kind, refused.message, refused.code,
                               refused.param)
        self.send_json(refused.status, body)

    # ── requests ──

    def do_GET(self):
        self.entry, self.wire = {}, UNKNOWN
        if self.path == "/journal":
            with self.server.state.lock:
                journal = list(self.server.state.journal)
            self.send_json(200, journal)
        elif self.path in ("/health", "/v1/models"):
            self.send_json(200, {"status": "ok"})
        else:
            self.send_refused(NO_SUCH_PATH)

    def do_POST(self):
        self.wire = provider_wires.find(self.path) or UNKNOWN
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
            self.send_refused(refused)
        except (ConnectionError, TimeoutError, ssl.SSLError):
            self.close_connection = True

    def checked(self, raw):
        headers = self.entry["headers"]
        if not provider_wires.find(self.path):
            raise NO_SUCH_PATH
        body = self.entry["body"] = provider_checks.parse_body(headers, raw)
        schema = self.wire.check(headers, body)
        if self.server.state.key and self.server.state.key != self.wire.key(headers):
            raise Refused(401, "authentication_error", "invalid key")
        return body, schema

    def choose_fault(self, model, user):
        """A NAME-then-NAME is the one at the first request of a question, the other behind it."""
        found = re.search(r"FAULT-([a-z0-9-]+)", f"{model} {user}", re.IGNORECASE)
        whole = found[1].lower() if found else self.server.state.fault
        first, then, second = whole.partition("-then-")
        times = self.server.state.times_asked(user)
        self.entry.update(fault=whole, model=model, times=times)
        if whole == "small-context":
            return "413" if len(user) > SMALL_CONTEXT else "ok"
        return second if then and times > 1 else first

    def dawdle(self, schema):
        state = self.server.state
        if not state.slow or state.slow in schema["properties"]:
            time.sleep(state.delay)

    def judge(self, schema, user):
        state = self.server.state
        answer = {**provider_answers.answer_for(schema, user), **state.answer}
        if state.reply and "reply" in answer:
            answer["reply"] = state.reply
        return provider_obey.obey(answer, user) if state.obey else answer

    def answer(self, raw):
        body, schema = self.checked(raw)
        user = self.wire.user(body)
        model = self.wire.model(body, self.path)
        fault = self.choose_fault(model, user)
        self.dawdle(schema)
        answer = self.judge(schema, user)
        by_transport = getattr(self, "fault_" + fault.replace("-", "_"), None)
        if by_transport:
            by_transport(json.dumps(self.wire.answer("ok", model, answer)).encode())
        elif fault in self.wire.errors or STATUS.fullmatch(fault):
            self.send_fault_error(fault)
        else:
            whole = self.wire.answer(fault, model, answer)
            if whole is None:
                raise Refused(400, "invalid_request_error", f"unknown fault '{fault}'")
            self.send_json(200, self.wire.with_more(whole, body))

    def send_fault_error(self, fault):
        status = STATUS.fullmatch(fault)
        row = (self.wire.errors.get(fault) or self.wire.errors.get(status[1]) or
               (int(status[1]), None, "without a word"))
        self.send_json(row[0], self.wire.error(*row), self.wire.wait_headers(status and status[2]))


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
    parser.add_argument("--one-answer", action="store_true", help="on each connection")
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
