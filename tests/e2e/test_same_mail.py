"""The same words are judged once: at the same time, and within `cache_for`."""

import pytest

from mails import mail, proven, triage
from rig.traffic import all_at_once

BODY = "Please refund the last invoice urgently."
ASKS = "engines = model\n    prompt = support"


@pytest.fixture
def start_all(home, start_model, start_site, start_postfix):
    def start(delay="0", top="", support=ASKS):
        model = start_model("--delay", delay)
        site = start_site(llm=model.conf(home, api="anthropic"), top=top, support=support)
        return model, site, start_postfix(site.socket)
    return start


def send(postfix, raw, sender="tom@birchandsons.example"):
    before = len(postfix.delivered("support@example.com"))
    postfix.send(raw, sender, ["support@example.com"], client="192.0.2.25")
    return triage(postfix.wait_delivered("support@example.com", before + 1)[-1])


def test_a_mail_of_the_same_words_gets_the_answer_that_was_given(start_all):
    model, site, postfix = start_all()
    first, again = (send(postfix, mail(body=BODY, sender=stranger), stranger)
                    for stranger in ("bob@somewhere.example", "ann@elsewhere.example"))
    assert first["Status"].startswith("llm; ")
    assert again["Status"].startswith("cache; ")
    assert again["Priority"] == first["Priority"]
    assert again["Ticket"] != first["Ticket"]
    assert len(model.journal()) == 1
    shown = site.ctl_json("ticket", "show", again["Ticket"])["decisions"][0]
    assert (shown["engine"], shown["calls"]) == ("model", [])


@pytest.mark.parametrize("other", [{"body": BODY + " Or else."}, {"subject": "Another"}])
def test_other_words_are_another_question(start_all, other):
    model, _, postfix = start_all()
    send(postfix, mail(body=BODY))
    send(postfix, mail(**{"body": BODY, **other}))
    assert len(model.journal()) == 2


def test_what_is_known_of_the_sender_is_part_of_the_question(start_all):
    model, _, postfix = start_all()
    send(postfix, mail(body=BODY))
    marks = send(postfix, proven(body=BODY))
    assert marks["Status"].startswith("llm; ")
    assert len(model.journal()) == 2


def test_what_a_person_corrected_is_not_given_again(start_all):
    model, site, postfix = start_all()
    first = send(postfix, mail(body=BODY))
    site.ctl("ticket", "correct", first["Ticket"], "priority=low", check=True)
    assert send(postfix, mail(body=BODY))["Priority"] == "high"


def test_without_a_cache_each_is_asked(start_all):
    model, _, postfix = start_all(top="cache_for = 0ms")
    for _ in range(2):
        assert send(postfix, mail(body=BODY))["Status"].startswith("llm; ")
    assert len(model.journal()) == 2


def test_twins_in_flight_are_one_call(start_all):
    model, _, postfix = start_all(delay="2", top="cache_for = 0ms")
    all_at_once(lambda raw: postfix.send(raw, "tom@birchandsons.example", ["support@example.com"],
                                         client="192.0.2.25"),
                [mail(body=BODY) for _ in range(6)])
    statuses = [triage(message)["Status"].partition(";")[0]
                for message in postfix.wait_delivered("support@example.com", 6)]
    assert len(model.journal()) == 1
    assert sorted(statuses) == ["cache"] * 5 + ["llm"]
