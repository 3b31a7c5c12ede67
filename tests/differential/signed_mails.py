"""Mails of the tests' own, as lists of fields and a body; signed by python3-dkim and Mail::DKIM, or
tag by tag; and changed afterwards, in ways that have names."""

import base64
import copy
import hashlib
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import dkim
import nacl.signing
from dkim.canonicalization import CanonicalizationPolicy
from dkim.crypto import RSASSA_PKCS1_v1_5_sign, parse_pem_private_key

DOMAIN = b"example.org"


@dataclass
class Mail:
    fields: list  # (name, value): value with its leading blank and CRLF folds, without the last CRLF
    body: bytes
    zone: dict = field(default_factory=dict)  # name -> records
    done: list = field(default_factory=list)  # the names of what was done to it

    def bytes(self):
        return b"".join(b"%s:%s\r\n" % pair for pair in self.fields) + b"\r\n" + self.body

    def on_top(self, text):
        """Puts fields on top, as their signer wrote them."""
        headers, _ = dkim.rfc822_parse(text + b"\r\n")
        self.fields[:0] = [(name, value[:-2]) for name, value in headers]

    def places(self, *names):
        return [i for i, (name, _) in enumerate(self.fields) if name.strip().lower() in names]

    def signed_places(self):
        return self.places(b"from", b"to", b"subject", b"date", b"message-id", b"mime-version")


PLAIN = b"Good morning,\r\n\r\nour order 4711 has not arrived.\r\n\r\nBest regards,\r\nAnn Lee\r\n"
BODIES = [
    PLAIN, b"", b"\r\n", b"Hi.\r\n", b"Hi.\r\n\r\n\r\n\r\n", b" \r\n\t\r\n", b"a  b\tc \r\n d\t\r\n",
    b"--b\r\nContent-Type: text/plain\r\n\r\nHi.\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Hi.</p>\r\n--b--\r\n",
    b"f\xfcr \xc3\xbc\r\n" * 40, b"x" * 5000 + b"\r\n", b"a\r\nb\rc\r\n",
]
FIELDS = [
    (b"Received", b" from a.example.org (a.example.org [192.0.2.1])\r\n\tby mx.example.com with ESMTPS id 4ABC;"
                  b"\r\n\tMon, 3 Mar 2025 10:11:00 +0100"),
    (b"From", b" Ann Lee <ann@example.org>"),
    (b"To", b" support@example.com"),
    (b"Subject", b" Order 4711 has not arrived"),
    (b"Date", b" Mon, 3 Mar 2025 10:14:00 +0100"),
    (b"Message-ID", b" <4711@example.org>"),
    (b"MIME-Version", b" 1.0"),
]
SUBJECTS = [
    b" Order 4711 has not arrived", b"", b" ", b"no blank", b"  two   blanks\t and a tab ",
    b" a long subject that goes on\r\n and on\r\n\tand on", b" f\xc3\xbcr", b" f\xfcr", b" =?utf-8?q?f=C3=BCr?=",
    b" " + b"long" * 300, b" a: b; c=d",
]


def plain_mail(chance):
    mail = Mail([*FIELDS], chance.choice(BODIES))
    mail.fields[3] = (b"Subject", chance.choice(SUBJECTS))
    if chance.random() < 0.2:
        mail.fields.insert(4, (b"Cc", b" Ben <ben@example.com>,\r\n  Carla <carla@example.com>"))
    return mail


class Keys:
    """An RSA and an Ed25519 key, in the forms that the signers want."""

    def __init__(self, folder):
        self.file = Path(folder) / "rsa.pem"
        subprocess.run(["openssl", "genrsa", "-traditional", "-out", str(self.file), "1024"], check=True,
                       capture_output=True)
        self.pem = self.file.read_bytes()
        public = subprocess.run(["openssl", "rsa", "-in", str(self.file), "-pubout", "-outform", "DER"],
                                check=True, capture_output=True).stdout
        seed = nacl.signing.SigningKey.generate()
        self.seed = base64.b64encode(bytes(seed))
        self.rsa, self.ed25519 = parse_pem_private_key(self.pem), seed
        self.records = {
            b"rsa": b"v=DKIM1; k=rsa; p=" + base64.b64encode(public),
            b"ed25519": b"v=DKIM1; k=ed25519; p=" + base64.b64encode(bytes(seed.verify_key)),
        }


def publish(mail, selector, domain, record):
    mail.zone[b"%s._domainkey.%s" % (selector.lower(), domain.lower())] = [record]


# -- Signers ---------------------------------------------------------------------------------------

def by_dkimpy(mail, keys, chance, selector):
    algorithm = chance.choice([b"rsa", b"rsa", b"ed25519"])
    forms = (chance.choice([b"simple", b"relaxed"]), chance.choice([b"simple", b"relaxed"]))
    mail.on_top(dkim.sign(mail.bytes(), selector, DOMAIN, keys.pem if algorithm == b"rsa" else keys.seed,
                          canonicalize=forms, signature_algorithm=algorithm + b"-sha256"))
    publish(mail, selector, DOMAIN, keys.records[algorithm])
    mail.done.append("dkimpy:" + algorithm.decode())


def by_mail_dkim(mail, keys, chance, selector, perl):
    form = chance.choice(["relaxed", "relaxed/relaxed", "simple/relaxed", "simple"])
    mail.on_top(perl.fields("sign", form, DOMAIN.decode(), selector.decode(), keys.file, mail.bytes()))
    publish(mail, selector, DOMAIN, keys.records[b"rsa"])
    mail.done.append("Mail::DKIM:" + form)


def by_tags(mail, keys, tags, name=b"DKIM-Signature"):
    """Signs with exactly these tags; "%h" is the hash of the body, "%b" the signature in folded lines; without
    it, b= comes last.  The key is that of a=."""
    read = {part.split(b"=", 1)[0].strip(): part.split(b"=", 1)[1].strip() for part in tags.split(b";")
            if b"=" in part}
    try:
        policy = CanonicalizationPolicy.from_c_value(read.get(b"c", b"").lower() or None)
    except dkim.InvalidCanonicalizationPolicyError:
        policy = CanonicalizationPolicy.from_c_value(None)
    headers, body = dkim.rfc822_parse(mail.bytes())
    body_hash = hashlib.sha256(policy.canonicalize_body(body)).digest()
    value = b" " + tags.replace(b"%h", base64.b64encode(body_hash))
    before, _, after = value.partition(b"%b") if b"%b" in value else (value + b"; b=", b"", b"")
    hasher = hashlib.sha256()
    names = [part.strip().lower() for part in read.get(b"h", b"").split(b":")]
    dkim.hash_headers(hasher, policy, policy.canonicalize_headers(headers), names,
                      (name, before + after), {})
    if read.get(b"a", b"").lower().startswith(b"ed25519"):
        made = keys.ed25519.sign(hasher.digest()).signature
    else:
        made = RSASSA_PKCS1_v1_5_sign(hasher, keys.rsa)
    text = base64.b64encode(bytes(made))
    lines = b"\r\n\t ".join(text[i:i + 64] for i in range(0, len(text), 64)) if b"%b" in tags else text
    mail.fields.insert(0, (name, before + lines + after))


RSA, ED25519 = b"v=1; a=rsa-sha256; ", b"v=1; a=ed25519-sha256; "
REST = b"d=example.org; s=%s; h=from:to:subject; bh=%%h"
# Names for what a signer may write that others don't, or not often.
TAGS = {
    "plain": RSA + b"c=relaxed/relaxed; " + REST,
    "plain-ed25519": ED25519 + b"c=relaxed/relaxed; " + REST,
    "no-c": RSA + REST,
    "c-alone": RSA + b"c=relaxed; " + REST,
    "c-unknown": RSA + b"c=nofws/relaxed; " + REST,
    "c-upper": RSA + b"c=RELAXED/relaxed; " + REST,
    "a-upper": b"v=1; a=RSA-SHA256; c=relaxed/relaxed; " + REST,
    "a-unknown": b"v=1; a=rsa-sha512; c=relaxed/relaxed; " + REST,
    "a-sha1": b"v=1; a=rsa-sha1; c=relaxed/relaxed; " + REST,
    "v-missing": b"a=rsa-sha256; c=relaxed/relaxed; " + REST,
    "v-2": b"v=2; a=rsa-sha256; c=relaxed/relaxed; " + REST,
    "l": RSA + b"c=relaxed/relaxed; l=4; " + REST,
    "i-same": RSA + b"c=relaxed/relaxed; i=ann@example.org; " + REST,
    "i-below": RSA + b"c=relaxed/relaxed; i=ann@mail.example.org; " + REST,
    "i-outside": RSA + b"c=relaxed/relaxed; i=ann@example.com; " + REST,
    "i-suffix": RSA + b"c=relaxed/relaxed; i=ann@notexample.org; " + REST,
    "i-encoded": RSA + b"c=relaxed/relaxed; i=ann=2Blee@example.org; " + REST,
    "i-quoted": RSA + b"c=relaxed/relaxed; i=\"ann\"@example.org; " + REST,
    "i-no-at": RSA + b"c=relaxed/relaxed; i=example.org; " + REST,
    "q": RSA + b"c=relaxed/relaxed; q=dns/txt; " + REST,
    "q-unknown": RSA + b"c=relaxed/relaxed; q=http; " + REST,
    "t-now": RSA + b"c=relaxed/relaxed; t=%%now-100; " + REST,
    "t-soon": RSA + b"c=relaxed/relaxed; t=%%now+3000; " + REST,
    "t-future": RSA + b"c=relaxed/relaxed; t=%%now+100000; " + REST,
    "x-later": RSA + b"c=relaxed/relaxed; x=%%now+1000; " + REST,
    "x-just-past": RSA + b"c=relaxed/relaxed; x=%%now-1000; " + REST,
    "x-past": RSA + b"c=relaxed/relaxed; x=%%now-100000; " + REST,
    "t-word": RSA + b"c=relaxed/relaxed; t=now; " + REST,
    "unknown-tag": RSA + b"c=relaxed/relaxed; zz=a b c; " + REST,
    "two-d": RSA + b"c=relaxed/relaxed; d=example.org; " + REST,
    "empty-item": RSA + b"c=relaxed/relaxed;; " + REST,
    "blanks": b"  v = 1 ;\r\n\ta = rsa-sha256 ;c=relaxed/relaxed ; " + REST,
    "d-upper": RSA + b"c=relaxed/relaxed; d=Example.ORG; s=%s; h=from:to:subject; bh=%%h",
    "d-dot": RSA + b"c=relaxed/relaxed; d=example.org.; s=%s; h=from:to:subject; bh=%%h",
    "d-comment": RSA + b"c=relaxed/relaxed; d=example.org(x); s=%s; h=from:to:subject; bh=%%h",
    "h-oversigned": RSA + b"c=relaxed/relaxed; d=example.org; s=%s; h=from:from:to:to:subject:subject:cc; bh=%%h",
    "h-spaced": RSA + b"c=relaxed/relaxed; d=example.org; s=%s; h= From :\r\n To : Subject; bh=%%h",
    "h-no-from": RSA + b"c=relaxed/relaxed; d=example.org; s=%s; h=to:subject; bh=%%h",
    "h-trailing": RSA + b"c=relaxed/relaxed; d=example.org; s=%s; h=from:to:; bh=%%h",
    "h-received": RSA + b"c=simple/simple; d=example.org; s=%s; h=received:from:date; bh=%%h",
    "h-own": RSA + b"c=relaxed/relaxed; d=example.org; s=%s; h=from:dkim-signature; bh=%%h",
    "bh-wrong": RSA + b"c=relaxed/relaxed; d=example.org; s=%s; h=from; bh=AAAA",
    "bh-not-base64": RSA + b"c=relaxed/relaxed; d=example.org; s=%s; h=from; bh=!!!!",
}


def with_tags(mail, keys, chance, selector, now):
    name = chance.choice(list(TAGS))
    tags = TAGS[name] % selector
    for offset in (b"-100000", b"+100000", b"-1000", b"+1000", b"+3000", b"-100"):
        tags = tags.replace(b"%now" + offset, b"%d" % (now + int(offset)))
    by_tags(mail, keys, tags)
    algorithm = b"ed25519" if b"ed25519" in tags else b"rsa"
    publish(mail, selector, b"example.org." if name == "d-dot" else DOMAIN, keys.records[algorithm])
    mail.done.append("tags:" + name)


# -- Chains ----------------------------------------------------------------------------------------

def add_set(mail, keys, chance, hop, perl):
    """One more ARC set, by either sealer.  Both ask a field of results for what they seal."""
    sealer = b"hop%d.example" % hop
    chain = b"none" if hop == 1 else b"pass"
    mail.fields.insert(0, (b"Authentication-Results", b" %s; arc=%s; spf=pass smtp.mailfrom=ann@example.org" %
                           (sealer, chain)))
    if chance.random() < 0.5:
        made = b"".join(dkim.arc_sign(mail.bytes(), b"arc", sealer, keys.pem, sealer))
        mail.done.append("sealed:dkimpy")
    else:
        made = perl.fields("seal", chain.decode(), sealer.decode(), "arc", keys.file, mail.bytes())
        mail.done.append("sealed:Mail::DKIM")
    mail.on_top(made)
    publish(mail, b"arc", sealer, keys.records[b"rsa"])


# -- Changes ---------------------------------------------------------------------------------------

def change_value(change, *names):
    def changed(mail, chance):
        places = mail.places(*names) if names else mail.signed_places()
        if places:
            at = chance.choice(places)
            name, value = mail.fields[at]
            mail.fields[at] = (name, change(value, chance))
    return changed


def flip(value, chance):
    letters = [i for i, byte in enumerate(value) if 0x21 <= byte < 0x7F and byte not in b";:="]
    if not letters:
        return value
    at = chance.choice(letters)
    return value[:at] + (b"y" if value[at:at + 1] == b"x" else b"x") + value[at + 1:]


def at_random(text):
    def inserted(value, chance):
        places = [i for i in range(len(value) + 1) if not set(value[max(i - 1, 0):i + 1]) & set(b"\r\n")]
        at = chance.choice(places)
        return value[:at] + text + value[at:]
    return inserted


def at_blank(text):
    def replaced(value, chance):
        blanks = [i for i in range(1, len(value)) if value[i] in b" "]
        at = chance.choice(blanks) if blanks else len(value)
        return value[:at] + text + value[at + 1:]
    return replaced


def move_field(mail, chance):
    mail.fields.insert(chance.randrange(len(mail.fields)), mail.fields.pop(chance.randrange(len(mail.fields))))


def drop_field(mail, chance):
    places = mail.signed_places()
    if places:
        del mail.fields[chance.choice(places)]


def double_field(mail, chance):
    at = chance.choice(mail.signed_places() or [0])
    mail.fields.insert(chance.randrange(len(mail.fields) + 1), mail.fields[at])


def rename(change):
    def renamed(mail, chance):
        at = chance.choice(mail.signed_places() or [0])
        mail.fields[at] = (change(mail.fields[at][0]), mail.fields[at][1])
    return renamed


def insert_field(name, value):
    def inserted(mail, chance):
        mail.fields.insert(chance.randrange(len(mail.fields) + 1), (name, value))
    return inserted


def change_body(change):
    def changed(mail, chance):
        mail.body = change(mail.body, chance)
    return changed


def on_a_line(text):
    def ended(body, chance):
        lines = body.split(b"\r\n")
        at = chance.randrange(len(lines))
        lines[at] += text
        return b"\r\n".join(lines)
    return ended


def change_record(change):
    def changed(mail, chance):
        name = chance.choice(sorted(mail.zone))
        if mail.zone[name]:
            mail.zone[name] = change(mail.zone[name][0])
    return changed


SIGNING = (b"dkim-signature", b"arc-message-signature", b"arc-seal", b"arc-authentication-results")
CHANGES = {
    "flip": change_value(flip),
    "flip-signature": change_value(flip, *SIGNING),
    "blank": change_value(at_blank(b"  ")),
    "tab": change_value(at_blank(b"\t")),
    "fold": change_value(at_blank(b"\r\n ")),
    "fold-twice": change_value(at_blank(b"\r\n \r\n\t")),
    "blank-in-signature": change_value(at_blank(b"  "), *SIGNING),
    "fold-in-signature": change_value(at_blank(b"\r\n "), *SIGNING),
    "blank-at-end": change_value(lambda value, _: value + b" \t"),
    "blank-at-end-of-signature": change_value(lambda value, _: value + b" ", *SIGNING),
    "fold-at-end-of-signature": change_value(lambda value, _: value + b"\r\n ", *SIGNING),
    "fold-within-b": change_value(lambda value, _: value[:-4] + b"\r\n " + value[-4:], b"dkim-signature"),
    "semicolon": change_value(lambda value, _: value + b";", *SIGNING),
    "insert": change_value(at_random(b"x")),
    "8-bit": change_value(at_random(b"\xe4")),
    "bare-cr": change_value(at_random(b"\r")),
    "control": change_value(at_random(b"\x01")),
    "8-bit-in-signature": change_value(at_random(b"\xe4"), *SIGNING),
    "bare-cr-in-signature": change_value(at_random(b"\r"), *SIGNING),
    "long": change_value(lambda value, _: value + b" " + b"y" * 1200),
    "name-upper": rename(bytes.upper),
    "name-lower": rename(bytes.lower),
    "drop": drop_field,
    "double": double_field,
    "move": move_field,
    "add": insert_field(b"X-Added", b" by a filter"),
    "add-subject": insert_field(b"Subject", b" another"),
    "add-from": insert_field(b"From", b" Ben <ben@example.com>"),
    "add-signature": insert_field(b"DKIM-Signature", b" v=1; a=rsa-sha256; d=example.net; s=none; h=from; bh=AAAA;"
                                                     b" b=AAAA"),
    "add-set": insert_field(b"ARC-Seal", b" i=1; a=rsa-sha256; cv=none; d=example.net; s=none; b=AAAA"),
    "add-results": insert_field(b"ARC-Authentication-Results", b" i=1; example.net; dmarc=pass"),
    "body-flip": change_body(flip),
    "body-line": change_body(lambda body, _: body + b"A footer.\r\n"),
    "body-empty-lines": change_body(lambda body, _: body + b"\r\n\r\n"),
    "body-no-end": change_body(lambda body, _: body.rstrip(b"\r\n")),
    "body-blank-at-end": change_body(on_a_line(b" \t")),
    "body-blank": change_body(on_a_line(b" x")),
    "body-cr": change_body(on_a_line(b"\r")),
    "body-blanks-only": change_body(lambda body, _: body + b" \r\n\t"),
    "body-lf": change_body(lambda body, _: body.replace(b"\r\n", b"\n", 1)),
    "key-none": change_record(lambda _: []),
    "key-revoked": change_record(lambda _: [b"v=DKIM1; p="]),
    "key-flip": change_record(lambda record: [record[:-20] + b"AAAA" + record[-16:]]),
    "key-short": change_record(lambda record: [record[:-8]]),
    "key-version": change_record(lambda record: [record.replace(b"DKIM1", b"DKIM2")]),
    "key-no-version": change_record(lambda record: [record.partition(b"; ")[2]]),
    "key-type": change_record(lambda record: [record.replace(b"k=rsa", b"k=ed25519")]),
    "key-no-type": change_record(lambda record: [record.replace(b" k=rsa;", b"")]),
    "key-unknown-type": change_record(lambda record: [record.replace(b"k=", b"k=x")]),
    "key-blanks": change_record(lambda record: [record.replace(b";", b" ;  ") + b" ; "]),
    "key-blank-in-p": change_record(lambda record: [record[:-12] + b" " + record[-12:]]),
    "key-testing": change_record(lambda record: [record + b"; t=y"]),
    "key-strict": change_record(lambda record: [record + b"; t=s"]),
    "key-sha1": change_record(lambda record: [record + b"; h=sha1"]),
    "key-sha256": change_record(lambda record: [record + b"; h=sha1:sha256"]),
    "key-service": change_record(lambda record: [record + b"; s=tlsrpt"]),
    "key-email": change_record(lambda record: [record + b"; s=email"]),
    "key-note": change_record(lambda record: [record + b"; n=a note; g=*"]),
    "key-two-tags": change_record(lambda record: [record + b"; n=x; n=y"]),
    "key-escaped": change_record(lambda record: [record.replace(b";", b"\\;")]),
}


def changed(mail, chance):
    """A copy with up to two changes; one in four has none."""
    mail = copy.deepcopy(mail)
    for _ in range(chance.choice([0, 1, 1, 2])):
        name = chance.choice(list(CHANGES))
        CHANGES[name](mail, chance)
        mail.done.append(name)
    return mail
