"""What tests of replies have in common: a site that sends, and mail that it hears."""

import email
import email.policy

from mails import mail
from rig.mta import Mta

HOUSE = """\
our_networks = 127.0.0.0/8
settle = 0s
submission_timeout = {timeout}
brand acme {{ from = "Acme Support <support@example.com>"; language = en, de; signature = "Acme\\nHelp" }}
"""
SUBMISSION = """\
submission_url = {url}
submission_user = support
submission_key_file = {key}
"""
TOP = "submission_url = smtp://127.0.0.1:{port}\n" + HOUSE


def password_file(home):
    """Of the user whom Dovecot knows."""
    path = home / "support.key"
    path.write_text("s3cret\n", encoding="ascii")
    path.chmod(0o600)
    return path


def hear(site, client=None, **options):
    """A mail of Tom's for the support mailbox; from another client, whatever it is made of."""
    recipients = options.pop("recipients", ("<support@example.com>",))
    sender = options.pop("envelope_sender", "<tom@birchandsons.example>")
    message = email.message_from_bytes(mail(**options), policy=email.policy.SMTP)
    with Mta(site.socket) as mta:
        if client:
            mta.connect(address=client)
        return mta.whole(headers=[(name, str(value)) for name, value in message.items()],
                         body=message.get_payload(), sender=sender, recipients=recipients)


def parsed(taken):
    return email.message_from_bytes(taken[2], policy=email.policy.default)
