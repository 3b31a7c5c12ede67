"""Replies and their copies over TLS, to a real Postfix and a real Dovecot."""

import pytest

from conftest import MTA, NEEDS_DOVECOT
from mails import mail
from replies import HOUSE, SUBMISSION, password_file
from rig.certificates import certify, make_certificates
from rig.dovecot import Dovecot
from rig.drafts import Drafts
from rig.process import free_port, wait_until

pytestmark = NEEDS_DOVECOT

# libcurl finds these on this machine, and we take them for another.
HOST, OTHER, EXPIRED = "mx.localhost", "other.localhost", "expired.localhost"
CUSTOMER = "tom@birchandsons.example"

MAIN = """\
recipient_delimiter = +
smtpd_tls_cert_file = {pair[0]}
smtpd_tls_key_file = {pair[1]}
smtpd_tls_auth_only = yes
smtpd_tls_loglevel = 1
smtpd_sasl_type = dovecot
smtpd_sasl_path = {home}/dovecot/sasl
"""
SERVICE = ("127.0.0.1:{port} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt"
           " -o smtpd_tls_wrappermode={wrapped} -o smtpd_sasl_auth_enable=yes"
           " -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject"
           " -o smtpd_tls_cert_file={pair[0]} -o smtpd_tls_key_file={pair[1]}\n")
FOLDER = """\
brand = acme
sent_folder = {url}
sent_user = support
sent_key_file = {key}
"""


class House:
    """Postfix and Dovecot, each with a good certificate and one that has expired, and a site that has heard
    from a customer.  `smtp` are Postfix's ports by scheme and host."""

    def __init__(self, home, start_postfix, start_site, stop_later):
        self.authority, self.another, good = make_certificates(home, HOST)
        expired = certify(home, EXPIRED, days=-1)
        self.key = password_file(home)
        self.dovecot = Dovecot(MTA, home / "dovecot", pair=good, named={EXPIRED: expired})
        stop_later(self.dovecot)
        self.dovecot.start()
        self.smtp = {(scheme, host): free_port() for scheme in ("smtp", "smtps") for host in (HOST, EXPIRED)}
        services = "".join(SERVICE.format(port=port, wrapped="yes" if scheme == "smtps" else "no",
                                          pair=good if host == HOST else expired)
                           for (scheme, host), port in self.smtp.items())
        self.postfix = start_postfix(f"unix:{home}/site/milter.sock", domains="example.com, birchandsons.example",
                                     extra_main=MAIN.format(pair=good, home=home),
                                     extra_master=f"tlsmgr unix - - n 1000? 1 tlsmgr\n{services}")
        self.start_site, self.site, self.drafts = start_site, None, None

    def top(self, scheme, host=HOST, authority=None):
        port = self.smtp.get((scheme, host), self.smtp[scheme, HOST])
        return (SUBMISSION.format(url=f"{scheme}://{host}:{port}", key=self.key)
                + HOUSE.format(timeout="20s") + f"submission_ca_file = {authority or self.authority}\n")

    def folder(self, scheme, host=HOST, authority=None):
        port = self.dovecot.safe_port if scheme == "imaps" else self.dovecot.port
        return (FOLDER.format(url=f"{scheme}://{host}:{port}/Sent", key=self.key)
                + f"sent_ca_file = {authority or self.authority}\n")

    def start(self, **parts):
        self.site = self.start_site(**parts)
        self.drafts = Drafts(self.site)
        self.postfix.send(mail(), CUSTOMER, ["support@example.com"], client="192.0.2.25")
        self.postfix.wait_delivered("support@example.com")

    def mend(self, **parts):
        before = self.site.log().count("reloaded ")
        self.site.write(**parts)
        self.site.reload()
        wait_until(lambda: self.site.log().count("reloaded ") > before, 10, "the reload")
        self.drafts.hurry()

    def wait_copy(self):
        wait_until(lambda: not self.drafts.one("SELECT count(*) FROM job WHERE kind = 'sent-copy'"), 20, "the copy")
        return self.dovecot.mails()

    def replies(self):
        return self.postfix.delivered(CUSTOMER)

    def logins(self):
        """What Postfix and Dovecot say of those who proved who they are, and of those who failed to."""
        log = (self.dovecot.home / "dovecot.log").read_text(encoding="utf-8")
        return ([line for line in self.postfix.log().splitlines() if "sasl_" in line or "SASL" in line],
                [line for line in log.splitlines() if "user=<support>" in line])


@pytest.fixture
def house(home, start_postfix, start_site, stop_later):
    return House(home, start_postfix, start_site, stop_later)


@pytest.mark.parametrize("smtp, imap", [("smtp", "imap"), ("smtps", "imaps")])
def test_a_reply_and_its_copy_go_over_tls_with_a_password(house, smtp, imap):
    house.start(top=house.top(smtp), support=house.folder(imap))
    draft = house.drafts.approved()
    house.drafts.wait(draft, "sent")
    house.postfix.wait_delivered(CUSTOMER)
    assert len(house.wait_copy()) == 1
    sasl, logins = house.logins()
    assert len(sasl) == 1 and "sasl_method=PLAIN, sasl_username=support" in sasl[0]
    assert "TLS connection established from" in house.postfix.log()
    assert logins and all(", TLS" in line for line in logins[:2])


# The host asked for, whose certificates are believed, and what is said.
BAD = {
    "another name": (OTHER, "authority", "no alternative certificate subject name matches target host name"),
    "expired": (EXPIRED, "authority", "certificate has expired"),
    "unknown authority": (HOST, "another", "unable to get local issuer certificate"),
}


@pytest.mark.parametrize("smtp, imap", [("smtp", "imap"), ("smtps", "imaps")])
@pytest.mark.parametrize("host, authority, words", BAD.values(), ids=BAD)
def test_a_certificate_that_doesnt_hold_is_told_nothing(house, host, authority, words, smtp, imap):
    """First neither server is to be believed, then both, one after the other: the reply goes out once."""
    whom = getattr(house, authority)
    house.start(top=house.top(smtp, host, whom), support=house.folder(imap, host, whom))
    draft = house.drafts.approved()
    wait_until(lambda: house.drafts.attempted(draft), 20, "an attempt")
    assert house.drafts.state(draft) == "approved"
    error, dead, attempts = house.drafts.ask("SELECT error, dead, attempts FROM job WHERE kind = 'send'")[0]
    assert error.startswith("the server's certificate is not accepted: ") and words in error
    assert (dead, attempts) == (0, 1)
    assert house.drafts.why(draft) == error
    assert house.logins() == ([], [])

    house.mend(top=house.top(smtp))
    house.drafts.wait(draft, "sent")
    wait_until(lambda: house.drafts.one("SELECT error FROM job WHERE kind = 'sent-copy' AND lease = 0"), 20, "a fault")
    error = house.drafts.one("SELECT error FROM job WHERE kind = 'sent-copy'")
    assert error.startswith("can't search the folder of sent mail: the server's certificate is not accepted: ")
    assert words in error
    assert house.drafts.state(draft) == "sent"
    assert house.logins()[1] == []

    house.mend(support=house.folder(imap))
    assert len(house.wait_copy()) == 1
    house.postfix.wait_delivered(CUSTOMER)
    assert [reply["Message-ID"] for reply in house.replies()] == [f"<reply{draft}@example.com>"]
    assert house.drafts.one("SELECT count(*) FROM audit WHERE verb = 'draft uncertain'") == 0
