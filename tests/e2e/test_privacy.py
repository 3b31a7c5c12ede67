"""What leaves the house: what the models' server received, and what triagectl says it would."""

import json
import re

import pytest

from mails import mail, triage

CARD = "4111 1111 1111 1111"
BODY = (f"Please refund the charge on card {CARD} urgently.\r\n"
        "My IBAN is DE89 3704 0044 0532 0130 00.\r\nPassword: hunter2!\r\nSSN 078-05-1120, tel. +49 30 123456.")
OUT_OF_SIGHT = ["4111", "1111 1111", "DE89", "0532", "hunter2", "078-05", "1120"]
GRACE = "grace.lindqvist@northwind.example"
PROVEN = "mx.example.com; dmarc=pass header.from=northwind.example"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture
def start_both(home, start_model, start_site):
    """A model and a site that asks it for support mail; `more` are lines of the llm block."""
    def start(more="", api="anthropic"):
        model = start_model()
        return model, start_site(llm=model.conf(home, api=api, more=more),
                                 support="engines = model\n    prompt = support")
    return start


def judge(site, raw):
    return site.ctl_json("classify", "--mailbox", "support", stdin=raw)


def received(model):
    """All that the server has of the last request, as text."""
    return json.dumps(model.journal()[-1], ensure_ascii=False)


def test_a_card_number_never_arrives_and_the_evidence_counts(start_both, start_postfix):
    model, site = start_both()
    postfix = start_postfix(site.socket)
    raw = mail(subject=f"Refund {CARD}", body=BODY)
    postfix.send(raw, "tom@birchandsons.example", ["support@example.com"], client="192.0.2.25")
    delivered = postfix.wait_delivered("support@example.com")[0]
    assert triage(delivered)["Status"].startswith("llm; ms=")
    assert CARD in delivered.get_payload()
    for secret in OUT_OF_SIGHT:
        assert secret not in received(model), secret
    assert "Refund <card-1>" in received(model) and "charge on card <card-1> urgently" in received(model)
    assert "+49 30 123456" in received(model)
    verdict = site.ctl_json("ticket", "show", triage(delivered)["Ticket"])
    assert "Please refund the charge on card <card-1> urgently." in json.dumps(verdict)


def test_what_was_replaced_is_counted_and_not_told(start_both, start_postfix):
    _, site = start_both()
    postfix = start_postfix(site.socket)
    for raw in (mail(subject=f"Refund {CARD}", body=BODY), mail(body="The export is broken.")):
        postfix.send(raw, "tom@birchandsons.example", ["support@example.com"], client="192.0.2.25")
    tickets = [triage(delivered)["Ticket"]
               for delivered in postfix.wait_delivered("support@example.com", 2)]
    counts = [site.ctl_json("ticket", "show", ticket)["decisions"][0]["calls"][0]["redacted"]
              for ticket in tickets]
    assert counts == [{"cards": 1, "iban": 1, "secrets": 1, "ids": 1}, {}]
    lines = re.findall(r"\btriaged .*", site.log())
    assert [re.findall(r'redacted="?([^"]*)', line) for line in lines] == [
        ["cards=1 iban=1 secrets=1 ids=1"], []]
    for secret in OUT_OF_SIGHT:
        assert secret not in site.log(), secret


@pytest.mark.parametrize("api", ["anthropic", "openai", "ollama", "gemini", "mistral"])
def test_each_api_gets_placeholders(start_both, api):
    model, site = start_both(api=api)
    verdict = judge(site, mail(body=BODY))["verdict"]
    assert verdict["evidence"] == ["Please refund the charge on card <card-1> urgently."]
    for secret in OUT_OF_SIGHT:
        assert secret not in received(model), secret


def test_who_wants_nothing_replaced_has_nothing_replaced(start_both):
    model, site = start_both("redact = none")
    assert CARD in judge(site, mail(body=BODY))["verdict"]["evidence"][0]
    assert CARD in received(model)


def test_addresses_and_phones_go_if_they_shall(start_both):
    model, site = start_both("redact = phones, addresses")
    judge(site, mail(body=BODY + "\r\nWrite to tom@work.example."))
    for secret in ("123456", "tom@", "birchandsons"):
        assert secret not in received(model), secret
    assert re.search(r"tel\. <phone-\d>", received(model)) and "<email-2>" in received(model)


def test_without_context_nothing_of_the_record_goes(start_both):
    model, site = start_both("send = no-context")
    raw = mail(sender=GRACE, body="The API answers 503.", Authentication_Results=PROVEN)
    assert judge(site, raw)["match"] == "exact"
    assert "The API answers 503." in received(model)
    assert "Northwind" not in received(model)


def test_without_body_only_the_envelope_of_the_thought_goes(start_both):
    model, site = start_both("send = no-body")
    raw = mail(sender=GRACE, subject="API", body="It answers 503 urgently.", Authentication_Results=PROVEN)
    assert judge(site, raw)["status"] == "llm"
    assert "Subject: API" in received(model) and GRACE in received(model)
    for word in ("503", "urgently", "Northwind Logistics"):
        assert word not in received(model)


def test_marked_words_come_back_as_they_were_written(start_both):
    model, site = start_both("datamark = yes")
    verdict = judge(site, mail(body="Please refund the last invoice urgently."))["verdict"]
    assert "refund\ue000the\ue000last\ue000invoice" in received(model)
    assert "refund the last" not in received(model)
    assert verdict["evidence"] == ["Please refund the last invoice urgently."]
    assert "\ue000" not in json.dumps(verdict, ensure_ascii=False)


# What the record of Northwind has of money and of its people, see contrib/demo/crm.
OF_OTHERS = ["Grace", "maria.keller", "18400", "status page", "503", "Interactions", "sentiment", "Spending",
             "budget", "Health"]


def test_a_colleague_opens_the_company_and_neither_money_nor_others_mail(start_both):
    model, site = start_both()
    raw = mail(sender="new.person@northwind.example", subject="Question", body="Where is the manual?",
               Authentication_Results=PROVEN)
    assert judge(site, raw)["match"] == "domain"
    user = model.journal()[-1]["body"]["messages"][0]["content"]
    record = user[user.index("<<<CUSTOMER"):user.index("CUSTOMER>>>")]
    assert "Northwind Logistics" in record and "withheld" not in record
    for word in OF_OTHERS:
        assert word.lower() not in record.lower(), word


def test_an_unproven_colleague_opens_nothing(start_both):
    model, site = start_both()
    judge(site, mail(sender=GRACE, subject="Question", body="Where is the manual?"))
    user = model.journal()[-1]["body"]["messages"][0]["content"]
    assert "not proven" in user
    for word in ["Northwind Logistics", "enterprise", *OF_OTHERS[1:]]:
        assert word.lower() not in user.lower(), word


# --- prompt render -------------------------------------------------------------------------------

@pytest.mark.parametrize("more", ["", "datamark = yes\n    redact = cards", "send = no-body"])
@pytest.mark.parametrize("api", ["anthropic", "openai"])
def test_what_is_shown_is_what_is_sent(start_both, api, more):
    model, site = start_both(more, api)
    raw = mail(sender=GRACE, subject=f"Card {CARD}", body=BODY, Authentication_Results=PROVEN)
    shown = site.ctl_json("prompt", "render", "--mailbox", "support", stdin=raw)
    assert not model.journal()
    judge(site, raw)
    entry = model.journal()[-1]
    assert UUID.sub("CODE", json.dumps(shown["body"])) == UUID.sub("CODE", json.dumps(entry["body"]))
    assert shown["url"] == model.url + entry["path"]
    assert shown["engine"] == "model" and shown["unasked"] == ""
    assert "test-key" not in json.dumps(shown)
    assert any(line.endswith(": (the key)") for line in shown["headers"])


def test_a_person_reads_the_prompt(start_both):
    _, site = start_both()
    shown = site.ctl("prompt", "render", "-", stdin=mail(body=BODY), check=True).stdout.decode()
    assert shown.startswith("replaced: 1 cards\nreplaced: 1 iban\nreplaced: 1 secrets\nreplaced: 1 ids\nPOST http://")
    assert "x-api-key: (the key)\n" in shown
    assert "\n--- system\nYou sort the mail" in shown and "\n--- user\nThe code of this message" in shown
    assert "Please refund the charge on card <card-1> urgently." in shown
    assert "1111" not in shown and "test-key" not in shown


def test_mail_that_no_model_is_asked_about_says_so(start_both):
    _, site = start_both()
    raw = mail(Auto_Submitted="auto-replied", subject="Out of office")
    assert site.ctl_json("prompt", "render", stdin=raw)["unasked"] == "auto-reply"


def test_an_engine_can_be_named(start_both):
    _, site = start_both()
    site.write(llm=site.parts["llm"] + "llm other { api = ollama; model = x; redact = none }\n")
    shown = site.ctl_json("prompt", "render", "--engine", "other", stdin=mail(body=BODY))
    assert shown["engine"] == "other" and shown["replaced"] == {}
    assert CARD in json.dumps(shown["body"])


@pytest.mark.parametrize("words, said", [
    (["--engine", "othr"], "no llm 'othr' in "), (["--mailbox", "sales"], "mailbox 'sales' has no engines"),
    (["--mailbox", "sales", "--engine", "model"], "mailbox 'sales' has no prompt")])
def test_what_is_missing_is_said(start_both, words, said):
    _, site = start_both()
    done = site.ctl("prompt", "render", *words, "-", stdin=mail())
    assert done.returncode == 1 and said in done.stderr.decode()
