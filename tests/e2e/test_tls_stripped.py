"""Servers elsewhere without TLS, as they are or as somebody in between makes them look: nothing is told
them."""

import socketserver
import threading

import pytest

from replies import HOUSE, SUBMISSION, hear, password_file
from rig.drafts import Drafts
from rig.process import wait_until

# libcurl finds it on this machine, and we take it for another.
HOST = "mx.localhost"
FOLDER = f"""\
sent_folder = imap://{HOST}:{{port}}/Sent
sent_user = support
sent_key_file = {{key}}
"""

# What a server, or somebody before it, makes of STARTTLS.
STRIPPED = {
    "not offered": ("", ("AUTH PLAIN LOGIN",), "the server offers no TLS, and nothing is told it in clear"),
    "refused for now": ("starttls:454", ("STARTTLS", "AUTH PLAIN"), "454 4.0.0 starttls is refused here"),
    "a lie": ("", ("STARTTLS", "AUTH PLAIN"), "no TLS came about with the server"),
    "broken off": ("starttls:close", ("STARTTLS", "AUTH PLAIN"), ""),
}


@pytest.mark.parametrize("fault, offers, words", STRIPPED.values(), ids=STRIPPED)
def test_without_tls_no_password_and_no_mail_leave_the_house(home, start_server, start_site, fault, offers, words):
    server = start_server(fault, offers=offers)
    site = start_site(top=SUBMISSION.format(url=f"smtp://{HOST}:{server.port}", key=password_file(home))
                      + HOUSE.format(timeout="5s"), support="brand = acme")
    hear(site)
    drafts = Drafts(site)
    draft = drafts.approved()
    wait_until(lambda: drafts.attempted(draft), 20, "an attempt")
    assert drafts.state(draft) == "approved"
    assert words in drafts.why(draft) and drafts.why(draft)
    assert drafts.one("SELECT dead FROM job WHERE kind = 'send'") == 0
    commands = [line.split(" ")[0] for line in server.lines if line.isascii() and line.isprintable()]
    assert commands[0] == "EHLO"
    assert set(commands) <= {"EHLO", "STARTTLS", "QUIT", ""}
    assert not server.mails


class Imap(socketserver.StreamRequestHandler):
    """Lets everybody in, and has never heard of TLS."""

    def handle(self):
        self.wfile.write(self.server.greeting + b"\r\n")
        for line in self.rfile:
            self.server.lines.append(line.decode())
            tag, command = line.split()[:2]
            if command == b"CAPABILITY":
                self.wfile.write(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n")
            self.wfile.write(tag + b" OK done\r\n")


@pytest.fixture
def start_imap():
    servers = []

    def start(greeting):
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Imap)
        server.daemon_threads, server.greeting, server.lines = True, greeting, []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return server
    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("greeting", [b"* OK welcome", b"* PREAUTH you are known here"])
def test_a_folder_without_tls_gets_neither_password_nor_copy(home, start_server, start_sending, start_imap,
                                                              greeting):
    server, imap = start_server(), start_imap(greeting)
    folder = FOLDER.format(port=imap.server_address[1], key=password_file(home))
    _, drafts = start_sending(server.port, support=folder)
    draft = drafts.approved()
    drafts.wait(draft, "sent")
    wait_until(lambda: drafts.one("SELECT error FROM job WHERE kind = 'sent-copy'"), 20, "a fault")
    assert "the server offers no TLS" in drafts.one("SELECT error FROM job WHERE kind = 'sent-copy'")
    assert {line.split()[1] for line in imap.lines} <= {"CAPABILITY", "LOGOUT"}
    assert drafts.state(draft) == "sent"
    assert len(server.mails) == 1


def test_on_this_machine_clear_words_do(start_server, start_sending):
    """Whatever the server offers: nobody stands in between."""
    server = start_server(offers=("STARTTLS",))
    _, drafts = start_sending(server.port)
    drafts.wait(drafts.approved(), "sent")
    assert [line.split(" ")[0] for line in server.lines][:2] == ["EHLO", "MAIL"]
