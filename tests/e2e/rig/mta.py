"""The MTA's side of the milter protocol (version 6), for what a real MTA can't be made to do: stop at
any step, offer less, hold hundreds of sessions at end-of-message."""

import socket
import struct

# Commands and answers, as mfdef.h names them.
NEGOTIATE, MACRO, CONNECT, HELO, MAIL, RCPT, DATA, HEADER, EOH, BODY, EOM, ABORT, QUIT = \
    "O D C H M R T L N B E A Q".split()
CONTINUE, ACCEPT, TEMPFAIL, REPLY, SKIP, PROGRESS = "c a t y s p".split()
ADD_HEADER, CHANGE_HEADER, ADD_RECIPIENT, DELETE_RECIPIENT = "h m + -".split()

ACTIONS_ALL = 0x1FF
STEPS_ALL = 0x1FFFFF
STEP_SKIP = 0x400
STEP_LEADING_SPACE = 0x100000
NO_STEP = {HELO: 0x2, DATA: 0x200}
NO_REPLY = {CONNECT: 0x1000, HELO: 0x2000, MAIL: 0x4000, RCPT: 0x8000, DATA: 0x10000, HEADER: 0x80,
            EOH: 0x40000, BODY: 0x80000}


class Gone(Exception):
    """The filter closed the connection."""


class Mta:
    """One connection to a filter."""

    def __init__(self, address, steps=STEPS_ALL, actions=ACTIONS_ALL, timeout=60):
        self.progress = 0
        if address.startswith("unix:"):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(timeout)
            self.socket.connect(address[5:])
        else:
            port, _, host = address.split(":", 1)[1].partition("@")
            self.socket = socket.create_connection((host, int(port)), timeout)
        self.send(NEGOTIATE, struct.pack(">III", 6, actions, steps))
        command, data = self.receive()
        assert command == NEGOTIATE, command
        _, self.actions, self.steps = struct.unpack(">III", data[:12])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, command, data=b""):
        self.socket.sendall(struct.pack(">I", len(data) + 1) + command.encode() + data)

    def _exactly(self, count):
        data = b""
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            if not piece:
                raise Gone()
            data += piece
        return data

    def receive(self):
        size, = struct.unpack(">I", self._exactly(4))
        data = self._exactly(size)
        return chr(data[0]), data[1:]

    def step(self, command, data=b""):
        """Sends a step; its answer, or CONTINUE where none was agreed on."""
        if self.steps & NO_STEP.get(command, 0):
            return CONTINUE
        self.send(command, data)
        if self.steps & NO_REPLY.get(command, 0):
            return CONTINUE
        return self.receive()[0]

    def macros(self, command, **values):
        pairs = b"".join(f"{{{key}}}\0{value}\0".encode() if len(key) > 1 else
                         f"{key}\0{value}\0".encode() for key, value in values.items())
        self.send(MACRO, command.encode() + pairs)

    def connect(self, name="client.example", address="192.0.2.25"):
        return self.step(CONNECT, f"{name}\0".encode() + b"4" + struct.pack(">H", 2525) +
                         f"{address}\0".encode())

    def helo(self):
        return self.step(HELO, b"client.example\0")

    def mail(self, sender="<tom@birchandsons.example>", **macros):
        self.macros(MAIL, **macros)
        return self.step(MAIL, f"{sender}\0".encode())

    def rcpt(self, recipient="<support@example.com>"):
        return self.step(RCPT, f"{recipient}\0".encode())

    def data(self):
        self.macros(DATA, i="4bXyZ1")
        return self.step(DATA)

    def header(self, name, value):
        return self.step(HEADER, f"{name}\0{self.blank()}{value}\0".encode())

    def blank(self):
        """What stands between the colon and a value: in what is handed over, and in what comes back."""
        return " " if self.steps & STEP_LEADING_SPACE else ""

    def eoh(self):
        return self.step(EOH)

    def body(self, data):
        return self.step(BODY, data if isinstance(data, bytes) else data.encode())

    def abort(self):
        self.send(ABORT)

    def quit(self):
        self.send(QUIT)

    def eom(self):
        """The edits, in order, as (command, text…) tuples, and the final answer."""
        self.send(EOM)
        edits = []
        while True:
            command, data = self.receive()
            if command in (CONTINUE, ACCEPT, TEMPFAIL):
                return edits, command
            if command == REPLY:
                return edits, data.rstrip(b"\0").decode()
            if command == CHANGE_HEADER:
                index, = struct.unpack(">I", data[:4])
                edits.append((command, index, *data[4:].rstrip(b"\0").decode().split("\0")))
            elif command == PROGRESS:
                self.progress += 1
            elif command == ADD_HEADER:
                name, value = data.rstrip(b"\0").decode().split("\0")
                assert value.startswith(self.blank()), value
                edits.append((command, name, value.removeprefix(self.blank())))
            else:
                edits.append((command, *data.rstrip(b"\0").decode().split("\0")))

    def message(self, headers=None, body="Hello\r\n", sender="<tom@birchandsons.example>",
                recipients=("<support@example.com>",)):
        """A whole message up to, not including, end-of-message; the answer at DATA if that ended it.
        Headers are a dict, or pairs where one name comes more than once."""
        assert self.mail(sender) == CONTINUE
        for recipient in recipients:
            assert self.rcpt(recipient) == CONTINUE
        answer = self.data()
        if answer != CONTINUE:
            return answer
        headers = headers or {"From": "tom@birchandsons.example"}
        for name, value in headers.items() if isinstance(headers, dict) else headers:
            assert self.header(name, value) == CONTINUE
        assert self.eoh() == CONTINUE
        for at in range(0, len(body), 65535):
            answer = self.body(body[at:at + 65535])
            if answer == SKIP:
                break
        return answer


    def whole(self, **parts):
        """A whole message in scope: what was added to it."""
        assert self.message(**parts) in (CONTINUE, SKIP)
        edits, answer = self.eom()
        assert answer in (CONTINUE, ACCEPT)
        return added(edits)


def added(edits):
    """Header name → value of what was added."""
    return {edit[1]: edit[2] for edit in edits if edit[0] == ADD_HEADER}
