#!/usr/bin/env python3
"""Runs the programs over suites that others have made, from a folder that holds them:

    mustache/            the modules of github.com/mustache/spec as .json
    json-parsing/        JSONTestSuite's test_parsing
    spf/                 the OpenSPF suite's .yml (rfc7208-tests.yml)
    milter_replay.jsonl  conversations: {"id", "packets": [{"dir": "mta"|"milter", "hex"}]}
    mails/               .eml files, and expect.jsonl: {"id", "eml_path", "expect": {…}, "strict": […]}

What isn't there is left out.  Prints a count per group and what is not as expected; a difference in a
field that the suite doesn't call strict is no failure."""

import collections
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/e2e"))

from rig.site import BUILD, Site  # noqa: E402  pylint: disable=wrong-import-position

good, bad = collections.Counter(), collections.Counter()


def judge(group, case, fault=""):
    """Counts one case; `fault` says what is wrong with it."""
    (bad if fault else good)[group] += 1
    if fault:
        print(f"{group}: {case}: {fault}")


def program(group, name, variable, folder, count):
    """A unit program that finds its suite by an environment variable."""
    done = subprocess.run([BUILD / "tests" / name], env=dict(os.environ, **{variable: str(folder)}),
                          capture_output=True, timeout=120, check=False)
    if done.returncode:
        judge(group, name, done.stderr.decode("utf-8", "replace"))
    else:
        good[group] += count


# Our answers by the number of texts they carry; some lead with a number of four bytes.
TEXTS = {**dict.fromkeys("acdrtpqs", 0), **dict.fromkeys("y-+2", 1), "h": 2, "m": 2, "i": 2}
NUMBERED = "mi"
WANT_ANSWER = "OCHMRTLNBE"  # packets of the MTA's; D, A, K and Q get none
LEFT_OUT = {"C": 0x1, "H": 0x2, "M": 0x4, "R": 0x8, "B": 0x10, "L": 0x20, "N": 0x40}


def fault_of_answer(command, data):
    """What is wrong with one packet of ours, "" if nothing."""
    if command == "O":
        return "" if len(data) >= 12 else "the negotiation is too short"
    if command not in TEXTS:
        return f"unknown answer '{command}'"
    if command in NUMBERED:
        data = data[4:]
    if TEXTS[command] == 0:
        return f"'{command}' carries {len(data)} bytes" if data else ""
    enough = data.endswith(b"\0") and data.count(b"\0") >= TEXTS[command]
    return "" if enough else f"'{command}' lacks a text"


class Conversation:
    """The MTA's side of a recorded one."""

    def __init__(self, address):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(address.removeprefix("unix:"))
        self.steps = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def exactly(self, count):
        data = b""
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            assert piece, "the connection was closed"
            data += piece
        return data

    def answer(self):
        size, = struct.unpack(">I", self.exactly(4))
        packet = self.exactly(size)
        command, data = chr(packet[0]), packet[1:]
        fault = fault_of_answer(command, data)
        assert not fault, fault
        if command == "O":
            self.steps = struct.unpack(">I", data[8:12])[0]
        return command

    def say(self, packet):
        """One packet, as it was recorded; our answer, None where none is due."""
        command = chr(packet[0])
        if self.steps & LEFT_OUT.get(command, 0):
            return None
        self.socket.sendall(struct.pack(">I", len(packet)) + packet)
        if command not in WANT_ANSWER:
            return None
        answer = self.answer()
        while command == "E" and answer not in "acdrty":
            answer = self.answer()
        return answer


def packets_of(recorded):
    """The packets of one write, which may be several."""
    data = bytes.fromhex(recorded["hex"])
    while len(data) > 4:
        size, = struct.unpack(">I", data[:4])
        yield data[4:4 + size]
        data = data[4 + size:]


def replay(site, conversation):
    with Conversation(site.socket) as mta:
        for recorded in conversation:
            for packet in packets_of(recorded) if recorded["dir"] == "mta" else ():
                if mta.say(packet) in list("adrty"):
                    return


def replay_all(path):
    with tempfile.TemporaryDirectory() as home:
        os.chmod(home, 0o755)
        site = Site(home)
        site.import_crm()
        site.start()
        for line in path.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            try:
                replay(site, case["packets"])
                judge("milter", case["id"])
            except (AssertionError, OSError) as fault:
                judge("milter", case["id"], str(fault))
        code = site.stop()
        judge("milter", "the daemon's end", "" if code == 0 else f"exit code {code}\n{site.log()}")


def plain(text):
    """Texts are compared without white space at the ends of lines, and without NULs, which no text of
    ours holds."""
    return "\n".join(line.rstrip() for line in text.replace("\0", "").strip().splitlines())


AUTOMATIC = {"none": {"none"}, "bounce": {"bounce"}, "auto_reply": {"auto-reply"},
             "list_bulk": {"list", "bulk"}, "feedback_report": {"feedback"}}

# What a field of the suite means for an object of `inspect --json`: is it as expected?
FIELDS = {
    "subject": lambda mail, want: mail["subject"] == want,
    "from_email": lambda mail, want: mail["from"]["address"] == want.lower(),
    "from_name": lambda mail, want: mail["from"]["name"] == want,
    "to_emails": lambda mail, want: [to["address"] for to in mail["to"]] == [a.lower() for a in want],
    "message_id": lambda mail, want: mail["message_id"] == want,
    "in_reply_to": lambda mail, want: mail["in_reply_to"] == want,
    "date_utc": lambda mail, want: mail["date"] == want,
    "body_text": lambda mail, want: plain(mail["text"]) == plain(want),
    "reply_text": lambda mail, want: plain(mail["reply"]) == plain(want),
    "reply_nows": lambda mail, want: "".join(mail["reply"].split()) == want,
    "reply_contains": lambda mail, want: all(part in mail["reply"] for part in want),
    "reply_not_contains": lambda mail, want: not any(part in mail["reply"] for part in want),
    "must_not_reply": lambda mail, want: mail["automatic"]["must_not_reply"] == want,
    "auto_kind": lambda mail, want: mail["automatic"]["kind"] in AUTOMATIC[want],
    "not_bounce": lambda mail, want: (mail["automatic"]["kind"] != "bounce") == want,
    "payload_in_text": lambda mail, want: "".join(want["payload"].split()) in
    "".join(mail["text"].split()),
}


def inspect(case, folder):
    """One mail; what of it is not as the suite wants, strictly."""
    started = time.monotonic()
    done = subprocess.run([BUILD / "triagectl", "-c", "/nonexistent", "--json", "inspect",
                           folder / case["eml_path"]], capture_output=True, timeout=60, check=False,
                          env=dict(os.environ, LC_ALL="C.UTF-8"))
    seconds = time.monotonic() - started
    if done.returncode:
        return f"exit code {done.returncode} {done.stderr.decode('utf-8', 'replace')}"
    mail = json.loads(done.stdout)
    if seconds > case["expect"].get("max_seconds", 60):
        return f"took {seconds:.1f} s"
    wrong = [field for field in case["strict"] if field in FIELDS and
             not FIELDS[field](mail, case["expect"].get(field, case["expect"]))]
    return ", ".join(f"{field} should be {case['expect'].get(field)!r}" for field in wrong)


def inspect_all(folder):
    for line in (folder / "expect.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        judge("mails: " + case["group"], case["id"], inspect(case, folder))


def wire_name(name):
    labels = [label.encode() for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def wire_text(strings):
    strings = [strings] if isinstance(strings, str) else strings
    return b"".join(bytes([len(string.encode())]) + string.encode() for string in strings)


WIRE = {
    "A": socket.inet_aton,
    "AAAA": lambda value: socket.inet_pton(socket.AF_INET6, value),
    "MX": lambda value: struct.pack(">H", value[0]) + wire_name(value[1]),
    "PTR": wire_name,
    "TXT": wire_text,
}


def records_of(zone, name, kind, depth=0):
    """Record data in hex, "failed", or None where there is no such name."""
    entries = zone.get(name.rstrip(".").lower())
    if entries is None:
        return None
    # A name with records of the old SPF type only has them as TXT too.
    as_text = kind == "TXT" and not any("TXT" in entry for entry in entries if entry != "TIMEOUT")
    found = []
    for entry in entries:
        if entry == "TIMEOUT":
            return found or "failed"
        (of, value), = entry.items()
        if of == "CNAME" and depth < 10:
            return records_of(zone, value, kind, depth + 1)
        if (of == kind or as_text and of == "SPF") and value != "NONE":
            if value == "TIMEOUT":
                return "failed"
            found.append(WIRE[kind](value).hex())
    return found


def spf_cases(path):
    import yaml  # pylint: disable=import-outside-toplevel
    for scenario in yaml.safe_load_all(path.read_text(encoding="utf-8")):
        zone = {name.lower(): entries for name, entries in scenario["zonedata"].items()}
        flat = {f"{kind} {name}": records_of(zone, name, kind) for name in zone for kind in WIRE}
        flat = {key: records for key, records in flat.items() if records is not None}
        for name, test in scenario["tests"].items():
            results = test["result"] if isinstance(test["result"], list) else [test["result"]]
            yield {"name": name, "client": test["host"], "helo": test.get("helo") or "",
                   "sender": test.get("mailfrom") or "", "results": results, "zone": flat}


def spf_all(folder):
    for path in sorted(folder.glob("*.yml")):
        cases = [json.dumps(case) for case in spf_cases(path)]
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
            file.write("\n".join(cases))
            file.flush()
            program("spf", "test_auth_spf_suite", "SPF_SUITE", file.name, len(cases))


def main(suites):
    mustache, parsing = suites / "mustache", suites / "json-parsing"
    if mustache.is_dir():
        cases = sum(len(json.loads(file.read_text(encoding="utf-8"))["tests"])
                    for file in mustache.glob("*.json"))
        program("mustache", "test_prompt_mustache_spec", "MUSTACHE_SPEC", mustache, cases)
    if parsing.is_dir():
        cases = len(list(parsing.glob("[yni]_*.json")))
        program("json", "test_base_json_suite", "JSON_SUITE", parsing, cases)
    if (suites / "spf").is_dir():
        spf_all(suites / "spf")
    if (suites / "milter_replay.jsonl").exists():
        replay_all(suites / "milter_replay.jsonl")
    if (suites / "mails/expect.jsonl").exists():
        inspect_all(suites / "mails")
    for group in sorted(good.keys() | bad.keys()):
        print(f"{group:<20} {good[group]:5} good {bad[group]:5} bad")
    return 1 if bad or not good else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: make conformance SUITES=FOLDER")
    sys.exit(main(Path(sys.argv[1]).resolve()))
