#!/usr/bin/env python3
"""Holds the order of the folders: each includes only itself and what stands to its left, a folder's
private headers are its own, headers don't include each other in a circle, and a few libraries are
included only where they belong."""

import pathlib
import re
import sys

ORDER = ["base", "auth", "html", "quote", "language", "mail", "crm", "knowledge", "verdict", "plan", "policy", "prompt", "reply", "llm",
         "classify", "store", "site", "pipeline", "desk", "jobs", "mlfi", "console", "ctl"]
EDGES = {"mlfi", "console", "ctl"}  # they don't know each other

# Which files may include what of a library.
LIBRARIES = [
    (r"libmilter/.*", r"milter/mlfi/mlfi\.c"),
    (r"sqlite3\.h", r"include/base/sqlite\.h|tests/unit/edge_\w+\.c"),
    (r"base/sqlite\.h", r"milter/(base/sqlite\w*|crm/\w+|knowledge/\w+|store/\w+)\.[ch]"
                        r"|tests/unit/(edge_\w+\.c|store_case\.h)"),
    (r"curl/.*", r"milter/(llm/\w+|jobs/(smtp|imap|webhook|tls))\.[ch]|tests/unit/(edge_\w+\.c|fault_server\.h)"),
    (r"libpsl\.h", r"milter/base/public_suffix\.c"),
    (r"unbound\.h", r"milter/auth/resolver\.c"),
    (r"openssl/.*", r"milter/(base/digest|auth/key|mail/smime)\.c|tests/unit/auth_sign\.h"),
    (r"gmime/.*", r"milter/mail/\w+\.[ch]|milter/reply/compose\w*\.c"),
]

ROOT = pathlib.Path(__file__).resolve().parent.parent
faults = []


def includes(path):
    """(line number, header, whether in quotes) of each include."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = re.match(r'#include ([<"])([^>"]+)[>"]', line)
        if found:
            yield number, found.group(2), found.group(1) == '"'


def is_private(header):
    return not (ROOT / "include" / header).exists()


def check_library(where, name, header):
    for wanted, allowed in LIBRARIES:
        if re.fullmatch(wanted, header) and not re.fullmatch(allowed, name):
            faults.append(f"{where}: {header} doesn't belong here")


def check_order(where, folder, header):
    other = header.split("/")[0]
    if other not in ORDER or other == folder:
        return
    if ORDER.index(other) > ORDER.index(folder) or {other, folder} <= EDGES:
        faults.append(f"{where}: {folder} may not include {header}")
    if is_private(header):
        faults.append(f"{where}: {header} is private to {other}")


def check_files():
    for path in sorted([*ROOT.glob("milter/**/*.[ch]"), *ROOT.glob("include/**/*.h"),
                        *ROOT.glob("tests/unit/*.[ch]")]):
        name = path.relative_to(ROOT).as_posix()
        parts = name.split("/")
        staged = len(parts) == 3 and parts[0] != "tests"
        if staged and parts[1] not in ORDER:
            faults.append(f"{name}: {parts[1]} has no place in the order")
            continue
        for number, header, quoted in includes(path):
            check_library(f"{name}:{number}", name, header)
            if staged and quoted:
                check_order(f"{name}:{number}", parts[1], header)


def check_circles():
    """Walks from each header along what it includes; meeting one that is being walked is a circle."""
    done, walked = set(), []

    def walk(header):
        if header in walked:
            faults.append(f"{' includes '.join([*walked[walked.index(header):], header])}")
        path = next((path for path in (ROOT / "include" / header, ROOT / "milter" / header)
                     if path.exists()), None)
        if header in done or header in walked or path is None:
            return
        walked.append(header)
        for _, other, quoted in includes(path):
            if quoted:
                walk(other)
        done.add(walked.pop())

    for folder in ("include", "milter"):
        for path in sorted((ROOT / folder).glob("*/*.h")):
            walk(path.relative_to(ROOT / folder).as_posix())


check_files()
check_circles()
print("\n".join(faults) if faults else "layers: good")
sys.exit(bool(faults))
