"""What is named as a file but is none, or has no end: `check` says so at once, a reload keeps the old
configuration, and the daemon still hears signals."""

import os
import shutil
import time

import pytest

from rig.mta import Mta
from rig.process import wait_until
from rig.site import SOURCE, Site

FILES = {  # what is replaced, and what asks for it
    "triage-milter.conf": ["check"],
    "more.conf": ["check"],
    "prices.conf": ["check"],
    "fields.conf": ["check"],
    "freemail.txt": ["check"],
    "model.key": ["check"],
    "ca.pem": ["check"],
    "submission.key": ["check"],
    "submission.pem": ["check"],
    "policies/support.policy": ["check"],
    "prompts/active.conf": ["check"],
    "prompts/support/1.prompt": ["check"],
    "replies/received.txt": ["check"],
    "kb/page.md": ["knowledge", "index"],
    "csv/companies.csv": ["crm", "import", "{home}/csv"],
    "csv/contacts.csv": ["crm", "import", "{home}/csv"],
    "crm.db": ["check", "--online"],
    "triage.db": ["ticket", "list"],
}
TOP = """\
fields = fields.conf
prompt_dir = prompts
freemail = freemail.txt
prices = prices.conf
reply_dir = replies
knowledge_dir = kb
submission_url = smtps://localhost
submission_user = desk
submission_key_file = submission.key
submission_ca_file = submission.pem
include more.conf
"""
LLM = """\
llm model {
    api = anthropic
    model = m
    key_file = model.key
    ca_file = ca.pem
}
"""
PEM = "-----BEGIN CERTIFICATE-----\n"


def make_site(home):
    site = Site(home / "site", policies="policies", llm=LLM)
    text = site.conf.read_text(encoding="utf-8")
    for line in (f"fields = {SOURCE}/conf/fields.conf\n", f"prompt_dir = {SOURCE}/prompts\n"):
        text = text.replace(line, "")
    site.conf.write_text(text.replace(f"freemail = {SOURCE}/conf/freemail.txt\n", TOP), encoding="utf-8")
    for name, source in (("policies", "policies"), ("prompts", "prompts"), ("replies", "conf/replies"),
                         ("csv", "contrib/demo/crm"), ("kb", "contrib/demo/knowledge")):
        shutil.copytree(SOURCE / source, site.home / name)
    for name in ("fields.conf", "freemail.txt", "prices.conf"):
        shutil.copy(SOURCE / "conf" / name, site.home)
    for name, content in (("more.conf", ""), ("model.key", "k\n"), ("submission.key", "k\n"), ("ca.pem", PEM),
                          ("submission.pem", PEM), ("kb/page.md", "# Page\n\nText.\n")):
        (site.home / name).write_text(content, encoding="ascii")
        (site.home / name).chmod(0o600)
    assert (site.home / "prompts/support/1.prompt").exists()
    assert site.import_crm().returncode == 0
    assert site.ctl("check").returncode == 0
    assert site.ctl("ticket", "list").returncode == 0
    return site


def fifo(path):
    os.mkfifo(path, 0o600)


def device(path):
    path.symlink_to("/dev/zero")


def sparse(path):
    path.touch(0o600)
    os.truncate(path, 2 * 1024 ** 3)


@pytest.mark.parametrize("kind", [fifo, device])
def test_what_is_no_file_of_ours_is_said_at_once(home, kind):
    site = make_site(home)
    for name, words in FILES.items():
        path = site.home / name
        kept = path.rename(site.home / "kept")
        kind(path)
        began = time.monotonic()
        done = site.ctl(*(word.format(home=site.home) for word in words))
        took = time.monotonic() - began
        said = (done.stdout + done.stderr).decode()
        assert done.returncode == 1, (name, said)
        assert path.name in said or path.suffix == ".key" and "key_file" in said, (name, said)
        assert took < 5, (name, took)
        path.unlink()
        kept.rename(path)
    assert site.ctl("check").returncode == 0


def test_a_reload_of_it_keeps_the_old_configuration_and_the_daemon_hears_signals(home, stop_later):
    site = make_site(home)
    stop_later(site)
    site.start()
    refused = 0
    for name, words in FILES.items():
        if words != ["check"]:
            continue
        for kind in (fifo, sparse):
            path = site.home / name
            kept = path.rename(site.home / "kept")
            kind(path)
            before = site.log().count("reload-refused")
            site.reload()
            wait_until(lambda n=before: site.log().count("reload-refused") > n, 5, f"{name}: {site.log()[-500:]}")
            path.unlink()
            kept.rename(path)
            refused += 1
    assert refused == 26
    with Mta(site.socket) as mta:
        assert "X-Triage-Ticket" in mta.whole()
    site.reload()
    wait_until(lambda: "reloaded" in site.log(), 5, "the reload")
    began = time.monotonic()
    assert site.stop() == 0
    assert time.monotonic() - began < 3
