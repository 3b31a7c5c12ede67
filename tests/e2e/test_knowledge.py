"""The site's knowledge, as its authors try it: index the folder, ask for words, change a file."""

import shutil

import pytest

from rig.site import SOURCE, Site


@pytest.fixture
def site(home):
    shutil.copytree(SOURCE / "contrib/demo/knowledge", home / "kb")
    return Site(home / "site", top="knowledge_dir = ../kb")


def sources(site, *words):
    return [passage["source"] for passage in site.ctl_json("knowledge", "search", *words)["passages"]]


def test_the_demo_folder_is_indexed_and_searched(site):
    assert site.ctl("knowledge", "index", check=True).stdout == \
        b"7 files with 19 passages indexed, 0 findings\n"
    found = site.ctl("knowledge", "search", "Export", "button", check=True)
    assert found.stdout.startswith(b"reports.md#Reports > Exporting a report, line 5, score ")
    assert b"*Export* writes what the page shows" in found.stdout
    assert found.stderr == b""


def test_a_passage_is_told_as_json(site):
    site.ctl("knowledge", "index", check=True)
    answer = site.ctl_json("knowledge", "search", "charged twice")
    assert answer["v"] == 1
    first = answer["passages"][0]
    assert first["source"] == "billing.md#Billing > Refunds > An invoice that was charged twice"
    assert first["line"] == 19 and first["score"] > 0 and first["tokens"] > 50
    assert first["text"].startswith("If a direct debit fails, the bank may try it again by itself;")


def test_a_mailbox_sees_what_is_for_it(site):
    site.ctl("knowledge", "index", check=True)
    assert "tracking-api.md" in sources(site, "--mailbox", "support", "503")[0]
    assert site.ctl("knowledge", "search", "--mailbox", "sales", "503").returncode == 1


def test_nothing_found_is_said(site):
    site.ctl("knowledge", "index", check=True)
    done = site.ctl("knowledge", "search", "xylophone")
    assert (done.returncode, done.stdout) == (1, b"nothing found\n")


def test_a_changed_folder_is_noticed_and_indexed_anew(site, home):
    site.ctl("knowledge", "index", check=True)
    (home / "kb/new.md").write_text("# Xylophones\n\nWe tune them on Fridays.\n", encoding="utf-8")
    done = site.ctl("knowledge", "search", "Export")
    assert b"has changed since it was indexed; 'triagectl knowledge index' does it anew" in done.stderr
    site.ctl("knowledge", "index", check=True)
    assert sources(site, "xylophone") == ["new.md#Xylophones"]


def test_the_index_has_a_place_of_its_own_if_it_is_told_one(home):
    shutil.copytree(SOURCE / "contrib/demo/knowledge", home / "kb")
    site = Site(home / "site", top=f"knowledge_dir = {home}/kb\nknowledge = sqlite:{home}/elsewhere")
    site.ctl("knowledge", "index", check=True)
    assert (home / "elsewhere").exists() and not (home / "site/triage.db.knowledge").exists()
