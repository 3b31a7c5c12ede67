"""Processes that we start, wait for, and stop by id."""

import os
import signal
import socket
import subprocess
import time


def wait_until(condition, seconds, what, pause=0.02):
    """Polls until condition() is true; raises after so many seconds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(pause)


def free_port():
    """A TCP port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    """Does anybody listen there?  Looked up, not tried: a filter would see the attempt."""
    wanted = f"0100007F:{port:04X}"
    with open("/proc/net/tcp", encoding="ascii") as table:
        return any(f" {wanted} " in line and " 0A " in line for line in table)


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def stop(pid, seconds=15):
    """SIGTERM, and SIGKILL if that wasn't enough."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(pid, number)
            wait_until(lambda: not alive(pid), seconds, f"process {pid}")
            return
        except ProcessLookupError:
            return
        except TimeoutError:
            continue


class Process:
    """A child with its output in a file."""

    def __init__(self, words, log, **options):
        self.log = log
        with open(log, "ab") as out:
            self.child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                          **options)

    @property
    def pid(self):
        return self.child.pid

    def running(self):
        return self.child.poll() is None

    def stop(self, number=signal.SIGTERM, seconds=40):
        if self.running():
            self.child.send_signal(number)
            try:
                self.child.wait(seconds)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait(5)
        return self.child.returncode

    def output(self):
        with open(self.log, encoding="utf-8", errors="replace") as text:
            return text.read()
