"""What a policy may do to recipients: on a real Postfix, and with an MTA that refuses."""

import pytest

from mails import mail, triage
from rig.mta import ACCEPT, ADD_RECIPIENT, DELETE_RECIPIENT, Mta

SENDER = "tom@birchandsons.example"
CHANGE_HEADERS, ADD_HEADERS, MAY_DELETE_RECIPIENTS = 0x10, 0x1, 0x8


@pytest.fixture
def start_with(home, start_site):
    """A site whose support mailbox has one rule, and perhaps the sales mailbox too."""
    def start(*actions, sales=""):
        folder = home / "policies"
        folder.mkdir()
        rule = "\n    ".join(actions)
        (folder / "support.policy").write_text(
            f'fallback "all" {{\n    kind = support\n    priority = medium\n}}\n'
            f'rule "test" {{\n    {rule}\n}}\n', encoding="utf-8")
        for name in ("lead-score", "review"):
            (folder / f"{name}.policy").write_text("", encoding="utf-8")
        (folder / "sales.policy").write_text(
            f'rule "sales" {{\n    {sales}\n}}\n' if sales else "", encoding="utf-8")
        return start_site(policies=folder)
    return start


def test_an_added_recipient_gets_a_copy_with_the_same_marks(start_with, start_postfix):
    site = start_with("add_recipient = boss@example.com")
    postfix = start_postfix(site.socket)
    postfix.send(mail(), SENDER, ["support@example.com"])
    copy = postfix.wait_delivered("boss@example.com")[0]
    original = postfix.wait_delivered("support@example.com")[0]
    assert triage(copy) == triage(original)
    assert triage(copy)["Ticket"] == "SUP-1001"


def test_a_redirect_replaces_the_mailbox_and_nobody_else(start_with, start_postfix):
    site = start_with("redirect = team@example.com")
    postfix = start_postfix(site.socket)
    postfix.send(mail(), SENDER, ["ben@example.com", "Support+x@Example.COM"])
    assert triage(postfix.wait_delivered("team@example.com")[0])["Ticket"] == "SUP-1001"
    postfix.wait_delivered("ben@example.com")
    assert len(postfix.delivered()) == 2


def test_both_at_once(start_with, start_postfix):
    site = start_with("add_recipient = boss@example.com", "redirect = team@example.com")
    postfix = start_postfix(site.socket)
    postfix.send(mail(), SENDER, ["support@example.com"])
    for address in ("boss@example.com", "team@example.com"):
        postfix.wait_delivered(address)
    assert len(postfix.delivered()) == 2


def recipient_edits(site, *recipients, **options):
    with Mta(site.socket, **options) as mta:
        mta.message(recipients=recipients or ["<support@example.com>"])
        edits, answer = mta.eom()
    assert answer == ACCEPT
    assert edits[-1][1] == "X-Triage-Status"
    return [edit[:2] for edit in edits if edit[0] in (ADD_RECIPIENT, DELETE_RECIPIENT)]


def test_the_addition_comes_first_and_the_mtas_own_writing_is_removed(start_with):
    site = start_with("redirect = team@example.com")
    assert recipient_edits(site, "<Support+x@Example.COM>") == [
        (ADD_RECIPIENT, "<team@example.com>"), (DELETE_RECIPIENT, "<Support+x@Example.COM>")]


def test_a_redirect_whose_addition_is_refused_leaves_the_recipient(start_with):
    site = start_with("redirect = team@example.com")
    actions = ADD_HEADERS | CHANGE_HEADERS | MAY_DELETE_RECIPIENTS
    assert not recipient_edits(site, actions=actions)
    assert "edits=mark-failed" in site.log()


def test_a_redirect_to_the_recipient_itself_changes_nothing(start_with):
    site = start_with("redirect = support@example.com")
    assert not recipient_edits(site)


def test_a_redirect_is_carried_out_for_every_address_of_the_mailbox(start_with, start_postfix):
    site = start_with("redirect = team@example.com")
    postfix = start_postfix(site.socket)
    postfix.send(mail(), SENDER, ["support@example.com", "ben@example.com", "help@example.com"])
    postfix.wait_delivered("team@example.com")
    postfix.wait_delivered("ben@example.com")
    assert len(postfix.delivered()) == 2


def test_two_mailboxes_redirect_each_its_own(start_with, start_postfix):
    site = start_with("redirect = team@example.com", sales="redirect = leads@example.com")
    postfix = start_postfix(site.socket)
    postfix.send(mail(), SENDER, ["support@example.com", "sales@example.com"])
    for address in ("team@example.com", "leads@example.com"):
        postfix.wait_delivered(address)
    assert len(postfix.delivered()) == 2


def test_two_that_redirect_to_each_other_both_keep_theirs(start_with):
    site = start_with("redirect = sales@example.com", sales="redirect = support@example.com")
    assert not recipient_edits(site, "<support@example.com>", "<sales@example.com>")
