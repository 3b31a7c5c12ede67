"""Copies of replies in the mailbox's folder of sent mail, on a real Dovecot."""

import pytest

from conftest import MTA, NEEDS_DOVECOT
from replies import password_file
from rig.dovecot import Dovecot
from rig.process import wait_until

pytestmark = NEEDS_DOVECOT
FOLDER = """\
sent_folder = imap://127.0.0.1:{port}/{folder}
sent_user = support
sent_key_file = {key}
"""


@pytest.fixture
def start_dovecot(home, stop_later):
    def start():
        dovecot = Dovecot(MTA, home / "dovecot")
        stop_later(dovecot)
        return dovecot.start()
    return start


def settings(home, dovecot, folder="Sent"):
    return FOLDER.format(key=password_file(home), port=dovecot.port, folder=folder)


def done(drafts):
    return not drafts.one("SELECT count(*) FROM job")


def test_a_copy_is_what_was_sent_and_stands_there_once(home, start_server, start_sending, start_dovecot):
    server, dovecot = start_server(), start_dovecot()
    _, drafts = start_sending(server.port, support=settings(home, dovecot))
    draft = drafts.approved()
    drafts.wait(draft, "sent")
    wait_until(lambda: done(drafts), 20, "the copy")
    (flags, copy), = dovecot.mails()
    assert copy == server.mails[0][2]
    assert b"\\Seen" in flags
    drafts.ask("INSERT INTO job (kind, ticket, draft, mailbox, argument, created, due)"
               " SELECT 'sent-copy', ticket, id, mailbox, '', 0, 0 FROM draft")
    wait_until(lambda: done(drafts), 20, "the second look")
    assert len(dovecot.mails()) == 1


def test_what_turns_up_there_is_certain(home, start_server, start_sending, start_dovecot):
    server, dovecot = start_server("taken:close"), start_dovecot()
    _, drafts = start_sending(server.port, support=settings(home, dovecot))
    draft = drafts.approved()
    drafts.wait(draft, "uncertain")
    wait_until(lambda: drafts.one("SELECT error FROM job"), 20, "the first look")
    assert drafts.one("SELECT error FROM job") == "the folder of sent mail doesn't have it"
    dovecot.file(server.mails[0][2])
    drafts.hurry()
    drafts.wait(draft, "sent")
    wait_until(lambda: done(drafts), 20, "the customer's timeline")
    assert len(dovecot.mails()) == 1
    assert drafts.flag() != "reply uncertain"


def test_a_folder_that_isnt_there_leaves_the_reply_sent(home, start_server, start_sending,
                                                        start_dovecot):
    server, dovecot = start_server(), start_dovecot()
    _, drafts = start_sending(server.port, support=settings(home, dovecot, folder="Nowhere"))
    draft = drafts.approved()
    drafts.wait(draft, "sent")
    wait_until(lambda: drafts.one("SELECT error FROM job WHERE kind = 'sent-copy'"), 20, "a fault")
    assert drafts.state(draft) == "sent"
    assert len(server.mails) == 1
