"""Nothing that stems from mail speaks to the terminal, stands in another order than it says, or can't be seen."""

import json
import re

import pytest

from mails import mail
from rig.mta import Mta

# One of each kind: escape, carriage return, C1 control, override, isolate, mark, zero width, tag.
BAD = "\x1b[2J\r\x9b\u202e\u2066\u200f\u200b\U000E0041"
# Escape sequences, bidirectional controls, zero-width characters and tags; joiners within words are allowed.
HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
                     "\U000E0000-\U000E0FFF]")


def hostile():
    """Everything that a sender may name, named with characters of that kind."""
    body = (f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe export{BAD} is broken.\r\n"
            f"> quoted{BAD}\r\n--b\r\nContent-Type: application/x{BAD}y; name=\"a{BAD}b.exe\"\r\n"
            f"Content-Disposition: attachment; filename=\"bill{BAD}fdp.exe\"\r\n\r\nx\r\n--b--")
    raw = mail(sender=f"\"Tom {BAD}\" <tom@birchandsons.example>", subject=f"Broken {BAD} export", body=body,
               message_id=f"m{BAD}1@test.example", Authentication_Results=f"mx.example.com; dkim=pass{BAD} (x{BAD})",
               List_Id=f"<l{BAD}@x.example>", Auto_Submitted=f"auto{BAD}")
    return raw.replace(b"text/plain; charset=utf-8", b"multipart/mixed; boundary=b", 1)


@pytest.fixture
def site(start_site):
    site = start_site()
    head, _, body = hostile().decode().partition("\r\n\r\n")
    with Mta(site.socket) as mta:
        assert mta.whole(headers=[line.split(": ", 1) for line in re.split("\r\n(?! )", head)], body=body)
    return site


COMMANDS = [["inspect"], ["classify"], ["policy", "explain", "--mailbox", "support"], ["ticket", "list"],
            ["ticket", "show", "SUP-1001"], ["stats", "show"], ["job", "list"], ["draft", "list"]]


def test_all_that_is_printed_can_be_seen(site):
    for words in COMMANDS:
        for options in ([], ["--json"]):
            stdin = hostile() if words[0] in ("inspect", "classify", "policy") else None
            done = site.ctl(*options, *words, stdin=stdin)
            out = done.stdout.decode()
            assert out, (words, done.stderr)
            assert not HARMFUL.search(out + done.stderr.decode()), (words, HARMFUL.findall(out))
            if options:
                json.loads(out)
    assert not HARMFUL.search(site.log())


def test_what_is_escaped_is_shown_and_json_says_the_same(site):
    text = site.ctl("inspect", stdin=hostile()).stdout.decode()
    assert "\\u202e" in text
    shown = site.ctl_json("inspect", stdin=hostile())
    assert any("\u202e" in entry["name"] for entry in shown["attachments"]) or "\u202e" in shown["from"]["name"]


@pytest.mark.parametrize("words", [["inspect", f"no{BAD}.eml"], ["ticket", "show", f"SUP{BAD}"], [f"in{BAD}spect"],
                                   ["classify", "--mailbox", f"x{BAD}"]])
def test_an_error_repeats_nothing_raw(site, words):
    done = site.ctl(*words, stdin=b"")
    assert done.returncode
    assert not HARMFUL.search((done.stdout + done.stderr).decode())
