#!/usr/bin/env python3
"""A recursive resolver's stand-in on loopback, over UDP and TCP: strict about questions, with a zone of
the test's own, and able to fail in every way real ones do.

A fault is: silent (no answer), silent-but-probes (none, but for names below .invalid), wakes (none for
3.5 seconds from the first question on), servfail, garbage, wrong-id, wrong-name (both lie: the answer is to another question),
truncate (over UDP, every answer is cut and empty).

    dns_server.py FOLDER FAULT...     one server a fault ("none" for none), with the zone of zone_for_units();
                                      prints their ports; keeps questions as FOLDER/INDEX-NUMBER; ends at the
                                      end of its input
"""

import socket
import struct
import sys
import threading
import time
from pathlib import Path

TYPES = {"A": 1, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28}
NAMES = {number: name for name, number in TYPES.items()}
NXDOMAIN, SERVFAIL = 3, 2
WAKES_AFTER = 3.5
CHAIN_MAX = 8


def wire_name(name):
    labels = [label.encode("latin-1") for label in name.rstrip(".").split(".") if label]
    assert all(len(label) < 64 for label in labels), name
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def wire_text(value):
    """Strings of at most 255 bytes; `value` is one text, or several."""
    texts = [value] if isinstance(value, (str, bytes)) else value
    texts = [text.encode("latin-1") if isinstance(text, str) else text for text in texts]
    parts = [text[at:at + 255] for text in texts for at in range(0, max(len(text), 1), 255)]
    return b"".join(bytes([len(part)]) + part for part in parts)


def wire_mx(value):
    preference, name = value.split()
    return struct.pack(">H", int(preference)) + wire_name(name)


def wire_soa(minimum):
    return wire_name("ns.example") + wire_name("admin.example") + struct.pack(">5L", 1, 3600, 600, 86400, minimum)


WIRE = {"A": socket.inet_aton, "AAAA": lambda value: socket.inet_pton(socket.AF_INET6, value), "MX": wire_mx,
        "PTR": wire_name, "CNAME": wire_name, "TXT": wire_text, "SOA": wire_soa}


def record(name, kind, value, ttl):
    data = WIRE[kind](value)
    return wire_name(name) + struct.pack(">HHLH", TYPES[kind], 1, ttl, len(data)) + data


def read_question(packet):
    """(identifier, flags, name, type, the question's bytes); raises what isn't as it should be."""
    identifier, flags, questions, answers, _, more = struct.unpack(">6H", packet[:12])
    assert questions == 1 and answers == 0 and more <= 1, "not one question"
    assert flags & 0xF800 == 0 and flags & 0x0100, "not a question, or not a recursive one"
    labels, at = [], 12
    while packet[at]:
        assert packet[at] < 64, "a compressed question"
        labels.append(packet[at + 1:at + 1 + packet[at]].decode("latin-1"))
        at += 1 + packet[at]
    kind, of = struct.unpack(">HH", packet[at + 1:at + 5])
    assert of == 1, "not of the Internet"
    return identifier, flags, ".".join(labels).lower(), kind, packet[12:at + 5]


class DnsServer:
    """`zone`: {"name": {"TXT": [values], …, "ttl": seconds}}; a name that isn't there is NXDOMAIN, and a
    value "SERVFAIL" or "SILENT" in the place of the list fails so."""

    def __init__(self, zone, fault="none"):
        self.zone, self.fault = zone, fault
        self.heard = []
        self.wakes_at = None
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.tcp = self.listen()
        self.port = self.udp.getsockname()[1]
        self.address = f"127.0.0.1@{self.port}"
        self.running = True
        for run in (self.serve_udp, self.serve_tcp):
            threading.Thread(target=run, daemon=True).start()

    def listen(self):
        """One port for both."""
        for _ in range(50):
            self.udp.close()
            self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.udp.bind(("127.0.0.1", 0))
            tcp = socket.socket()
            try:
                tcp.bind(self.udp.getsockname())
                tcp.listen(50)
                return tcp
            except OSError:
                tcp.close()
        raise OSError("no port is free for both UDP and TCP")

    def hear(self, kind, name, way):
        self.heard.append((NAMES.get(kind, str(kind)), name, way))

    def times(self, name):
        return sum(heard[1] == name for heard in self.heard)

    def is_silent(self, name):
        if self.wakes_at is None:
            self.wakes_at = time.monotonic() + WAKES_AFTER
        return (self.fault == "silent" or self.fault == "silent-but-probes" and not name.endswith(".invalid") or
                self.fault == "wakes" and time.monotonic() < self.wakes_at)

    def answers(self, name, kind):
        """(records, response code) along CNAMEs; None: no answer."""
        records, code = [], 0
        for _ in range(CHAIN_MAX):
            entry = self.zone.get(name)
            if entry is None:
                return records, NXDOMAIN
            values, ttl = entry.get(NAMES.get(kind), []), entry.get("ttl", 60)
            if values == "SILENT":
                return None
            if values == "SERVFAIL":
                return [], SERVFAIL
            records += [record(name, NAMES[kind], value, ttl) for value in values]
            if values or "CNAME" not in entry:
                break
            records.append(record(name, "CNAME", entry["CNAME"], ttl))
            name = entry["CNAME"]
        return records, code

    def respond(self, packet, way):
        identifier, _, name, kind, question = read_question(packet)
        self.hear(kind, name, way)
        if self.is_silent(name):
            return None
        if self.fault == "garbage":
            return packet[:2] + b"\xff" * 40
        found = self.answers(name, kind)
        if found is None:
            return None
        records, code = found if self.fault != "servfail" else ([], SERVFAIL)
        authority = [] if records else [record("example", "SOA", 1, 1)]
        cut = way == "udp" and (self.fault == "truncate" or sum(map(len, records)) > 1100)
        if cut:
            records, authority = [], []
        if self.fault == "wrong-id":
            identifier ^= 0x5555
        if self.fault == "wrong-name":
            question = wire_name("other.example") + question[-4:]
        flags = 0x8180 | code | (0x0200 if cut else 0)
        return (struct.pack(">6H", identifier, flags, 1, len(records), len(authority), 0) + question +
                b"".join(records + authority))

    def serve_udp(self):
        while self.running:
            try:
                packet, client = self.udp.recvfrom(4096)
                if not self.running:
                    return
                response = self.respond(packet, "udp")
                if response is not None:
                    self.udp.sendto(response, client)
            except OSError:
                return

    def serve_tcp(self):
        while self.running:
            try:
                connection, _ = self.tcp.accept()
            except OSError:
                return
            threading.Thread(target=self.serve_connection, args=(connection,), daemon=True).start()

    def serve_connection(self, connection):
        with connection, connection.makefile("rb") as stream:
            connection.settimeout(10)
            try:
                while head := stream.read(2):
                    response = self.respond(stream.read(struct.unpack(">H", head)[0]), "tcp")
                    if response is not None:
                        connection.sendall(struct.pack(">H", len(response)) + response)
            except OSError:
                return

    def stop(self):
        self.running = False
        for listener in (self.tcp, self.udp):
            try:
                listener.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # a UDP socket isn't connected, but its reader wakes
            listener.close()


class FiledServer(DnsServer):
    def __init__(self, stem, zone, fault):
        self.stem = stem
        super().__init__(zone, fault)

    def hear(self, kind, name, way):
        super().hear(kind, name, way)
        Path(f"{self.stem}-{len(self.heard)}").write_text(f"{NAMES.get(kind, kind)} {name} {way}", encoding="ascii")


def zone_for_units():
    zone = {
        "plain.example": {"TXT": [["hello ", "world"]], "A": ["192.0.2.1"], "AAAA": ["2001:db8::1"],
                          "MX": ["20 b.example", "10 a.example"]},
        "brief.example": {"TXT": ["brief"], "ttl": 1},
        "alias.example": {"CNAME": "plain.example"},
        "dangling.example": {"CNAME": "nowhere.example"},
        "loop.example": {"CNAME": "pool.example"},
        "pool.example": {"CNAME": "loop.example"},
        "huge.example": {"TXT": ["x" * 60000]},
        "broken.example": {"TXT": "SERVFAIL"},
        "quiet.example": {"TXT": "SILENT"},
        "1.2.0.192.in-addr.arpa": {"PTR": ["plain.example"]},
    }
    for count in (99, 100, 101):
        zone[f"many{count}.example"] = {"TXT": [f"record {number}" for number in range(count)]}
    for number in range(201):
        zone[f"n{number}.example"] = {"A": ["192.0.2.2"]}
    return zone


def main():
    folder, *faults = sys.argv[1:]
    servers = [FiledServer(f"{folder}/{index}", zone_for_units(), fault) for index, fault in enumerate(faults)]
    print(*(server.port for server in servers), flush=True)
    sys.stdin.read()
    for server in servers:
        server.stop()


if __name__ == "__main__":
    main()
