#!/usr/bin/env python3
"""A webhook's server: strict about what it is sent, and able to answer in every way a real one does.

A fault is a status that is answered instead of 200, or: close (no answer), hang (the same, but slowly),
break (200, and the connection breaks within the head), endless (200, and a body without end), away (a
redirect to another server), continue (100, then 200).  What isn't as it should be is answered 400.

    hook_server.py FOLDER FAULT...     one listener a fault ("none" for none); prints their ports; keeps
                                       requests as FOLDER/INDEX-NUMBER; ends at the end of its input
"""

import http.server
import json
import re
import ssl
import sys
import threading
from pathlib import Path

OTHER_SERVER = "http://127.0.0.1:9/elsewhere"
HEADERS = {"host", "accept", "content-type", "content-length", "user-agent", "idempotency-key", "authorization"}


class Wrong(Exception):
    """The request isn't what it should be."""


def once(pairs):
    if len(dict(pairs)) < len(pairs):
        raise Wrong("a key twice")
    return dict(pairs)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def check(self, body):
        names = [name.lower() for name in self.headers]
        if self.request_version != "HTTP/1.1" or len(set(names)) < len(names) or set(names) - HEADERS:
            raise Wrong(f"{self.request_version} {names}")
        if self.headers["Content-Type"] != "application/json":
            raise Wrong(self.headers["Content-Type"])
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,200}", self.headers["Idempotency-Key"]):
            raise Wrong(self.headers["Idempotency-Key"])
        try:
            return json.loads(body.decode("utf-8"), object_pairs_hook=once)
        except ValueError as error:
            raise Wrong(body) from error

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            self.server.note(self.path, self.headers, self.check(body), body)
            status, how = self.server.next_answer()
        except Wrong as error:
            self.server.wrong.append(str(error))
            status, how = 400, None
        self.close_connection = True
        getattr(self, "answer_" + (how or "plainly"))(status)

    def answer_plainly(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer_close(self, _):
        pass

    def answer_hang(self, _):
        self.server.stopped.wait()

    def answer_break(self, _):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-")

    def answer_endless(self, _):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while not self.server.stopped.is_set():
                self.wfile.write(b"x" * 65536)
        except OSError:
            pass

    def answer_away(self, _):
        self.send_response(302)
        self.send_header("Location", OTHER_SERVER)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer_continue(self, _):
        self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.answer_plainly(200)


class HookServer(http.server.ThreadingHTTPServer):
    """`heard` are (path, headers, JSON) of what was as it should be; `wrong` is what wasn't.  Faults of
    a list strike one request each, and what comes behind the last is taken."""

    daemon_threads = True

    def __init__(self, *faults, tls=None, host="127.0.0.1"):
        super().__init__((host, 0), Handler)
        self.faults, self.always = list(faults), None
        self.heard, self.wrong = [], []
        self.stopped, self.lock = threading.Event(), threading.Lock()
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        pass

    def note(self, path, headers, value, _):
        with self.lock:
            self.heard.append((path, dict(headers), value))

    def next_answer(self):
        with self.lock:
            fault = self.always or (self.faults.pop(0) if self.faults else "200")
        return (int(fault), None) if fault.isdigit() else (200, fault)

    def keys(self):
        return [headers["Idempotency-Key"] for _, headers, _ in self.heard]

    def stop(self):
        self.stopped.set()
        self.shutdown()
        self.server_close()


class FiledServer(HookServer):
    def __init__(self, stem, fault):
        super().__init__()
        self.stem, self.always = stem, None if fault == "none" else fault

    def note(self, path, headers, value, body):
        super().note(path, headers, value, body)
        Path(f"{self.stem}-{len(self.heard)}").write_bytes(f"{path}\n{headers}".encode() + body)


def main():
    folder, *faults = sys.argv[1:]
    servers = [FiledServer(f"{folder}/{index}", fault) for index, fault in enumerate(faults)]
    print(*(server.port for server in servers), flush=True)
    sys.stdin.read()
    for server in servers:
        server.stop()


if __name__ == "__main__":
    main()
