"""Broken configurations, fields, policies, prompts, key files, freemail lists, CRM imports and command
lines, and what the program says about each, word for word.

A case is a file SUBJECT/NAME.case that changes a good site:

    --- file policies/support.policy      a file of the site instead of the good one, or a further one
    --- bytes fields.conf                 the same with Python's escapes: \\xff, \\0
    --- mode 0644 anthropic.key           its mode, 0600 unless told; "none": there is no such file
    --- run crm import csv                what triagectl is asked, "check" unless told
    --- expect 1                          the exit code; behind it standard error and output

@HOME@ is the site's folder.  Everything else is the file itself, so that the lines of a message can be
counted from the section's first one.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
BUILD = SOURCE / os.environ.get("TRIAGE_BUILD", "build")
SECTION = re.compile(r"^--- (file|bytes|mode|run|expect)\b *(.*)\n", re.MULTILINE)
CASES = sorted(HERE.glob("*/*.case"))

GOOD = {
    "triage-milter.conf": """\
socket = unix:@HOME@/milter.sock
store  = sqlite:@HOME@/triage.db
crm    = sqlite:@HOME@/crm.db
local_domains = example.com
include more.conf

mailbox support {
    address = support@example.com
    mode    = tag
    prompt  = support
    policy  = support
}
""",
    "more.conf": "",
    "fields.conf": (SOURCE / "conf/fields.conf").read_text(encoding="utf-8"),
    "freemail.txt": "gmail.com\n",
    "policies/support.policy": 'fallback "everything" { kind = support; priority = medium }\n',
    "prompts/active.conf": "support = 1\n",
    "prompts/support/1.prompt": "asks = ticket\n---system\nJudge.\n---user\n{{mail.text}}\n",
    "anthropic.key": "sk-ant-0123456789\n",
    "csv/companies.csv": "id,name,tier\nacme,Acme,premium\n",
}


class Case:
    def __init__(self, text):
        parts = SECTION.split(text)[1:]
        self.files = dict(GOOD)
        self.modes = {}
        self.words = ["check"]
        self.code = self.expected = None
        for kind, head, body in zip(parts[::3], parts[1::3], parts[2::3]):
            getattr(self, "take_" + kind)(head.strip(), body)

    def take_file(self, name, body):
        self.files[name] = body

    def take_bytes(self, name, body):
        self.files[name] = body.encode("latin-1").decode("unicode_escape").encode("latin-1")

    def take_mode(self, head, _):
        mode, name = head.split()
        self.modes[name] = mode

    def take_run(self, words, _):
        self.words = words.split()

    def take_expect(self, code, body):
        self.code, self.expected = int(code), body

    def write(self, home):
        for name, content in self.files.items():
            if self.modes.get(name) == "none":
                continue
            path = home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str):
                content = content.replace("@HOME@", str(home)).encode("utf-8")
            path.write_bytes(content)
            path.chmod(int(self.modes.get(name, "0600"), 8))

    def play(self, home):
        """Exit code and what was said."""
        self.write(home)
        done = subprocess.run([BUILD / "triagectl", "-c", "triage-milter.conf", *self.words], cwd=home,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=60, check=False,
                              env=dict(os.environ, LC_ALL="C"))
        return done.returncode, done.stdout.decode("utf-8").replace(str(home), "@HOME@")


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_fault_is_said_word_for_word(path, tmp_path):
    case = Case(path.read_text(encoding="utf-8"))
    code, said = case.play(tmp_path)
    assert said == case.expected
    assert code == case.code


def test_the_site_that_cases_change_is_good(tmp_path):
    code, said = Case("").play(tmp_path)
    assert (code, said) == (0, "triage-milter.conf: good, 1 mailbox\n")


def test_an_unknown_command_is_answered_with_all_there_are(tmp_path):
    case = Case("--- run tickets list\n")
    code, said = case.play(tmp_path)
    assert code == 64
    assert said.startswith("triagectl: unknown command 'tickets'\nusage: triagectl ")
    assert "\n  ticket list " in said


def test_the_daemon_says_the_same_and_does_not_start(tmp_path):
    path = HERE / "site/several-files-in-one-run.case"
    case = Case(path.read_text(encoding="utf-8"))
    case.write(tmp_path)
    done = subprocess.run([BUILD / "triage-milter", "-f", "-c", "triage-milter.conf"], cwd=tmp_path,
                          capture_output=True, timeout=60, check=False,
                          env=dict(os.environ, LC_ALL="C"))
    assert done.returncode == 78
    assert done.stderr.decode("utf-8").replace(str(tmp_path), "@HOME@") == case.expected


def test_there_are_cases_of_every_kind():
    assert len(CASES) >= 60
    assert {path.parent.name for path in CASES} == {
        "command", "crm", "fields", "freemail", "keys", "knowledge", "lexer", "policy", "prices",
        "prompts", "sending", "settings", "site"}
