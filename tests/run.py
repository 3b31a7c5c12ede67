#!/usr/bin/env python3
"""Runs everything that tests: the unit programs named on the command line, the fuzzers for some seconds
each, the layer check, and the end-to-end tests by pytest.  Prints what failed in full and closes with
one line that counts it all."""

import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SAN = os.environ.get("SAN", "")
FUZZ_SECONDS = int(os.environ.get("FUZZ_SECONDS", "3"))
ENVIRONMENT = dict(
    os.environ, G_DEBUG="fatal-warnings", TRIAGE_SOURCE=str(ROOT),
    ASAN_OPTIONS="handle_segv=2:detect_stack_use_after_return=1",
    UBSAN_OPTIONS="print_stacktrace=1",
    LSAN_OPTIONS=f"suppressions={ROOT}/tests/lsan.supp:print_suppressions=0",
    TSAN_OPTIONS=f"suppressions={ROOT}/tests/tsan.supp:halt_on_error=1")

passed = failed = skipped = 0


def run(words, seconds):
    """Exit code and output of a command; a hang counts as a failure."""
    try:
        done = subprocess.run(words, cwd=ROOT, env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds,
                              check=False)
        return done.returncode, done.stdout.decode("utf-8", "replace")
    except subprocess.TimeoutExpired as hang:
        return 124, (hang.stdout or b"").decode("utf-8", "replace") + f"\nno end after {seconds} s\n"


def count(good, bad, skip=0):
    global passed, failed, skipped
    passed, failed, skipped = passed + good, failed + bad, skipped + skip


def report(name, good, bad, started, output):
    print(f"{'ok  ' if not bad else 'FAIL'} {name:<44} {good:4} passed  {time.time() - started:5.1f} s",
          flush=True)
    if bad:
        print(output, flush=True)


def unit(program):
    """A cmocka program: it counts its own tests."""
    started = time.time()
    code, output = run([program], 300)
    good = sum(int(n) for n in re.findall(r"\[  PASSED  \] (\d+) test", output))
    skip = sum(int(n) for n in re.findall(r"\[  SKIPPED \] (\d+) test", output))
    bad = sum(int(n) for n in re.findall(r"\[  FAILED  \] (\d+) test", output))
    bad = max(bad, 1 if code else 0)
    count(good, bad, skip)
    report(pathlib.Path(program).name, good, bad, started, output)


def fuzz(program):
    """A libFuzzer target, seeded from its folder in tests/corpus where there is one."""
    started = time.time()
    name = program.name.removeprefix("fuzz_")
    found = ROOT / "build/fuzz/found" / name
    found.mkdir(parents=True, exist_ok=True)
    seeds = [str(folder) for folder in [ROOT / "tests/corpus" / name] if folder.is_dir()]
    code, output = run([str(program), f"-max_total_time={FUZZ_SECONDS}", "-timeout=10",
                        "-rss_limit_mb=2048", "-max_len=65536", f"-artifact_prefix={found}/",
                        "-print_final_stats=0", "-verbosity=0", str(found), *seeds],
                       FUZZ_SECONDS + 120)
    count(0 if code else 1, 1 if code else 0)
    report(program.name, 0 if code else 1, code, started, output[-6000:])


def layers():
    started = time.time()
    code, output = run([sys.executable, "tests/layers.py"], 60)
    count(0 if code else 1, 1 if code else 0)
    report("layers", 0 if code else 1, code, started, output)


def end_to_end():
    """pytest closes with "5 passed, 1 skipped in 3.2s"."""
    started = time.time()
    code, output = run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"], 3000)
    closing = output.strip().splitlines()[-1] if output.strip() else ""
    numbers = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|error|skipped)", closing)}
    bad = numbers.get("failed", 0) + numbers.get("error", 0)
    bad = max(bad, 1 if code else 0)
    count(numbers.get("passed", 0), bad, numbers.get("skipped", 0))
    report("end to end (pytest)", numbers.get("passed", 0), bad, started, output)


for unit_program in sys.argv[1:]:
    unit(unit_program)
if not SAN:
    for fuzzer in sorted((ROOT / "build/fuzz").glob("fuzz_*")):
        fuzz(fuzzer)
layers()
end_to_end()
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(1 if failed else 0)
