"""Messages for tests, as bytes ready for SMTP."""

import itertools

_numbers = itertools.count(1)


def mail(sender="tom@birchandsons.example", to="support@example.com", subject="Broken export",
         body="The export button is broken.", message_id=None, **headers):
    """Header names are written with _ for -; each message gets a Message-ID of its own."""
    message_id = message_id or f"m{next(_numbers)}@test.example"
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", f"Message-ID: <{message_id}>",
             "Date: Mon, 23 Nov 2026 09:00:00 +0000", "MIME-Version: 1.0",
             "Content-Type: text/plain; charset=utf-8"]
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()] + lines
    return ("\r\n".join(lines) + "\r\n\r\n" + body + "\r\n").encode()


PROVEN = "mx.example.com; dmarc=pass header.from=birchandsons.example"


def proven(**options):
    """The same from a sender whose domain's DMARC passed at our own border."""
    return mail(Authentication_Results=PROVEN, **options)


def triage(message):
    """The X-Triage-* headers of a delivered message, without the prefix."""
    return {name[len("X-Triage-"):]: str(value) for name, value in message.items()
            if name.lower().startswith("x-triage-")}
