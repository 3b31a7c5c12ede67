"""What tests of replies have in common: a site that sends, and mail that it hears."""

import email
import email.policy

from mails import mail
from rig.mta import Mta

TOP = """\
our_networks = 127.0.0.0/8
settle = 0s
submission_url = smtp://127.0.0.1:{port}
submission_timeout = {timeout}
brand acme {{ from = "Acme Support <support@example.com>"; language = en, de; signature = "Acme\\nHelp" }}
"""


def hear(site, **options):
    """A mail of Tom's for the support mailbox."""
    recipients = options.pop("recipients", ("<support@example.com>",))
    sender = options.pop("envelope_sender", "<tom@birchandsons.example>")
    message = email.message_from_bytes(mail(**options), policy=email.policy.SMTP)
    with Mta(site.socket) as mta:
        return mta.whole(headers=[(name, str(value)) for name, value in message.items()],
                         body=message.get_payload(), sender=sender, recipients=recipients)


def parsed(taken):
    return email.message_from_bytes(taken[2], policy=email.policy.default)
