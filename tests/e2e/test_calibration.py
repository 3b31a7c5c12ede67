"""What a model says of its certainty, and what people make of it: corrected and closed tickets become a
table, and the next answers are marked by it."""

import re

import pytest

from rig.mta import Mta
from rig.process import wait_until

SURE = "The export is broken, case {}.\r\n"
UNSURE = "Perhaps the export is broken, case {}.\r\n"


@pytest.fixture
def start_all(home, start_model, start_site):
    def start(api="anthropic"):
        model = start_model()
        return start_site(llm=model.conf(home, api=api), support="engines = model\n    prompt = support")
    return start


def judge(site, body, numbers):
    """Marks of a mail for each number."""
    marks = []
    with Mta(site.socket) as mta:
        mta.connect()
        mta.helo()
        for number in numbers:
            marks.append(mta.whole(body=body.format(number), headers=[
                ("From", "tom@birchandsons.example"), ("Message-ID", f"<case{number}@test.example>")]))
    return marks


def look_at(site, marks, right):
    """People close the first tickets, and find the others to be something else."""
    for number, mark in enumerate(marks):
        assert mark["X-Triage-Category"] == "bug"
        words = ("close", mark["X-Triage-Ticket"]) if number < right else \
            ("correct", mark["X-Triage-Ticket"], "category=technical")
        site.ctl("ticket", *words, check=True)


def shown(site):
    return site.ctl_json("stats", "show", "--calibration")["calibration"]


def reload(site):
    before = site.log().count("reloaded why=")
    site.reload()
    wait_until(lambda: site.log().count("reloaded why=") > before, 20, "the reload")


def test_what_people_leave_as_it_was_makes_the_next_confidence(start_all):
    site = start_all()
    sure, unsure = judge(site, SURE, range(20)), judge(site, UNSURE, range(20, 30))
    assert {mark["X-Triage-Confidence"] for mark in sure} == {"0.85; source=table"}
    assert {mark["X-Triage-Confidence"] for mark in unsure} == {"0.40; source=table"}
    look_at(site, sure, right=15)
    look_at(site, unsure[:9], right=2)
    reload(site)
    assert judge(site, SURE, [30])[0]["X-Triage-Confidence"] == "0.85; source=table", "29 are too few"
    look_at(site, unsure[9:], right=0)
    reload(site)
    # (15 + 8.5) / 30 and (2 + 4) / 20
    assert judge(site, SURE, [31])[0]["X-Triage-Confidence"] == "0.78; source=calibrated"
    assert judge(site, UNSURE, [32])[0]["X-Triage-Confidence"] == "0.30; source=calibrated"

    group, = shown(site)
    assert (group["model"], group["prompt"]) == ("claude-haiku-5-5", "support@1")
    assert (group["calibrated"], group["samples"], group["needed"]) == (True, 30, 30)
    assert group["error"] == pytest.approx((20 * 0.10 + 10 * 0.20) / 30)
    low, high = group["rows"]
    assert low == {"certainty": "low", "looked_at": 10, "right": 2, "share": pytest.approx(0.2),
                   "low": pytest.approx(0.0567, abs=1e-4), "high": pytest.approx(0.5098, abs=1e-4),
                   "stated": pytest.approx(0.4), "now": pytest.approx(0.3)}
    assert (high["certainty"], high["right"], high["now"]) == ("high", 15, pytest.approx(23.5 / 30))


def test_a_start_counts_what_was_looked_at_before(start_all):
    site = start_all()
    look_at(site, judge(site, SURE, range(30)), right=30)
    site.stop()
    site.start()
    assert judge(site, SURE, [30])[0]["X-Triage-Confidence"] == "0.96; source=calibrated"


def test_the_table_is_readable_and_says_when_there_is_too_little(start_all):
    site = start_all()
    text = site.ctl("stats", "show", "--calibration", check=True).stdout.decode()
    assert "There are none: nobody has corrected or closed a ticket, or approved a reply." in text
    refused = site.ctl("stats", "show", "--calibration", "--days", "3")
    assert (refused.returncode, refused.stdout) == (64, b"")
    look_at(site, judge(site, SURE, range(4)), right=3)
    text = site.ctl("stats", "show", "--calibration", check=True).stdout.decode()
    for line in ("claude-haiku-5-5, prompt support@1",
                 "  too few to calibrate: 4 of 30 decisions; the fixed table stands",
                 r"  certainty high +4 +75 % +30 % +95 % +0\.85 +0\.85",
                 r"  expected calibration error 0\.10"):
        assert re.search(f"^{line}$", text, re.M), text


def test_confidence_that_a_server_computes_is_told_by_tenths(start_all):
    site = start_all(api="openai-decisions")
    marks = judge(site, SURE, range(3))
    assert all(mark["X-Triage-Confidence"].endswith("; source=provider") for mark in marks), marks
    look_at(site, marks, right=2)
    group, = shown(site)
    assert (group["samples"], group["calibrated"]) == (0, False)
    row, = group["rows"]
    confidence = float(marks[0]["X-Triage-Confidence"].split(";")[0])
    assert row["from"] <= confidence <= row["to"] == pytest.approx(row["from"] + 0.1)
    assert (row["looked_at"], row["right"]) == (3, 2)
    text = site.ctl("stats", "show", "--calibration", check=True).stdout.decode()
    assert re.search(rf"^  computed {row['from']:.1f} to {row['to']:.1f} +3 +67 %", text, re.M), text
    assert "too few" not in text
