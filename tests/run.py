#!/usr/bin/env python3
"""Runs everything that tests: the unit programs named on the command line, the fuzzers for some seconds
each, the layer check, and what pytest finds.  Prints what failed in full and closes with one line that
counts it all.

    FUZZ_SECONDS   how long each fuzzer looks for something new; without it, each runs over the same
                   5,000 inputs every time
    LONG           tests that have a long form run that, and have an hour for it
    SAN            the sanitizers the programs were built with; fuzzers have their own and are left out
    TRIAGE_BUILD   where the programs are (build)
"""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SAN = os.environ.get("SAN", "")
FUZZ_SECONDS = int(os.environ.get("FUZZ_SECONDS", "0"))
FUZZ_EFFORT = ([f"-max_total_time={FUZZ_SECONDS}"] if FUZZ_SECONDS else
               ["-seed=1", "-runs=5000", "-max_total_time=60"])

LONG = bool(os.environ.get("LONG"))
UNIT_LIMIT, FUZZ_LIMIT, LAYERS_LIMIT, PYTEST_LIMIT = 3600 if LONG else 300, FUZZ_SECONDS + 120, 60, 3600
# What fuzzers begin with, beside a folder of their own name in tests/corpus.
SEEDS = {
    "conf": ["conf"],
    "csv": ["contrib/demo/crm"],
    "html": ["tests/corpus/hidden"],
    "mail": ["contrib/demo/mails"] + [f"tests/corpus/{trouble}" for trouble in
                                      ("mime", "broken", "charset", "attachments",
                                       "automatic", "bounces", "threads")],
    "markdown": ["contrib/demo/knowledge"],
    "policy": ["policies"],
    "prompt": ["prompts/support", "prompts/sales"],
    "quote": ["tests/corpus/quotes"],
    "report": ["tests/corpus/bounces", "tests/corpus/forms"],
}

NO_TESTS = 5  # pytest's exit code for "nothing was collected"

ENVIRONMENT = dict(
    os.environ, G_DEBUG="fatal-warnings",
    TRIAGE_BUILD=str((ROOT / os.environ.get("TRIAGE_BUILD", "build")).resolve()),
    G_SLICE="always-malloc",  # sanitizers see neither GLib's own allocator nor its locks
    ASAN_OPTIONS="handle_segv=2:detect_stack_use_after_return=1",
    UBSAN_OPTIONS="print_stacktrace=1",
    LSAN_OPTIONS=f"suppressions={ROOT}/tests/lsan.supp:print_suppressions=0",
    TSAN_OPTIONS=f"suppressions={ROOT}/tests/tsan.supp:halt_on_error=1:atexit_sleep_ms=0")

# The daemon's leaks are told apart by what stands above GMime, which only the slow unwinder sees.
WHOLE_STACKS = dict(ENVIRONMENT,
                    ASAN_OPTIONS=ENVIRONMENT["ASAN_OPTIONS"] + ":fast_unwind_on_malloc=0")


class Part:
    """What one program said: how many passed, failed, were skipped, and its output."""

    def __init__(self, name, words, seconds, environment=None):
        started = time.monotonic()
        self.name = name
        self.code, self.output = run(words, seconds, environment or ENVIRONMENT)
        self.seconds = time.monotonic() - started
        self.passed, self.failed, self.skipped = (0, 1, 0) if self.code else (1, 0, 0)

    def counted(self, passed, failed, skipped):
        """Takes the program's own count; whatever it says, an exit code is a failure."""
        self.passed, self.skipped = passed, skipped
        self.failed = max(failed, 1 if self.code else 0)
        return self

    def report(self):
        verdict = "FAIL" if self.failed else "ok  "
        print(f"{verdict} {self.name:<44} {self.passed:5} passed {self.seconds:7.1f} s", flush=True)
        if self.failed:
            print(self.output, flush=True)
        return self


def run(words, seconds, environment):
    """Exit code and output of a command; a hang counts as a failure."""
    try:
        done = subprocess.run(words, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds,
                              check=False)
        return done.returncode, done.stdout.decode("utf-8", "replace")
    except subprocess.TimeoutExpired as hang:
        return 124, (hang.stdout or b"").decode("utf-8", "replace") + f"\nno end after {seconds} s\n"


def unit(program):
    """A cmocka program: it counts its own tests."""
    part = Part(pathlib.Path(program).name, [program], UNIT_LIMIT)
    numbers = [sum(int(n) for n in re.findall(rf"^\[ +{word} +\] (\d+) test", part.output, re.M))
               for word in ("PASSED", "FAILED", "SKIPPED")]
    return part.counted(*numbers)


def fuzz(program):
    """A libFuzzer target.  What a long run finds stays below build/ and is its seed the next time."""
    name = program.name.removeprefix("fuzz_")
    found, crashes = (ROOT / "build/fuzz" / folder / name for folder in ("found", "crashes"))
    if not FUZZ_SECONDS:
        found = ROOT / "build/fuzz/new" / name
        shutil.rmtree(found, ignore_errors=True)
    found.mkdir(parents=True, exist_ok=True)
    crashes.mkdir(parents=True, exist_ok=True)
    folders = [ROOT / folder for folder in [f"tests/corpus/{name}", *SEEDS.get(name, [])]]
    seeds = [str(folder) for folder in folders if folder.is_dir()]
    part = Part(program.name, [
        str(program), *FUZZ_EFFORT, "-timeout=10", "-rss_limit_mb=2048",
        "-max_len=16384", f"-artifact_prefix={crashes}/", "-verbosity=0", str(found), *seeds],
        FUZZ_LIMIT)
    part.output = part.output[-8000:]
    return part


def layers():
    return Part("layers", [sys.executable, "tests/layers.py"], LAYERS_LIMIT)


def scripts():
    """pytest closes with "5 passed, 1 skipped in 3.2s".  Engines of others have targets of their own."""
    part = Part("pytest", [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
                           "--ignore=tests/engines", "tests"],
                PYTEST_LIMIT, WHOLE_STACKS)
    if part.code == NO_TESTS:
        part.code = 0
    closing = part.output.strip().rpartition("\n")[2]
    numbers = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|error|skipped)", closing)}
    return part.counted(numbers.get("passed", 0), numbers.get("failed", 0) + numbers.get("error", 0),
                        numbers.get("skipped", 0))


def main():
    parts = [unit(program).report() for program in sys.argv[1:]]
    if not SAN:
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            fuzzers = sorted((ROOT / "build/fuzz").glob("fuzz_*"))
            parts += [part.report() for part in pool.map(fuzz, fuzzers)]
    parts += [layers().report(), scripts().report()]

    passed, failed, skipped = (sum(getattr(part, count) for part in parts)
                               for count in ("passed", "failed", "skipped"))
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
