"""make demo, as a stranger without a model sees it: a table of mails, a draft, and where it ends."""

import os
import subprocess
import sys

import pytest

from rig.site import SOURCE

MODELS = ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "LLM_URL")


@pytest.fixture
def demo(home):
    """A function that runs it, and returns the parts of its output by their titles."""
    def run(**more):
        environment = {name: value for name, value in os.environ.items() if name not in MODELS}
        done = subprocess.run([sys.executable, SOURCE / "contrib/demo/demo.py"], capture_output=True,
                              env=dict(environment, TMPDIR=str(home), **more), timeout=120, check=False)
        output = done.stdout.decode("utf-8")
        assert (done.returncode, done.stderr) == (0, b""), output
        assert output.endswith("\nNothing is left running.\n") and not list(home.iterdir())
        assert max(len(line) for line in output.splitlines()) <= 100
        return output
    return run


def between(output, start, end):
    return output.partition(start)[2].partition(end)[0]


def test_a_draft_is_shown_with_its_marks_and_sent_when_it_is_approved(demo):
    output = demo(DEMO_APPROVE="1")
    rows = [line.split() for line in between(output, "--  --", "mails by SMTP").splitlines()]
    assert ["outage", "northwind", "incident", "critical", "SUP-1009", "simulated", "-"] in [
        row[:-1] for row in rows]
    assert "forged          northwind?" in output
    draft = between(output, "A reply that waits", "A person takes out")
    assert "70123⟦1⟧" in draft and "\n  ⟦1⟧ number '70123': this number is in no source" in draft
    assert "knowledge tracking-api.md#" in draft
    approval = between(output, "A person takes out", "In the mailbox of")
    code = between(approval, "Code:      ", "\n")
    assert f"triagectl draft approve SUP-1009 {code} --confirm all\n" in approval
    reply = between(output, "In the mailbox of", "No real model")
    assert "From: Acme Support <support@example.com>\n" in reply
    assert "In-Reply-To: <outage-1-again@northwind.example>\n" in reply
    assert "Hello Grace,\n" in reply and "> …" in reply
    assert "70123" not in reply and "24 December" not in reply


def test_nothing_is_sent_before_a_person_says_so(demo):
    output = demo()
    assert "triagectl draft approve SUP-1009 CODE --confirm all\n" in output
    assert "DEMO_APPROVE=1 make demo" in output
    assert "In the mailbox of" not in output
