"""Our verdicts on signatures and chains, beside those of python3-dkim and Mail::DKIM, on signed mails
that were changed afterwards.  Where another verdict is better than ours, a rule of ours must say why;
where ours is better, a row below.  LONG looks at 10,000 mails; SEED repeats a run."""

import os
import random
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

dkim = pytest.importorskip("dkim", reason="needs python3-dkim")
pytest.importorskip("authres", reason="needs python3-authres")

import sender_shapes  # noqa: E402  pylint: disable=wrong-import-position
import signed_mails  # noqa: E402  pylint: disable=wrong-import-position

HERE = Path(__file__).resolve().parent
BUILD = Path(os.environ.get("TRIAGE_BUILD", HERE.parent.parent / "build"))
LONG = bool(os.environ.get("LONG"))
SEED = int(os.environ.get("SEED") or (time.time_ns() % 1000000 if LONG else 11))
MAILS = 10000 if LONG else 300

# Findings that are rules of ours, or of RFC 6376 and 8617 where the others don't look.
RULES = {
    "the signature field is malformed", "unknown algorithm", "unknown canonicalization",
    "the key is not in DNS TXT records", "rsa-sha1 is not accepted", "l= may leave a part of the body unsigned",
    "the message has not exactly one From field", "the From field is not signed", "i= is not within d=",
    "the signature has expired", "the signature is dated in the future", "the key is not published",
    "the key record is malformed", "the key is for another algorithm", "the key does not allow SHA-256",
    "the key is not for email", "the key does not allow subdomains in i=", "the key is in testing mode",
    "the sealer found the chain broken",
}
# What the others get wrong or leave out: (who, what was done to the mail) -> why.
FAULTS = {
    ("dkimpy", "better", "tags:a-upper"): "compares a= with case",
    ("dkimpy", "better", "tags:c-upper"): "compares c= with case",
    ("dkimpy", "better", "body-blanks-only"): "keeps blanks at the end of a last line without CRLF",
    ("dkimpy", "better", "body-blank-at-end"): "keeps blanks at the end of a last line without CRLF",
    ("dkimpy", "better", "tags:h-own"): "takes a signature's own field for one that it names",
    ("Mail::DKIM", "better", "tags:h-own"): "takes a signature's own field for one that it names",
    ("dkimpy", "better", "body-no-end"): "keeps blanks at the end of a last line without CRLF",
    ("dkimpy", "better", "move"): "wants the fields of a chain in their order",
    ("Mail::DKIM", "better", "tags:a-upper"): "compares a= with case",
    ("Mail::DKIM", "better", "tags:plain-ed25519"): "knows no Ed25519",
    ("Mail::DKIM", "better", "dkimpy:ed25519"): "knows no Ed25519",
    ("Mail::DKIM", "better", "body-no-end"): "adds no CRLF to a last line without one",
    ("Mail::DKIM", "better", "body-lf"): "takes only CRLF for a line end",
    ("dkimpy", "worse", "bare-cr"): "takes a CR at the end of a field for white space",
    ("Mail::DKIM", "worse", "bare-cr"): "takes a CR at the end of a field for white space",
}


class Reader:
    """A program that answers each mail with a line."""

    def __init__(self, *words):
        self.program = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        self.names = set()

    def say(self, line, content=b""):
        self.program.stdin.write(line.encode() + b"\n" + content)

    def verdicts(self, mail):
        """What it says of each signature, and of the chain."""
        for name in self.names:
            self.say(f"key {name} 0")
        self.names = {name.decode() for name in mail.zone}
        for name, records in mail.zone.items():
            for record in records:
                self.say(f"key {name.decode()} {len(record)}", record)
        text = mail.bytes()
        self.say(f"mail {len(text)}", text)
        self.program.stdin.flush()
        *signatures, chain = self.program.stdout.readline().decode("latin-1").rstrip("\n").split("\t")
        return [tuple(signature.split(",", 2)) for signature in signatures], chain.split(",", 2)

    def fields(self, what, how, domain, selector, key, text):
        self.say(f"{what} {how} {domain} {selector} {key} {len(text)}", text)
        self.program.stdin.flush()
        return self.program.stdout.read(int(self.program.stdout.readline()))

    def stop(self):
        self.program.stdin.close()
        self.program.wait(10)


def dkimpy_passes(mail):
    """(domain, selector) of what python3-dkim takes for valid, and whether it takes the chain."""
    def look_up(name, timeout=5):
        del timeout
        return b"".join(mail.zone.get(name.rstrip(b".").lower(), [])[:1]) or None

    text, found = mail.bytes(), set()
    for number in range(len(mail.places(b"dkim-signature"))):
        try:
            verifier = dkim.DKIM(text)
            if verifier.verify(idx=number, dnsfunc=look_up):
                found.add((verifier.domain.decode("latin-1").lower(), verifier.selector.decode("latin-1").lower()))
        except Exception:  # pylint: disable=broad-except  # it fails on some malformed input
            pass
    try:
        chain = dkim.arc_verify(text, dnsfunc=look_up)[0]
    except Exception:  # pylint: disable=broad-except
        chain = b"fail"
    return found, chain == b"pass"


@pytest.fixture(scope="module")
def readers():
    ours = Reader(str(BUILD / "tests/auth_verdicts"))
    perl = Reader("perl", str(HERE / "mail_dkim.pl"))
    ours.say(f"now {int(time.time())}")
    yield ours, perl
    ours.stop()
    perl.stop()


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return signed_mails.Keys(tmp_path_factory.mktemp("keys"))


def signed_mail(chance, keys, perl):
    mail = signed_mails.plain_mail(chance)
    for number in range(chance.choice([1, 1, 2])):
        selector = b"s%d" % number
        kind = chance.random()
        if kind < 0.3:
            signed_mails.by_dkimpy(mail, keys, chance, selector)
        elif kind < 0.5:
            signed_mails.by_mail_dkim(mail, keys, chance, selector, perl)
        else:
            signed_mails.with_tags(mail, keys, chance, selector, int(time.time()))
    for hop in range(1, chance.choice([1, 1, 2, 3])):
        signed_mails.add_set(mail, keys, chance, hop, perl)
    return mail


def differences(mail, ours, perl):
    """(who differs, which way, our reason) of each signature and the chain; and how many of ours passed."""
    signatures, chain = ours.verdicts(mail)
    by_perl, perl_chain = perl.verdicts(mail)
    theirs = {"dkimpy": dkimpy_passes(mail),
              "Mail::DKIM": ({(d, s) for d, s, result in by_perl if result == "pass"}, perl_chain[1] == "pass")}
    found = []
    for who, (passed, chain_passed) in theirs.items():
        for domain, selector, reason in signatures:
            if (reason == "valid") != ((domain, selector) in passed):
                found.append((who, "better" if reason == "valid" else "worse", reason))
        if (chain[0] == "pass") != chain_passed:
            found.append((who, "better" if chain[0] == "pass" else "worse", f"chain: {chain[2]}"))
    return found, [reason for _, _, reason in signatures], chain[0]


def is_explained(mail, difference):
    who, way, reason = difference
    if way == "worse" and reason.removeprefix("chain: ") in RULES:
        return True
    return any((who, way, what) in FAULTS for what in mail.done)


def test_changed_mails(readers, keys):
    ours, perl = readers
    chance = random.Random(SEED)
    counted, unexplained = Counter(), []
    for number in range(MAILS):
        if number % 10 == 0:
            base = signed_mail(chance, keys, perl)
        mail = signed_mails.changed(base, chance)
        found, reasons, chain = differences(mail, ours, perl)
        counted.update(reasons)
        counted[f"chain {chain}"] += 1
        unexplained += [(difference, mail.done, mail.bytes(), mail.zone) for difference in found
                        if not is_explained(mail, difference)]
    assert not unexplained, (f"SEED={SEED}: {len(unexplained)} of {MAILS}: " +
                             "\n".join(str(one) for one in unexplained[:5]))
    assert counted["valid"] > MAILS / 5 and counted["chain pass"] > MAILS / 10, counted
    assert counted["the body hash differs"] > MAILS / 100, counted
    assert counted["the signature does not fit header and key"] > MAILS / 20, counted


@pytest.mark.parametrize("shape", list(sender_shapes.SHAPES))
def test_mail_of_well_known_senders_verifies(readers, keys, shape):
    """30 mails of each; a mail's subject and body are drawn, every signature must be valid."""
    chance = random.Random(SEED)
    for _ in range(30):
        mail = sender_shapes.mail_of(shape, keys, chance, int(time.time()))
        signatures, _ = readers[0].verdicts(mail)
        assert [reason for _, _, reason in signatures] == ["valid"] * len(sender_shapes.SHAPES[shape]), mail.bytes()
