"""Packets in any order, of any length, any number of times: none of them ends the process.

Each connection sends a random sequence of packets, well-formed or not, and after each batch a whole
message must still be judged.  LONG makes it 20,000 connections; SEED repeats a run.

Left out is what ends libmilter itself before any code of ours sees it: a macro packet whose last value
has no NUL after it (triage-milter(8), CAVEATS).
"""

import os
import random
import socket
import struct

import pytest

from rig import mta as milter
from rig.mta import Mta
from rig.process import wait_until

SEED = int(os.environ.get("SEED", "1"))
CONNECTIONS, BATCH = (20000 if os.environ.get("LONG") else 400), 100
PACKETS_MAX = 25
COMMANDS = "ODCHMRTLNBEAQKU"
ADDRESSES = [b"<support@example.com>", b"<sales@example.com>", b"<>", b"", b"support@example.com",
             b"<ben@example.com>", b"<" + b"x" * 5000 + b"@example.com>", b"<\xff\xfe@\x80>"]
NAMES = [b"From", b"Subject", b"X-Triage-Queue", b"x-triage-status", b"Message-ID", b"", b"\xff", b"X" * 3000]
MACRO_NAMES = [b"i", b"{auth_authen}", b"{mail_addr}", b"", b"{", b"j" * 300]


def some_bytes(random_, most=300):
    return random_.randbytes(random_.choice([0, 1, 2, 5, random_.randrange(most), most]))


def arguments(random_, first):
    """Texts that end with NUL; sometimes the last NUL is missing, or there is no text at all."""
    data = b"".join(text + b"\0" for text in [first] + [some_bytes(random_, 40).replace(b"\0", b"")
                                                      for _ in range(random_.choice([0, 0, 0, 1, 3]))])
    return data if random_.random() < 0.9 else data[:random_.randrange(len(data) + 1)]


def client(random_):
    family = random_.choice(b"46LUX\0")
    address = random_.choice([b"192.0.2.1", b"IPv6:2001:db8::1", b"2001:db8::1", b"/run/x", b"", b"999.1.1.1"])
    return random_.choice([b"client.example", b"", b"\xff" * 600]) + b"\0" + bytes([family]) + \
        struct.pack(">H", random_.randrange(65536)) + address + b"\0"


def macros(random_):
    pairs = b"".join(random_.choice(MACRO_NAMES) + b"\0" + some_bytes(random_, 60).replace(b"\0", b"") + b"\0"
                     for _ in range(random_.choice([0, 1, 2, 50])))
    return random_.choice("CHMRTNELBZ").encode() + pairs


def negotiation(random_):
    version = random_.choice([6, 6, 6, 2, 1, 0, 7, 2 ** 32 - 1])
    steps = random_.choice([milter.STEPS_ALL, 0, random_.getrandbits(32)])
    return struct.pack(">III", version, random_.choice([milter.ACTIONS_ALL, 0, random_.getrandbits(32)]), steps)


PAYLOADS = {
    milter.NEGOTIATE: negotiation,
    milter.MACRO: macros,
    milter.CONNECT: client,
    milter.HELO: lambda random_: arguments(random_, b"client.example"),
    milter.MAIL: lambda random_: arguments(random_, random_.choice(ADDRESSES)),
    milter.RCPT: lambda random_: arguments(random_, random_.choice(ADDRESSES)),
    milter.HEADER: lambda random_: arguments(random_, random_.choice(NAMES)),
    milter.BODY: lambda random_: random_.choice([b"", b"Hello\r\n", random_.randbytes(60000)]),
}


def packet(random_):
    """One packet: well-formed four times of five, else with a payload or a length of another."""
    command = random_.choice(COMMANDS)
    known = PAYLOADS.get(command, lambda _: b"")
    payload = known(random_) if random_.random() < 0.8 or command == milter.MACRO else some_bytes(random_)
    length = len(payload) + 1
    if random_.random() < 0.03 and command != milter.MACRO:
        length = random_.choice([0, 1, length + 1, length - 1, 65536, 2 ** 31, 2 ** 32 - 1])
    return struct.pack(">I", length) + command.encode() + payload


MESSAGE = [(milter.NEGOTIATE, struct.pack(">III", 6, milter.ACTIONS_ALL, 0)),
           (milter.CONNECT, b"client.example\x004\x09\xdd192.0.2.1\0"), (milter.HELO, b"client.example\0"),
           (milter.MAIL, b"<tom@example.org>\0"), (milter.RCPT, b"<support@example.com>\0"),
           (milter.DATA, b""), (milter.HEADER, b"Subject\0Hello\0"), (milter.EOH, b""),
           (milter.BODY, b"Hello\r\n"), (milter.EOM, b"")]


def near_a_message(random_):
    """A message's packets with some left out, doubled, swapped, or others between them."""
    rows = [struct.pack(">I", len(data) + 1) + command.encode() + data for command, data in MESSAGE * 2]
    for _ in range(random_.randrange(1, 6)):
        at, other = random_.randrange(len(rows)), random_.randrange(len(rows))
        change = random_.choice(["drop", "repeat", "swap", "insert", "abort"])
        if change == "drop":
            del rows[at]
        elif change == "repeat":
            rows.insert(at, rows[other])
        elif change == "swap":
            rows[at], rows[other] = rows[other], rows[at]
        else:
            rows.insert(at, packet(random_) if change == "insert" else b"\0\0\0\1A")
    return rows


def converse(site, random_):
    """Sends a sequence, and sometimes waits for what is answered."""
    rows = (near_a_message(random_) if random_.random() < 0.7 else
            [packet(random_) for _ in range(random_.randrange(1, PACKETS_MAX))])
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(5)
        link.connect(site.socket.removeprefix("unix:"))
        try:
            link.sendall(b"".join(rows))
            link.shutdown(socket.SHUT_WR)
            while random_.random() < 0.9 and link.recv(65536):
                pass
        except OSError:
            pass  # the connection was closed before all was sent


# The shortest sequences of each kind that a message does not consist of.
SHORT = {
    "mail before negotiation": [b"\0\0\0\x13M<tom@example.org>\0"],
    "connect before negotiation": [b"\0\0\0\x1bCclient.example\x004\x09\xdd192.0.2.1\0"],
    "recipient after abort": [MESSAGE[0], MESSAGE[3], (milter.ABORT, b""), MESSAGE[4]],
    "recipient without sender": [MESSAGE[0], MESSAGE[1], MESSAGE[4], MESSAGE[5]],
    "end of message without one": [MESSAGE[0], MESSAGE[9]],
    "end of message twice": MESSAGE + [MESSAGE[9]],
    "data, header and body without sender": [MESSAGE[0]] + MESSAGE[5:],
    "negotiation twice": [MESSAGE[0]] + MESSAGE,
    "everything twice within": MESSAGE[:5] + MESSAGE,
}


@pytest.mark.parametrize("name", SHORT)
def test_a_step_without_those_before_it_ends_nothing(start_site, name):
    site = start_site()
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(5)
        link.connect(site.socket.removeprefix("unix:"))
        for row in SHORT[name]:
            link.sendall(row if isinstance(row, bytes) else
                         struct.pack(">I", len(row[1]) + 1) + row[0].encode() + row[1])
        link.shutdown(socket.SHUT_WR)
        while link.recv(65536):
            pass
    with Mta(site.socket) as mta:
        assert "X-Triage-Ticket" in mta.whole()
    assert site.stop() == 0


def test_no_sequence_of_packets_ends_the_process(start_site):
    site = start_site()
    for batch in range(CONNECTIONS // BATCH):
        for number in range(BATCH):
            converse(site, random.Random(f"{SEED} {batch} {number}"))
            assert site.daemon.running(), f"SEED={SEED}, connection {number} of batch {batch}\n{site.log()}"
        with Mta(site.socket) as mta:
            assert "X-Triage-Ticket" in mta.whole(headers={"From": "tom@birchandsons.example",
                                                           "Message-ID": f"<batch{batch}@test.example>"})
    wait_until(lambda: "triaged" in site.log(), 5, "a message among them")
    assert site.stop() == 0
