"""What the shipped configuration decides about known mails: the plan and the headers of each, as
`triagectl classify` prints them, against NAME.ref.

`UPDATE=1 python3 -m pytest tests/golden` writes the files anew; read the difference before you keep it.
"""

import difflib
import os
import re
import sys
from email import message_from_bytes
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from rig.site import SOURCE, Site  # noqa: E402  pylint: disable=wrong-import-position

MAILS = [*sorted((SOURCE / "contrib/demo/mails").glob("*.eml")),
         *sorted((SOURCE / "tests/corpus/mime").glob("*.eml"))]

# What differs from run to run.
MASKS = [(r"(?m)^(\+ X-Triage-Id: ).*$", r"\1ID"), (r"; ms=\d+", "; ms=MS")]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("golden"))
    assert site.import_crm().returncode == 0
    return site


def mailbox_of(mail):
    """Who it is written to, as far as that is a mailbox of the site's."""
    recipients = str(message_from_bytes(mail.read_bytes())["To"])
    return "sales" if "sales@" in recipients and "support@" not in recipients else "support"


def judged(site, mail):
    done = site.ctl("classify", "--mailbox", mailbox_of(mail), str(mail))
    assert done.returncode == 0, done.stderr.decode()
    text = done.stdout.decode()
    for pattern, mask in MASKS:
        text = re.sub(pattern, mask, text)
    return text[text.index("plan\n"):]


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.stem)
def test_the_plan_and_the_headers_are_as_they_were(site, mail):
    reference = HERE / f"{mail.stem}.ref"
    text = judged(site, mail)
    if os.environ.get("UPDATE"):
        reference.write_text(text, encoding="utf-8")
    before = reference.read_text(encoding="utf-8") if reference.exists() else ""
    difference = "\n".join(difflib.unified_diff(before.splitlines(), text.splitlines(),
                                                reference.name, "now", lineterm=""))
    assert not difference, f"{mail.name}, mailbox {mailbox_of(mail)}:\n{difference}"


def test_every_reference_has_its_mail():
    stems = {mail.stem for mail in MAILS}
    assert [ref.name for ref in HERE.glob("*.ref") if ref.stem not in stems] == []
