"""Prices and budgets: what a call costs, who answers when a budget is spent, and who isn't touched by
what others spend."""

import itertools
import os
import re

import pytest

from rig.mta import Mta
from rig.traffic import all_at_once

# A call to the stand-in costs 0.0712 USD: 412 tokens of input, 100 from memory, 58 of output.  Before
# it is made, the lengths of the prompt and of the longest answer make it look like something above one.
PRICES = "price anthropic claude-haiku-5-5 { input = 100; cached = 10; output = 500 }\n"
COST, MOST = 0.0712, 2

CROWD = 60 if os.environ.get("SAN") else 500
STRANGER, OTHER = "198.51.100.7", "192.0.2.25"
_numbers = itertools.count(1)


@pytest.fixture
def start_all(home, start_model, start_site):
    """One model, or as many as there are names, in front of the baseline; `first` are settings of the
    first one."""
    def start(*names, top="", support="", first="", prices=PRICES, share=100):
        file = home / "prices.conf"
        file.write_text(prices, encoding="utf-8")
        models = {name: start_model() for name in names or ["model"]}
        blocks = [model.conf(home, name=name) for name, model in models.items()]
        blocks[0] = blocks[0].replace("\n}", f"\n    {first}\n}}")
        site = start_site(top=f"prices = {file}\nstrangers_share = {share}\n{top}", llm="".join(blocks),
                          support=f"engines = {', '.join(models)}\n    prompt = support\n    {support}")
        return list(models.values()), site
    return start


def status_of(site, client=OTHER, to="support@example.com", is_proven=False, sender="tom",
              domain="birchandsons.example"):
    """Who judged a mail that nobody has sent before."""
    number = next(_numbers)
    headers = [("From", f"{sender}@{domain}"), ("Message-ID", f"<money{number}@test.example>")]
    with Mta(site.socket) as mta:
        mta.connect(address=client)
        mta.helo()
        result = ("Authentication-Results", f"mx.example.com; dmarc=pass header.from={domain}")
        return mta.whole(headers=[result] * is_proven + headers,
                         body=f"The export is broken, case {number}.\r\n",
                         recipients=[f"<{to}>"])["X-Triage-Status"]


def is_models(status):
    return status.startswith("llm; ms=")


def is_over_budget(status):
    return re.fullmatch(r"fallback; why=budget; ms=\d+; prompt=support@1", status) is not None


def spend_all(site, **mail):
    """How many mails a model answered before it was too expensive."""
    for count in range(200):
        status = status_of(site, **mail)
        if not is_models(status):
            assert is_over_budget(status), status
            return count
    raise AssertionError("the budget has no end")


def test_each_call_and_decision_has_its_cost(start_all):
    _, site = start_all()
    assert is_models(status_of(site))
    decision = site.ctl_json("ticket", "show", "SUP-1001")["decisions"][0]
    assert decision["cost_usd"] == decision["calls"][0]["cost_usd"] == pytest.approx(COST)
    assert decision["calls"][0]["cached_tokens"] == 100


def test_stats_tell_money_latency_budgets_and_prices(start_all):
    _, site = start_all(top="budget = 20 USD/day\nsender_budget = 5 USD/day")
    for _ in range(2):
        status_of(site)
    stats = site.ctl_json("stats", "show")
    assert stats["money"]["total_usd"] == pytest.approx(2 * COST)
    assert stats["money"]["per_decision_usd"] == pytest.approx(COST)
    for by in ("by_day_usd", "by_engine_usd", "by_mailbox_usd", "by_sender_usd"):
        assert list(stats["money"][by].values()) == [pytest.approx(2 * COST)]
    assert list(stats["money"]["by_sender_usd"]) == ["192.0.2.0/24"]
    assert stats["money"]["by_purpose_usd"] == {"triage": pytest.approx(2 * COST)}
    calls = stats["calls"]
    assert calls["cached_tokens"] == {"claude-haiku-5-5": 200}
    assert 0 <= calls["p50_ms"]["claude-haiku-5-5"] <= calls["p95_ms"]["claude-haiku-5-5"]
    assert stats["budgets"] == [
        {"kind": "house", "name": "", "budget_usd": 20, "today_usd": pytest.approx(2 * COST)},
        {"kind": "sender", "name": "", "budget_usd": 5}]
    assert stats["prices"] == [{"engine": "model", "model": "claude-haiku-5-5",
                                "input": 100, "cached": 10, "output": 500}]


def test_stats_are_readable(start_all):
    _, site = start_all(top="budget = 20 USD/day")
    status_of(site)
    text = site.ctl("stats", "show", check=True).stdout.decode()
    for line in (r"  by engine +model 1 \(100 %\)", r"  by mailbox +support 0\.0712",
                 r"  by purpose +triage 1", r"  by purpose +triage 0\.0712",
                 r"house +0\.0712 +20\.00",
                 r"claude-haiku-5-5 +1 +512 +100 +58 +\d+ +\d+ +0\.0712",
                 r"model claude-haiku-5-5 +100 +10 +500"):
        assert re.search(f"^{line}$", text, re.M), text
    assert not re.search("[{}\"]", text)


def test_a_spent_budget_leads_to_the_next_engine_then_to_the_baseline(start_all):
    (first, second), site = start_all("first", "second", first="budget = 3 USD/day",
                                      top="budget = 6 USD/day")
    answered = spend_all(site)
    assert 0 < len(first.journal()) < answered
    assert len(first.journal()) + len(second.journal()) == answered
    stats = site.ctl_json("stats", "show")
    assert 3 - MOST < stats["money"]["by_engine_usd"]["first"] <= 3
    assert 6 - MOST < stats["money"]["total_usd"] <= 6
    assert stats["decisions"]["by_why"] == {"budget": 1}
    assert stats["calls"]["by_outcome"]["no-budget"] == answered - len(first.journal()) + 2
    assert site.log().count("budget-spent budget=llm of=first usd_a_day=3") == 1
    assert site.log().count("budget-spent budget=house usd_a_day=6") == 1


def test_a_mailbox_may_leave_the_rest_to_the_baseline_at_once(start_all):
    models, site = start_all("first", "second", first="budget = 0.001 USD/day",
                             support="over_budget = baseline")
    assert is_over_budget(status_of(site))
    assert [model.journal() for model in models] == [[], []]


def test_a_mailboxes_budget_is_its_own(start_all):
    _, site = start_all(support="budget = 0.001 USD/day")
    site.stop()
    site.write(sales="engines = model\n    prompt = sales")
    site.start()
    assert is_over_budget(status_of(site))
    assert is_models(status_of(site, to="sales@example.com"))


def test_a_stranger_who_sends_much_doesnt_spend_the_days_money(start_all):
    (model,), site = start_all(top="budget = 20 USD/day\nsender_budget = 2.5 USD/day\nmax_waiting = 1000")
    statuses = all_at_once(lambda n: status_of(site, client=STRANGER, sender=f"eve{n}"), range(CROWD))
    answered = sum(map(is_models, statuses))
    assert answered == len(model.journal())
    assert 0 < answered * COST <= 2.5
    spend_all(site, client="198.51.100.200")
    assert is_models(status_of(site, client="198.51.101.7"))
    assert is_models(status_of(site, client=STRANGER, is_proven=True))
    assert site.log().count("budget-spent budget=sender of=198.51.100.0/24") == 1


def test_a_domain_full_of_addresses_is_one_sender(start_all):
    (model,), site = start_all(top="budget = 20 USD/day\nsender_budget = 2.5 USD/day\nmax_waiting = 1000")
    statuses = all_at_once(lambda n: status_of(site, client=f"198.51.{n % 200}.7", sender=f"eve{n}",
                                               domain="evil.example", is_proven=True), range(60))
    assert sum(map(is_models, statuses)) == len(model.journal())
    assert 0 < len(model.journal()) * COST <= 2.5
    assert is_models(status_of(site, domain="another.example", is_proven=True))
    assert site.log().count("budget-spent budget=sender of=evil.example usd_a_day=2.5") == 1


def test_strangers_of_any_name_leave_half_of_the_budget_to_customers(start_all):
    _, site = start_all(top="budget = 6 USD/day", share=50)
    answered = 0
    while is_models(status_of(site, client=f"198.51.{answered}.7", domain=f"evil{answered}.example",
                              is_proven=answered % 2 == 0)):
        answered += 1
        assert answered < 100
    assert 3 - MOST < answered * COST <= 3
    assert is_models(status_of(site, is_proven=True)), "a contact of the CRM"
    assert is_over_budget(status_of(site, client="203.0.113.9"))
    assert site.log().count("budget-spent budget=house part=strangers usd_a_day=3") == 1


def test_a_forger_doesnt_lock_a_customer_out(start_all):
    _, site = start_all(top="sender_budget = 2.5 USD/day")
    assert spend_all(site, client=STRANGER) > 0
    assert is_models(status_of(site, client=STRANGER, is_proven=True))
    assert is_models(status_of(site, client=OTHER))


def test_what_was_spent_is_known_after_a_restart(start_all):
    _, site = start_all(top="sender_budget = 2.5 USD/day")
    assert spend_all(site) > 0
    site.stop()
    site.start()
    assert is_over_budget(status_of(site))
    assert is_models(status_of(site, client=STRANGER))


def test_a_reload_changes_the_limit_and_forgets_nothing(start_all):
    _, site = start_all(top="budget = 2.5 USD/day")
    assert spend_all(site) > 0
    site.write(top=site.parts["top"].replace("2.5", "2.6"))
    site.reload()
    for _ in range(100):
        if is_models(status_of(site)):
            break
    assert spend_all(site) < 5


def test_a_model_without_a_price_is_asked_and_its_cost_unknown(start_all):
    _, site = start_all(top="budget = 0.001 USD/day", prices="")
    assert is_models(status_of(site))
    call = site.ctl_json("ticket", "show", "SUP-1001")["decisions"][0]["calls"][0]
    assert call["cost_usd"] is None
    assert site.ctl_json("stats", "show")["calls"]["without_price"] == {"claude-haiku-5-5": 1}
    assert b"nobody knows what llm 'model' costs" in site.ctl("check", check=True).stdout
