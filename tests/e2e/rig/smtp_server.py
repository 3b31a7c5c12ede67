#!/usr/bin/env python3
"""A mail server for what a real one can't be made to do at will: say no, fall silent or hang up at any
step of the dialogue.  It never speaks TLS, even if it says so.

A fault is STEP:ACTION.  Steps are connect, ehlo, starttls, auth, mail, rcpt, data, body (within the mail), dot
(the mail is whole and thrown away) and taken (the mail is kept, whatever the answer says).  Actions are
a reply code, close, hang, and pause, which goes on when it is told to.  Each listener keeps the mails it
took.

    smtp_server.py FOLDER FAULT...     one listener a fault ("none" for none, "plain" for one without
                                       extensions); prints their ports; keeps mails as
                                       FOLDER/INDEX-NUMBER; ends at the end of its input
"""

import base64
import socketserver
import sys
import threading
from pathlib import Path

WITHIN_BODY = 1000  # bytes of a mail that are read before "body" strikes


class Broken(Exception):
    """The dialogue ends here."""


class Dialogue(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def strike(self, step):
        """Does what the fault says at this step; True if that was an answer."""
        action = self.server.action(step)
        if action == "pause":
            self.server.resumed.wait()
        if action in ("", "pause"):
            return False
        if action == "close":
            raise Broken
        if action == "hang":
            self.server.stopped.wait()
            raise Broken
        self.say(f"{action} {action[0]}.0.0 {step} is refused here")
        return True

    def line(self):
        line = self.rfile.readline(65536)
        if not line:
            raise Broken
        return line.rstrip(b"\r\n").decode("utf-8", "replace")

    def handle(self):
        try:
            if not self.strike("connect"):
                self.say("220 mx.test ESMTP")
            self.converse()
        except (Broken, ConnectionError):
            pass

    def converse(self):
        while True:
            line = self.line()
            self.server.lines.append(line)
            command = line.split(" ")[0].split(":")[0].upper()
            if command == "QUIT":
                self.say("221 bye")
                return
            answer = getattr(self, "do_" + command.lower(), None)
            if answer is None:
                self.say("500 what?")
            elif not self.strike(command.lower()):
                answer(line)

    def do_ehlo(self, _):
        for word in ("mx.test", *self.server.offers):
            self.say("250-" + word)
        self.say("250 8BITMIME")

    def do_starttls(self, _):
        self.say("220 go on")

    def do_auth(self, _):
        self.say("334 ")
        words = base64.b64decode(self.line()).decode().split("\0")
        self.say("235 welcome" if words[1:] == ["desk", "s3cret"] else "535 5.7.8 wrong password")

    def do_mail(self, line):
        self.sender, self.recipients = line, []
        self.say("250 ok")

    def do_rcpt(self, line):
        self.recipients.append(line)
        self.say("250 ok")

    def do_data(self, _):
        if not self.recipients:
            self.say("554 5.5.1 for whom?")
            return
        self.say("354 go on")
        data = b""
        while not data.endswith(b"\r\n.\r\n") and data != b".\r\n":
            piece = self.rfile.readline(65536)
            if not piece:
                raise Broken
            data += piece
            if len(data) >= WITHIN_BODY and self.strike("body"):
                raise Broken
        if self.strike("dot"):
            return
        self.server.take(self.sender, self.recipients, data[:-3])
        if not self.strike("taken"):
            self.say("250 2.0.0 taken as A1")


class SmtpServer(socketserver.ThreadingTCPServer):
    """`mails` are (MAIL line, RCPT lines, bytes as they came, dots removed)."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, fault="", offers=("PIPELINING", "SMTPUTF8", "AUTH PLAIN"), host="127.0.0.1"):
        super().__init__((host, 0), Dialogue)
        self.fault, self.offers = fault, offers
        self.lines, self.mails = [], []
        self.stopped, self.resumed = threading.Event(), threading.Event()
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def action(self, step):
        """What the fault says about a step; "" is nothing."""
        step_of_fault, _, action = self.fault.partition(":")
        return action if step == step_of_fault else ""

    def take(self, sender, recipients, data):
        lines = data.split(b"\r\n")
        plain = [line[1:] if line.startswith(b".") else line for line in lines]
        self.mails.append((sender, recipients, b"\r\n".join(plain)))

    def stop(self):
        self.stopped.set()
        self.resumed.set()
        self.shutdown()
        self.server_close()


class FiledServer(SmtpServer):
    def __init__(self, stem, fault):
        super().__init__("" if fault in ("none", "plain") else fault)
        self.stem = stem
        if fault == "plain":
            self.offers = ["AUTH PLAIN"]

    def take(self, sender, recipients, data):
        super().take(sender, recipients, data)
        text = "\n".join([sender, *recipients, ""]).encode()
        Path(f"{self.stem}-{len(self.mails)}").write_bytes(text + self.mails[-1][2])


def main():
    folder, *faults = sys.argv[1:]
    servers = [FiledServer(f"{folder}/{index}", fault) for index, fault in enumerate(faults)]
    print(*(server.port for server in servers), flush=True)
    sys.stdin.read()
    for server in servers:
        server.stop()


if __name__ == "__main__":
    main()
