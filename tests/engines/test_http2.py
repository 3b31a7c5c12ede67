"""HTTP/2, where a server offers it: calls share a connection.

The server's certificate is of our own making.  We verify certificates whatever is configured, so the
daemon runs where the system's list of authorities is that certificate: in a mount namespace of its own.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from rig.process import Process, wait_until
from rig.site import BUILD
from rig.traffic import all_at_once
from sites import ChoosingSite

HERE = Path(__file__).resolve().parent
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
ANSWER = {"kind": "sales", "category": "billing", "priority": "high", "requires_engineering": False,
          "certainty": "high"}
DELAY_MS = 500
# What a program is started with, so that it trusts the file given first in place of the second.
TRUSTING = ["unshare", "--mount", "sh", "-c", 'mount --bind "$1" "$2" && shift 2 && exec "$@"', "sh"]


def can_trust():
    done = subprocess.run([*TRUSTING, AUTHORITIES, AUTHORITIES, "true"], capture_output=True, check=False)
    return done.returncode == 0


pytestmark = pytest.mark.skipif(not shutil.which("node") or not can_trust(),
                                reason="no node, or no mount namespace of our own")


class TrustingSite(ChoosingSite):
    """Its daemon trusts certificate.pem beside it alone."""

    def spawn(self, **options):
        certificate = self.home.parent / "certificate.pem"
        return Process([*TRUSTING, certificate, AUTHORITIES, BUILD / "triage-milter", "-f", "-c", self.conf],
                       self.home / "daemon.log", **options)


class Model:
    def __init__(self, home):
        self.files = home / "certificate.pem", home / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-out", self.files[0],
                        "-keyout", self.files[1]], check=True, capture_output=True)
        self.process = Process(["node", HERE / "http2_model.mjs", *self.files, str(DELAY_MS),
                                json.dumps(ANSWER)], home / "http2.log")
        wait_until(lambda: self.process.output() or not self.process.running(), 30, "the HTTP/2 server")
        self.url = f"https://localhost:{int(self.process.output())}"

    def seen(self):
        """Before this one: each look is a connection too."""
        done = subprocess.run(["curl", "-s", "--http2", "--cacert", self.files[0], self.url + "/seen"],
                              capture_output=True, check=True)
        seen = json.loads(done.stdout)
        return seen["connections"] - 1, seen["questions"]

    def stop(self):
        self.process.stop()


@pytest.fixture
def model(home, stop_later):
    server = Model(home)
    stop_later(server)
    return server


def test_mails_at_once_share_a_connection(model, start_site, llm_block):
    site = start_site(llm_block("openai-compatible", model.url), kind=TrustingSite, support="deadline = 20s")
    assert all_at_once(lambda number: site.status_of(f"Case {number}."), range(20)) == ["llm"] * 20
    assert [site.status_of(f"One more, {number}.") for number in range(3)] == ["llm"] * 3
    assert model.seen() == (1, 23)


def test_whom_the_system_does_not_trust_is_not_asked(model, start_site, llm_block):
    site = start_site(llm_block("openai-compatible", model.url), support="deadline = 3s")
    assert site.status_of() == "fallback; why=transport"
    assert model.seen()[1] == 0
