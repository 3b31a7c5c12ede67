"""The store in trouble: mail goes on, says so, and the trouble leaves nothing behind."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from mails import mail, triage
from rig.mta import Mta
from rig.process import wait_until
from rig.site import Site

SENDER = "tom@birchandsons.example"
ROOT = os.geteuid() == 0


@pytest.fixture
def small_disk(home):
    """A file system of 600 KB."""
    folder = home / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k,mode=755", "tmpfs", folder],
                             capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("mounting a small file system isn't permitted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def whole(site, name, **parts):
    with Mta(site.socket) as mta:
        return mta.whole(headers={"From": SENDER, "Message-ID": f"<{name}@test.example>"}, **parts)


def store_at(site, folder):
    text = site.conf.read_text(encoding="utf-8")
    site.conf.write_text(text.replace(f"sqlite:{site.home}/triage.db", f"sqlite:{folder}/triage.db"),
                         encoding="utf-8")


def fill(folder):
    with open(folder / "ballast", "wb", buffering=0) as ballast, contextlib.suppress(OSError):
        while True:
            ballast.write(b"x" * 512)


def test_a_full_disk_costs_tickets_and_no_mail(start_site, home, small_disk, start_postfix, stop_later):
    site = Site(home / "site")
    site.import_crm()
    store_at(site, small_disk)
    stop_later(site)
    site.start()
    assert whole(site, "before")["X-Triage-Ticket"] == "SUP-1001"
    fill(small_disk)
    postfix = start_postfix(site.socket)
    postfix.send(mail(), SENDER, ["support@example.com"])
    marks = triage(postfix.wait_delivered("support@example.com")[0])
    assert marks.keys() == {"Status"}
    assert marks["Status"].startswith("failed; why=store; ms=")
    assert "full" in site.log()
    (small_disk / "ballast").unlink()
    assert whole(site, "after")["X-Triage-Ticket"] == "SUP-1002"
    assert site.ctl("db", "check").returncode == 0
    assert site.stop() == 0


def test_mail_that_fills_the_disk_itself_breaks_nothing(start_site, home, small_disk, stop_later):
    site = Site(home / "site")
    site.import_crm()
    store_at(site, small_disk)
    stop_later(site)
    site.start()
    statuses = [whole(site, f"fill{number}", body=f"{number} {os.urandom(20000).hex()}\r\n")["X-Triage-Status"]
                for number in range(40)]
    kinds = [status.split(";")[0] for status in statuses]
    assert kinds[0] == "fallback" and kinds[-1] == "failed"
    assert len(site.tickets()) == kinds.count("fallback")
    assert site.ctl("db", "check").returncode == 0


@pytest.mark.skipif(not ROOT, reason="needs root to run as somebody else")
def test_a_folder_that_may_not_be_written_ends_the_start_with_its_name(home):
    sockets = home / "sockets"
    sockets.mkdir()
    shutil.chown(sockets, "nobody")
    site = Site(home / "site", top="user = nobody", address=f"unix:{sockets}/milter.sock")
    site.import_crm()
    site.home.chmod(0o755)
    process = site.spawn()
    assert process.child.wait(10) == 73
    assert str(site.home / "triage.db") in process.output()
    assert "ermission" in process.output() or "readonly" in process.output()
    assert not list(sockets.iterdir())


def test_a_store_locked_for_a_while_loses_its_deadline_only(start_site):
    site = start_site(support="deadline = 1s", sales="deadline = 1s")
    other = sqlite3.connect(site.home / "triage.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    locked = whole(site, "locked")
    other.execute("ROLLBACK")
    other.close()
    assert locked["X-Triage-Status"].startswith("failed; why=store")
    assert int(locked["X-Triage-Status"].partition("ms=")[2]) < 1600
    assert whole(site, "locked")["X-Triage-Ticket"] == "SUP-1001"
    assert len(site.tickets()) == 1


@pytest.mark.skipif(bool(os.environ.get("SAN")), reason="sanitizers want to be loaded first")
def test_a_disk_that_stalls_within_a_commit_loses_its_deadline_only(home, stop_later):
    stall, library = home / "stall", home / "slow_sync.so"
    source = Path(__file__).parent / "rig/slow_sync.c"
    subprocess.run([os.environ.get("CC", "cc"), "-D_GNU_SOURCE", "-shared", "-fPIC", "-o", library, source],
                   check=True)
    site = Site(home / "site", support="deadline = 1s", sales="deadline = 1s")
    site.import_crm()
    stop_later(site)
    site.start(env=dict(os.environ, LD_PRELOAD=str(library), SLOW_SYNC=str(stall)))
    stall.touch()
    begun = time.monotonic()
    stalled = whole(site, "stalled")
    assert time.monotonic() - begun < 3
    assert stalled["X-Triage-Status"].startswith("failed; why=store")
    stall.unlink()
    assert whole(site, "stalled")["X-Triage-Ticket"] == "SUP-1001"
    assert len(site.tickets()) == 1
    assert site.stop() == 0


def test_a_store_locked_for_less_than_the_deadline_is_waited_for(start_site):
    site = start_site(support="deadline = 5s")
    other = sqlite3.connect(site.home / "triage.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    with Mta(site.socket) as mta:
        mta.message()
        mta.send("E")
        time.sleep(1)
        other.execute("COMMIT")
        other.close()
        names = []
        while "X-Triage-Status" not in names:
            command, data = mta.receive()
            names.append(data.split(b"\0")[0].decode() if command == "h" else command)
    assert "X-Triage-Ticket" in names


def damage_the_head(path):
    path.write_bytes(b"this is no database\n" * 1000)


def damage_the_middle(path):
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(size - 4096))


def make_newer(path):
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()


@pytest.mark.parametrize("harm, told", [(damage_the_head, "not a database"), (damage_the_middle, "malformed"),
                                        (make_newer, "newer")])
def test_a_store_that_cannot_be_used_ends_the_start_and_is_left_as_it_is(start_site, harm, told):
    site = start_site()
    assert "X-Triage-Ticket" in whole(site, "first")
    assert site.stop() == 0
    store = site.home / "triage.db"
    harm(store)
    before = store.read_bytes()
    process = site.spawn()
    assert process.child.wait(15) == 73, process.output()
    assert told in process.output().splitlines()[-1]
    assert "triage.db" in process.output().splitlines()[-1]
    assert store.read_bytes() == before


def test_a_store_that_is_taken_away_and_comes_back(start_site):
    """Somebody moves the file: what is open goes on, and a restart makes a new one."""
    site = start_site()
    store = site.home / "triage.db"
    assert whole(site, "first")["X-Triage-Ticket"] == "SUP-1001"
    store.rename(site.home / "elsewhere.db")
    assert whole(site, "second")["X-Triage-Status"].split(";")[0] in ("fallback", "failed")
    assert site.stop() == 0
    for rest in site.home.glob("triage.db-*"):
        rest.unlink()
    (site.home / "elsewhere.db").rename(store)
    site.start()
    assert whole(site, "third")["X-Triage-Status"].startswith("fallback")
    assert site.ctl("db", "check").returncode == 0


def test_a_crm_that_goes_makes_strangers_and_no_failure(start_site):
    site = start_site()
    assert whole(site, "known")["X-Triage-Customer"].startswith("birchandsons")
    (site.home / "crm.db").write_bytes(b"no database" * 1000)
    marks = whole(site, "unknown")
    assert marks["X-Triage-Status"].startswith("fallback; why=no-engine")
    assert marks["X-Triage-Status"].endswith("; crm=unreadable")
    assert "X-Triage-Ticket" in marks
    (site.home / "crm.db").unlink()
    assert "X-Triage-Ticket" in whole(site, "gone")
    site.import_crm()
    wait_until(lambda: whole(site, f"again{os.urandom(4).hex()}")["X-Triage-Customer"].startswith("birchandsons"),
               20, "the customer")


def test_a_store_that_is_replaced_is_noticed_and_its_mail_passes(start_site):
    site = start_site()
    assert whole(site, "before")["X-Triage-Ticket"] == "SUP-1001"
    store, kept = site.home / "triage.db", site.home / "kept.db"
    site.ctl("db", "backup", str(site.home / "backup.db"), check=True)
    os.rename(store, kept)
    os.rename(site.home / "backup.db", store)
    wait_until(lambda: "store-replaced" in site.log(), 20, "the daemon to notice, without any mail")
    during = whole(site, "during")
    assert during["X-Triage-Status"].startswith("failed; why=store; ms=")
    assert "X-Triage-Ticket" not in during
    assert site.log().count("store-replaced") == 1
    os.rename(kept, store)
    assert whole(site, "after")["X-Triage-Ticket"] == "SUP-1002"
    store.unlink()
    assert whole(site, "removed")["X-Triage-Status"].startswith("failed; why=store; ms=")
    assert site.log().count("store-replaced") == 2
    assert not store.exists(), "no empty one is made in its place"


def test_a_clock_far_ahead_deletes_nothing_before_mail_comes(start_site):
    """The daemon finds a store whose newest mail is old, as after a start with a clock that is ahead."""
    site = start_site()
    for number in range(12):
        whole(site, f"old{number}", body=f"The export is broken. {number}\r\n")
    site.stop()
    with contextlib.closing(sqlite3.connect(site.home / "triage.db")) as store, store:
        for table, column in (("message", "created"), ("decision", "created"), ("ticket", "updated")):
            store.execute(f"UPDATE {table} SET {column} = {column} - 3000 * 86400")

    def count():
        with contextlib.closing(sqlite3.connect(site.home / "triage.db")) as store:
            return store.execute("SELECT count(*), sum(kept) FROM message").fetchone()

    site.start()
    wait_until(lambda: "retention-waits" in site.log(), 20, "the first run")
    assert count() == (12, 12)
    whole(site, "new", body="It is broken again.\r\n")
    site.stop()
    site.start()
    wait_until(lambda: "rows deleted" in site.log(), 20, "the second run")
    site.stop()
    assert count() == (11, 11)
