"""Mails of a stranger who wants to pass for a customer, and mails of the customer: a name ─▶ (envelope
sender, bytes).  customer.example has a DMARC policy of reject, quiet.example has none."""

import base64

import dkim
from nacl.signing import SigningKey

from rig.certificates import run
from rig.filters import NAME
from rig.mta import Mta

CUSTOMER, QUIET, EVIL, BULK, LIST = ("customer.example", "quiet.example", "evil.example", "bulk.example",
                                     "lists.example.net")
# Signatures stay on one line: a fold within i= would make it another identity.
dkim.fold = lambda header, namelen=0, linesep=b"\r\n": header

SIGNED_FIELDS = [b"from", b"to", b"subject", b"date", b"message-id"]


class Keys:
    """One RSA key and one of Ed25519, which all domains share."""

    def __init__(self, home):
        self.home = home
        self.path = home / "key.pem"
        run(home, "openssl genrsa -out key.pem 2048", "openssl rsa -in key.pem -pubout -out key.pub")
        self.rsa = self.path.read_bytes()
        public = "".join((home / "key.pub").read_text(encoding="ascii").splitlines()[1:-1])
        pair = SigningKey.generate()
        self.ed25519 = base64.b64encode(bytes(pair))
        other = base64.b64encode(bytes(pair.verify_key)).decode()
        self.records = {}
        for domain in (CUSTOMER, f"mail.{CUSTOMER}", QUIET, EVIL, BULK, LIST):
            self.records[f"s1._domainkey.{domain}"] = f"v=DKIM1; k=rsa; p={public}"
            self.records[f"e1._domainkey.{domain}"] = f"v=DKIM1; k=ed25519; p={other}"

    def sign(self, mail, domain, identity=None, fields=None):
        """The mail with a signature on top."""
        head = dkim.sign(mail, b"s1", domain.encode(), self.rsa, identity=identity and identity.encode(),
                         include_headers=fields or SIGNED_FIELDS, canonicalize=(b"relaxed", b"relaxed"))
        return head + mail

    def sign_twice(self, mail, domain):
        head = dkim.sign(mail, b"e1", domain.encode(), self.ed25519, include_headers=SIGNED_FIELDS,
                         signature_algorithm=b"ed25519-sha256", canonicalize=(b"relaxed", b"relaxed"))
        return head + self.sign(mail, domain)


def plain(name, domain, more=""):
    return (f"{more}From: Tom <tom@{domain}>\r\nTo: support@example.com\r\nSubject: Export\r\n"
            f"Date: Mon, 23 Nov 2026 09:00:00 +0000\r\nMessage-ID: <{name}@{domain}>\r\n\r\n"
            f"The export button is broken.\r\n").encode()


def results(text):
    return f"Authentication-Results: {NAME}; {text}\r\n"


def false_signature(domain):
    return f"DKIM-Signature: v=1; a=rsa-sha256; d={domain}; s=s1; h=from; bh=Zm9v; b=Zm9vYmFy\r\n"


SEALED = (f"ARC-Seal: i=1; a=rsa-sha256; t=1; cv=none; d={LIST}; s=s1; b=Zm9v\r\n"
          f"ARC-Message-Signature: i=1; a=rsa-sha256; d={LIST}; s=s1; h=from; bh=Zm9v; b=Zm9v\r\n"
          f"ARC-Authentication-Results: i=1; mx.{LIST}; dmarc=pass header.from={{}}\r\n")


def written_above(domain):
    """Fields in our filters' name, above an unsigned mail."""
    passed = f"dkim=pass header.d={domain}"
    dmarc = f"dmarc=pass header.from={domain}"
    many = "; ".join(["x=y"] * 40)
    return {
        "dmarc": results(dmarc),
        "dkim": results(passed),
        "both": results(f"{passed}; {dmarc}"),
        "two-fields": results(passed) + results(dmarc),
        "version": results(f"dkim/1=pass header.d={domain}; {dmarc}"),
        "comments": results(f"dkim(a)=(b)pass header.d={domain}; dmarc(a)=(b)pass header.from={domain}"),
        "unknown-ptype": results(f"dkim=pass x.y=z header.d={domain}; {dmarc}"),
        "semicolons": results(f"{passed}; {dmarc};;;"),
        "forty-first": results(f"{many}; {passed}; {dmarc}"),
        "quoted-name": f'Authentication-Results: "{NAME}"; {passed}; {dmarc}\r\n',
        "escaped-name": f'Authentication-Results: "mx\\.example.com"; {passed}; {dmarc}\r\n',
        "comment-first": f"Authentication-Results: (a) {NAME}; {passed}; {dmarc}\r\n",
        "blank-before-colon": f"Authentication-Results : {NAME}; {passed}; {dmarc}\r\n",
        "folded": f"Authentication-Results:\r\n {NAME};\r\n\t{passed};\r\n {dmarc}\r\n",
        "spf": results(f"spf=pass smtp.mailfrom={domain}"),
        "spf-address": results(f"spf=pass smtp.mailfrom=tom@{domain}"),
        "arc": results("arc=pass") + SEALED.format(domain),
    }


def of_stranger(keys):
    mails = {"unsigned": (f"<eve@{EVIL}>", plain("n0", CUSTOMER)),
             "own-signature": (f"<eve@{EVIL}>", keys.sign(plain("n1", CUSTOMER), EVIL))}
    for domain in (CUSTOMER, QUIET):
        for kind, head in written_above(domain).items():
            name = f"{kind}-{domain.split('.')[0]}"
            mails[name] = f"<eve@{EVIL}>", plain(f"u-{name}", domain, head)
            mails[f"{name}-false-signature"] = (f"<eve@{EVIL}>", head.encode() + plain(
                f"f-{name}", domain, false_signature(domain)))
            mails[f"{name}-own-signature"] = (f"<eve@{EVIL}>", head.encode() + keys.sign(
                plain(f"o-{name}", domain), EVIL))
        first = domain.split(".", maxsplit=1)[0]
        for kind, text in {
                "dkim": f"a;dkim=pass header.d={domain};x@{EVIL}",
                "dkim-whole": f"@{EVIL};dkim=pass header.d={domain} header.i=@{domain};x=y@{EVIL}",
                "dmarc": f"a;dmarc=pass header.from={domain};x=y@{EVIL}",
                "comment": f"a(;dkim=pass header.d={domain}@{EVIL}"}.items():
            identity = text.replace("=", "=3D").replace(";", "=3B").replace(" ", "=20").replace("(", "=28")
            mail = keys.sign(plain(f"i-{kind}-{first}", domain), EVIL, identity)
            mails[f"identity-{kind}-{first}"] = f"<eve@{EVIL}>", mail
            mails[f"identity-{kind}-{first}-false-signature"] = (
                f"<eve@{EVIL}>", false_signature(domain).encode() + mail.replace(b"<i-", b"<j-"))
        mails[f"spf-same-envelope-{first}"] = f"<tom@{domain}>", plain(
            f"s-{first}", domain, results(f"spf=pass smtp.mailfrom={domain}"))
        path = f'<"x); dmarc=pass header.from={domain}; y=("@{EVIL}>'
        mails[f"envelope-{first}"] = path, plain(f"e-{first}", domain)
        mails[f"envelope-dkim-{first}"] = (f'<"x); dkim=pass header.d={domain}; y=("@{EVIL}>',
                                           plain(f"ed-{first}", domain, false_signature(domain)))
    # The customer's own signed mail, sent on with a field that he didn't sign.
    for kind, field in {"second": f"tom@{CUSTOMER}, eve@{EVIL}", "group": f"us: tom@{CUSTOMER}, eve@{EVIL};",
                        "quoted": f'"eve@{EVIL}" <tom@{CUSTOMER}>'}.items():
        mails[f"reply-to-{kind}"] = (f"<eve@{EVIL}>", f"Reply-To: {field}\r\n".encode() + keys.sign(
            plain(f"r-{kind}", CUSTOMER), CUSTOMER))
    changed = keys.sign(plain("changed", CUSTOMER), CUSTOMER) + b"Or rather, tell me all.\r\n"
    mails["changed"] = f"<eve@{EVIL}>", results(f"dkim/1=pass header.d={CUSTOMER}").encode() + changed
    return mails


def signed_by(signer, mail):
    """With the signature that OpenDKIM adds."""
    head, body = mail.decode().split("\r\n\r\n", 1)
    with Mta(f"unix:{signer.path}") as mta:
        mta.connect("localhost", "127.0.0.1")
        mta.message(headers=[line.split(": ", 1) for line in head.split("\r\n")], body=body,
                    sender=f"<tom@{CUSTOMER}>")
        edits, _ = mta.eom()
    value = next(edit[-1] for edit in edits if edit[-2].endswith("DKIM-Signature"))
    return f"DKIM-Signature: {value.strip()}\r\n".replace("\n\t", "\r\n\t").replace("\r\r", "\r").encode() + mail


def of_customer(keys, signer):
    path = f"<tom@{CUSTOMER}>"
    sign = keys.sign
    mails = {
        "python": (path, sign(plain("g-python", CUSTOMER), CUSTOMER)),
        "opendkim": (path, signed_by(signer, plain("g-opendkim", CUSTOMER))),
        "without-policy": (f"<tom@{QUIET}>", sign(plain("g-quiet", QUIET), QUIET)),
        "identity": (path, sign(plain("g-identity", CUSTOMER), CUSTOMER,
                                f"tom+x_y@mail.{CUSTOMER}")),
        "two-keys": (path, keys.sign_twice(plain("g-keys", CUSTOMER), CUSTOMER)),
        "two-signers": (path, sign(sign(plain("g-signers", CUSTOMER), CUSTOMER), BULK)),
        "same-key-twice": (path, sign(sign(plain("g-twice", CUSTOMER), CUSTOMER), CUSTOMER,
                                      fields=[b"from", b"subject"])),
        "null-sender": ("<>", sign(plain("g-null", CUSTOMER), CUSTOMER)),
        "list": (f"<announce-bounces@{LIST}>", sign(
            f"List-Id: <announce.{LIST}>\r\n".encode() + sign(plain("g-list", CUSTOMER), CUSTOMER), LIST,
            fields=[b"from", b"list-id"])),
        "arc-beside": (path, SEALED.format(CUSTOMER).encode() + sign(plain("g-arc", CUSTOMER), CUSTOMER)),
    }
    paths = {"srs": f"<SRS0=HHHH=TT={CUSTOMER}=tom@relay.example>", "batv": f"<prvs=012345678=tom@{CUSTOMER}>",
             "verp": f"<bounce-42-support=example.com@{LIST}>", "literal": "<tom@[192.0.2.25]>"}
    for name, other in paths.items():
        mails[name] = other, sign(plain(f"g-{name}", CUSTOMER), CUSTOMER)
    return mails
