"""Starting, reloading, stopping, restarting and dying, with mail under way."""

import contextlib
import grp
import os
import pwd
import resource
import signal
import socket
import sqlite3
import stat
import subprocess
import threading
import time
from pathlib import Path

import pytest

from mails import mail, triage
from rig import mta as milter
from rig.mta import Gone, Mta, added
from rig.process import alive, stop, wait_until
from rig.site import BUILD, Site
from rig.traffic import Traffic, all_at_once

SENDER = "tom@birchandsons.example"
LONG = bool(os.environ.get("LONG"))


def headers(name):
    return {"From": SENDER, "Message-ID": f"<{name}@test.example>"}


def edit_conf(site, old, new):
    text = site.conf.read_text(encoding="utf-8")
    assert old in text
    site.conf.write_text(text.replace(old, new), encoding="utf-8")


def sockets(site):
    return [name for name in os.listdir(site.home) if "milter.sock" in name]


# ── reload ──

def test_a_broken_file_keeps_the_old_configuration_and_names_every_fault(start_site):
    site = start_site()
    with site.conf.open("a", encoding="utf-8") as conf:
        conf.write("max_bodi = 4M\nmailbox third {\n    mode = loud\n}\n")
    site.reload()
    wait_until(lambda: site.log().count("reload-refused") >= 3, 10, "the faults")
    log = site.log()
    for fault in ("max_bodi", "loud", "address"):
        assert any("reload-refused" in line and fault in line for line in log.splitlines()), fault
    with Mta(site.socket) as mta:
        assert mta.whole()["X-Triage-Ticket"] == "SUP-1001"


def test_a_reload_takes_effect_with_the_next_message_and_not_within_one(start_site):
    site = start_site()
    with Mta(site.socket) as mta:
        mta.message()
        site.write(support="ticket_prefix = NEW")
        site.reload()
        wait_until(lambda: "reloaded" in site.log(), 10, "the reload")
        assert added(mta.eom()[0])["X-Triage-Ticket"].startswith("SUP-")
        assert mta.whole(headers=headers("next"))["X-Triage-Ticket"].startswith("NEW-")


def test_a_reload_says_what_waits_for_a_restart(start_site):
    site = start_site()
    edit_conf(site, "socket_mode = 0666", "socket_mode = 0600")
    site.reload()
    wait_until(lambda: "reload" in site.log(), 10, "the reload")
    wait_until(lambda: "reloaded " in site.log(), 10, site.log())
    assert "socket_mode" in site.log().partition("reload-needs-restart")[2].splitlines()[0]


def test_a_reload_right_behind_the_start_is_a_reload(home, stop_later):
    """libmilter has a thread that would take the signal for a stop."""
    def one(number):
        site = Site(home / f"site{number}")
        site.import_crm()
        stop_later(site)
        site.start().reload()
        wait_until(lambda: "reload" in site.log(), 10, f"the reload, and not {site.log()}")
        assert site.daemon.running()

    all_at_once(one, range(12))


def test_a_hundred_reloads_under_load_fail_no_message(start_site):
    """Each configuration has a level of headers and a prefix that belong together."""
    site = start_site()
    kinds = [{"support": "ticket_prefix = AAA\n    keep = none"},
             {"support": "ticket_prefix = BBB\n    keep = text"}]

    def one(number):
        with Mta(site.socket) as mta:
            return [mta.whole(headers=headers(f"r{number}-{part}")) for part in range(3)]

    with Traffic(one) as traffic:
        for number in range(100):
            site.write(**kinds[number % 2])
            site.reload()
            wait_until(lambda n=number: site.log().count("reloaded ") > n, 10, "a reload")
    marks = [marks for part in traffic.done for marks in part]
    assert len(marks) > 100
    assert all(row["X-Triage-Status"].startswith("fallback; why=no-engine") for row in marks)
    names = [row["X-Triage-Ticket"] for row in marks]
    assert len(set(names)) == len(names)
    assert {name[:3] for name in names} >= {"AAA", "BBB"}
    assert site.log().count("triaged ") == len(marks)


# ── stop ──

def test_a_stop_finishes_what_is_in_hand(start_site, start_model, home):
    model = start_model("--delay", "1.5")
    site = start_site(llm=model.conf(home), support="engines = model\n    prompt = support")

    def one(number):
        with Mta(site.socket) as mta:
            return mta.whole(headers=headers(f"d{number}"), body=f"Export {number} is broken.\r\n")

    results = []
    sender = threading.Thread(target=lambda: results.extend(all_at_once(one, range(8))))
    sender.start()
    wait_until(lambda: len(model.journal()) == 8, 10, "eight questions")
    assert site.stop() == 0
    sender.join(10)
    assert [marks["X-Triage-Status"].split(";")[0] for marks in results] == ["llm"] * 8
    assert len(site.tickets()) == 8
    assert "stopped why=drained" in site.log()


def test_a_stop_lets_a_message_come_to_its_end(start_site):
    site = start_site()
    with Mta(site.socket) as mta:
        mta.mail()
        mta.rcpt()
        site.daemon.child.send_signal(signal.SIGTERM)
        wait_until(lambda: "stopping" in site.log(), 5, "the stop")
        mta.data()
        mta.header("From", SENDER)
        mta.eoh()
        assert "X-Triage-Ticket" in added(mta.eom()[0])
        assert not site.accepts()
    assert site.daemon.child.wait(10) == 0


def test_a_stop_waits_no_longer_than_drain(start_site):
    site = start_site(top="drain = 1s")
    with Mta(site.socket) as mta:
        mta.mail()
        began = time.monotonic()
        assert site.stop() == 75
        assert time.monotonic() - began < 8
    assert "1 sessions were cut off" in site.log()


def test_a_stop_without_work_takes_less_than_a_second(start_site):
    site = start_site()
    began = time.monotonic()
    assert site.stop() == 0
    assert time.monotonic() - began < 1
    assert not sockets(site)


# ── restart ──

def test_overlapped_restarts_lose_no_mail_and_double_no_ticket(start_site, start_postfix, stop_later):
    site = start_site()
    postfix = start_postfix(site.socket)
    old = []

    def one(number):
        raw = mail(message_id=f"restart{number}@test.example")
        postfix.send(raw, SENDER, ["support@example.com"])
        return number

    with Traffic(one) as traffic:
        for _ in range(20):
            before, known = site.daemon, site.log().count("started why=")
            site.daemon = site.spawn()
            stop_later(site.daemon)
            wait_until(lambda n=known: site.log().count("started why=") > n, 10, "the new process")
            before.child.send_signal(signal.SIGTERM)
            old.append(before)
            time.sleep(0.05)
    for process in old:
        assert process.child.wait(30) == 0
    delivered = postfix.wait_delivered("support@example.com", len(traffic.done), 30)
    assert len(delivered) == len(traffic.done) > 50
    marks = [triage(message) for message in delivered]
    unmarked = [row for row in marks if "Ticket" not in row]
    assert not unmarked
    assert len({row["Ticket"] for row in marks}) == len(marks)


def test_two_processes_on_one_socket_share_nothing_but_the_store(start_site, stop_later):
    """The later one has the name; the earlier one doesn't take it away when it stops."""
    site = start_site()
    first = site.daemon
    with Mta(site.socket) as with_first:
        with_first.mail()
        stop_later(first)
        site.start()
        with Mta(site.socket) as with_second:
            assert with_second.whole(headers=headers("second"))["X-Triage-Ticket"] == "SUP-1001"
        with_first.rcpt()
        with_first.data()
        with_first.eoh()
        assert added(with_first.eom()[0])["X-Triage-Ticket"] == "SUP-1002"
    assert first.stop() == 0
    with Mta(site.socket) as mta:
        assert mta.whole(headers=headers("third"))["X-Triage-Ticket"] == "SUP-1003"


def test_a_process_that_was_replaced_notices_drains_and_ends(start_site, stop_later):
    site = start_site()
    first = site.daemon
    with Mta(site.socket) as with_first:
        with_first.mail()
        stop_later(first)
        site.start()
        wait_until(lambda: "replaced why=" in site.log(), 5, "the first one")
        with Mta(site.socket) as with_second:
            assert with_second.whole(headers=headers("second"))["X-Triage-Ticket"] == "SUP-1001"
        assert first.running()
        with_first.rcpt()
        with_first.data()
        with_first.eoh()
        assert added(with_first.eom()[0])["X-Triage-Ticket"] == "SUP-1002"
    assert first.child.wait(10) == 0
    time.sleep(1.5)  # longer than the second one takes to look
    assert site.daemon.running()
    with Mta(site.socket) as mta:
        assert mta.whole(headers=headers("third"))["X-Triage-Ticket"] == "SUP-1003"
    assert sockets(site) == ["milter.sock"]


def test_a_restart_that_fails_leaves_the_running_process_its_socket(start_site):
    site = start_site()
    edit_conf(site, f"sqlite:{site.home}/triage.db", f"sqlite:{site.home}/no/such/folder/t.db")
    failed = site.spawn()
    assert failed.child.wait(10) == 73
    with Mta(site.socket) as mta:
        assert "X-Triage-Ticket" in mta.whole()
    assert sockets(site) == ["milter.sock"]


# ── death ──

def killed(site):
    site.daemon.child.kill()
    site.daemon.child.wait(10)


def test_killed_in_the_middle_of_a_message_postfix_delivers_and_we_judge_the_next(
        start_site, start_postfix, start_model, home):
    model = start_model("--delay", "30")
    site = start_site(llm=model.conf(home), support="engines = model\n    prompt = support")
    postfix = start_postfix(site.socket)
    raw = mail()
    sender = threading.Thread(target=postfix.send, args=(raw, SENDER, ["support@example.com"]))
    sender.start()
    wait_until(model.journal, 10, "the question")
    killed(site)
    sender.join(30)
    assert not triage(postfix.wait_delivered("support@example.com")[0])
    model.control(delay=0)
    site.start()
    postfix.send(raw, SENDER, ["support@example.com"])
    marks = triage(postfix.wait_delivered("support@example.com", 2)[1])
    assert marks["Status"].startswith("llm")
    assert [ticket["name"] for ticket in site.tickets()] == [marks["Ticket"]]


def test_killed_between_commit_and_marks_the_same_mail_gets_the_same_ticket(start_site):
    """The client takes nothing, so that the process dies while it writes its edits."""
    site = start_site()
    many = [("From", SENDER), ("Message-ID", "<killed@test.example>")]
    many += [(f"X-Triage-{'x' * 2000}", "forged")] * 500
    with Mta(site.socket) as mta:
        mta.message(headers=many)
        mta.send(milter.EOM)
        wait_until(lambda: site.ctl("ticket", "show", "SUP-1001").returncode == 0, 20, "the commit")
        assert "triaged " not in site.log()
        killed(site)
        with pytest.raises((Gone, ConnectionError)):
            while True:
                mta.receive()
    site.start()
    with Mta(site.socket) as mta:
        marks = mta.whole(headers=many)
        assert marks["X-Triage-Ticket"] == "SUP-1001"
    assert len(site.tickets()) == 1


def test_killed_after_the_marks_the_same_mail_gets_the_same_decision(start_site):
    site = start_site()
    with Mta(site.socket) as mta:
        first = mta.whole(headers=headers("again"))
        killed(site)
    site.start()
    with Mta(site.socket) as mta:
        again = mta.whole(headers=headers("again"))
    assert (again["X-Triage-Id"], again["X-Triage-Ticket"]) == (first["X-Triage-Id"], "SUP-1001")


@pytest.mark.skipif(not LONG, reason="LONG=1 kills at fifty moments")
def test_killed_at_any_moment_no_mail_has_two_tickets(start_site, start_postfix):
    site = start_site()
    postfix = start_postfix(site.socket)
    mails = [mail(message_id=f"kill{number}@test.example") for number in range(50)]
    for number, raw in enumerate(mails):
        sender = threading.Thread(target=postfix.send, args=(raw, SENDER, ["support@example.com"]))
        sender.start()
        time.sleep(0.001 * number)
        killed(site)
        sender.join(30)
        site.start()
    for raw in mails:
        postfix.send(raw, SENDER, ["support@example.com"])
    again = postfix.wait_delivered("support@example.com", 100, 60)
    assert len(again) == 100
    assert len(site.tickets()) == 50


# ── how it starts ──

def status_of(pid, field):
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(field + ":"):
            return line.split()[1:]
    return []


def test_the_socket_has_its_mode_and_group(start_site):
    group = grp.getgrnam("mail")
    site = start_site(top="socket_group = mail")
    about = os.stat(site.socket[5:])
    assert stat.S_IMODE(about.st_mode) == 0o666
    assert about.st_gid == group.gr_gid


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_privileges_are_dropped_and_it_serves(start_site, start_postfix, home):
    nobody = pwd.getpwnam("nobody")
    folder = home / "site"
    site = Site(folder, top="user = nobody\nsocket_group = mail")
    site.import_crm()
    for name in [folder, *folder.iterdir()]:
        os.chown(name, nobody.pw_uid, nobody.pw_gid)
    site = start_site(crm=False, top="user = nobody\nsocket_group = mail")
    pid = site.daemon.pid
    assert status_of(pid, "Uid") == [str(nobody.pw_uid)] * 4
    assert status_of(pid, "Gid") == [str(nobody.pw_gid)] * 4
    assert "0" not in status_of(pid, "Groups")
    assert status_of(pid, "CapEff") == ["0000000000000000"]
    postfix = start_postfix(site.socket)
    postfix.send(mail(), SENDER, ["support@example.com"])
    assert triage(postfix.wait_delivered("support@example.com")[0])["Ticket"] == "SUP-1001"
    assert os.stat(folder / "triage.db").st_uid == nobody.pw_uid
    assert stat.S_IMODE(os.stat(folder / "triage.db").st_mode) == 0o640
    assert site.stop() == 0
    assert not site.accepts()


def test_as_many_descriptors_as_we_may_have(start_site):
    site = start_site()
    soft, hard = resource.prlimit(site.daemon.pid, resource.RLIMIT_NOFILE)
    assert soft == hard


def background(site):
    """The exit code of the command, and the pid it leaves behind."""
    done = subprocess.run([BUILD / "triage-milter", "-c", site.conf], capture_output=True, timeout=30,
                          check=False, stdin=subprocess.DEVNULL)
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if entry.name.isdigit() and str(site.conf).encode() in words and b"-f" not in words:
            return done, int(entry.name)
    return done, None


def test_in_the_background_it_returns_when_it_can_serve(home):
    site = Site(home / "site")
    site.import_crm()
    done, pid = background(site)
    assert done.returncode == 0, done.stderr
    try:
        with Mta(site.socket) as mta:
            assert mta.whole()["X-Triage-Ticket"] == "SUP-1001"
        assert os.getsid(pid) == pid
    finally:
        stop(pid)
    assert not alive(pid)


@pytest.mark.parametrize("start", ["background", "foreground"])
def test_a_store_that_does_not_open_is_told_to_who_starts_it(home, start):
    site = Site(home / "site")
    (site.home / "triage.db").write_bytes(b"not a database" * 100)
    if start == "background":
        done, pid = background(site)
        assert pid is None
        code, told = done.returncode, done.stderr.decode()
    else:
        process = site.spawn()
        code, told = process.child.wait(10), process.output()
    assert code != 0
    assert "triage.db" in told
    assert os.listdir(site.home).count("milter.sock") == 0


@pytest.mark.parametrize("change, word", [
    (("socket_mode = 0666", "socket_mode = 0999"), "socket_mode"),
    (("socket_mode = 0666", "socket_group = no-such-group"), "no-such-group"),
    (("socket_mode = 0666", "user = no-such-user"), "no-such-user"),
    (("socket = unix:", "socket = unix:/no/such/folder"), "bind the socket")])
def test_what_cannot_be_is_said_and_ends_the_start(home, change, word):
    site = Site(home / "site")
    edit_conf(site, *change)
    process = site.spawn()
    assert process.child.wait(10) == 78
    assert word in process.output()
    assert not sockets(site)


def test_a_stop_while_the_store_is_being_opened_leaves_no_socket(home, stop_later):
    site = Site(home / "site")
    site.ctl("ticket", "list", check=True)
    with contextlib.closing(sqlite3.connect(site.home / "triage.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        process = site.spawn()
        stop_later(process)
        wait_until(lambda: sockets(site), 10, "the socket")
        time.sleep(0.3)
        process.child.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        other.execute("COMMIT")
    assert process.child.wait(20) in (0, 73)
    assert not sockets(site)


def test_what_a_killed_process_left_is_removed_by_the_next(start_site):
    """What belongs to a process that lives, is served, or is no socket, stays."""
    site = start_site()
    bound = f"{site.socket[5:]}.{site.daemon.pid}"
    os.rename(site.socket[5:], bound)  # as while it drains
    killed(site)
    kept = [f"milter.sock.{os.getpid()}", "milter.sock.4194303", "milter.sock.x"]
    with socket.socket(socket.AF_UNIX) as living, socket.socket(socket.AF_UNIX) as served:
        living.bind(str(site.home / kept[0]))
        served.bind(str(site.home / kept[1]))
        served.listen()
        (site.home / kept[2]).touch()
        assert os.path.exists(bound)
        site.start()
        assert sorted(sockets(site)) == sorted(["milter.sock", *kept])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_folder_in_which_the_user_may_not_rename_is_said_before_it_is_too_late(home):
    site = Site(home / "site", top="user = nobody")
    process = site.spawn()
    assert process.child.wait(10) == 78
    assert f"may not rename files in {site.home}" in process.output()
    assert not sockets(site)


def test_without_a_crm_it_starts_and_says_so(start_site):
    site = start_site(crm=False)
    assert "crm-unreadable" in site.log()
    assert site.ctl("check", "--online").returncode == 1
    with Mta(site.socket) as mta:
        assert mta.whole(headers=headers("first"))["X-Triage-Status"].endswith("; crm=unreadable")
        site.import_crm()
        marks = mta.whole(headers=headers("second"))
    assert marks["X-Triage-Customer"].startswith("birchandsons")
    assert "crm=" not in marks["X-Triage-Status"]


THREADS_MAX = 16


@pytest.mark.skipif(bool(os.environ.get("SAN")), reason="sanitizers want to be loaded first")
def test_whichever_thread_the_system_refuses_it_serves_or_ends_in_order(home, stop_later):
    """The first thread is GLib's, which aborts without it; the next start removes the socket."""
    library = home / "no_thread.so"
    subprocess.run([os.environ.get("CC", "cc"), "-D_GNU_SOURCE", "-shared", "-fPIC", "-o", library,
                    Path(__file__).parent / "rig/no_thread.c"], check=True)
    site = Site(home / "site", top="workers = 1")
    site.import_crm()
    codes = []
    for number in range(2, THREADS_MAX):
        (site.home / "daemon.log").unlink(missing_ok=True)
        process = site.spawn(env=dict(os.environ, LD_PRELOAD=str(library), NO_THREAD=str(number)))
        stop_later(process)
        wait_until(lambda: "started why=" in site.log() or not process.running(), 10, f"thread {number}")
        codes.append(process.child.wait(10) if not process.running() else process.stop())
        assert not sockets(site), (number, site.log())
    assert set(codes) <= {0, 69, 71, 73}, codes
    assert 71 in codes
    assert codes[-1] == 0
