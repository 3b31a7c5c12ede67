"""Mails signed by python3-dkim, and the DNS records that belong to them."""

import base64
import subprocess

import dkim
import nacl.signing

from mails import mail

SELECTORS = {"rsa": b"r1", "ed25519": b"e1"}


def openssl(*words, stdin=None):
    return subprocess.run(["openssl", *words], input=stdin, capture_output=True, check=True).stdout


class Keys:
    """One pair of each kind, for all domains."""

    def __init__(self):
        self.rsa = openssl("genrsa", "2048")
        seed = nacl.signing.SigningKey.generate()
        self.ed25519 = base64.b64encode(bytes(seed))
        public = openssl("rsa", "-pubout", "-outform", "DER", stdin=self.rsa)
        self.records = {"rsa": "v=DKIM1; k=rsa; p=" + base64.b64encode(public).decode(),
                        "ed25519": "v=DKIM1; k=ed25519; p=" + base64.b64encode(bytes(seed.verify_key)).decode()}

    def zone(self, *domains, dmarc="v=DMARC1; p=reject", spf=None):
        zone = {}
        for domain in domains:
            for kind, selector in SELECTORS.items():
                zone[f"{selector.decode()}._domainkey.{domain}"] = {"TXT": [self.records[kind]]}
            if dmarc:
                zone[f"_dmarc.{domain}"] = {"TXT": [dmarc]}
            if spf:
                zone[domain] = {"TXT": [spf]}
        return zone

    def sign(self, raw, domain="example.org", kind="rsa", how="relaxed/relaxed", **options):
        """`raw` with one more signature on top."""
        key = self.rsa if kind == "rsa" else self.ed25519
        canonical = tuple(word.encode() for word in how.split("/"))
        return dkim.sign(raw, SELECTORS[kind], domain.encode(), key, canonicalize=canonical,
                         signature_algorithm=f"{kind}-sha256".encode(), **options) + raw


def from_org(**options):
    return mail(sender="Ann Lee <ann@example.org>", **options)
