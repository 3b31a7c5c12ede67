#!/usr/bin/env python3
"""Holds the order of the folders: each includes only itself and what stands to its left, and a few
libraries are included only where they belong."""

import pathlib
import re
import sys

ORDER = ["base", "mail", "crm", "verdict", "plan", "policy", "prompt", "reply", "llm", "classify",
         "store", "site", "pipeline", "desk", "jobs", "mlfi", "ctl"]
SAME_RANK = {"mlfi", "ctl"}  # edges don't know each other

# Which files may include a library's header.
LIBRARIES = {
    "libmilter/mfapi.h": r"milter/mlfi/mlfi\.c",
    "sqlite3.h": r"(include/base/sqlite\.h|tests/unit/edge_\w+\.c)",
    "base/sqlite.h": r"(milter/(base/sqlite|crm/\w+|store/\w+)\.[ch]|tests/unit/edge_\w+\.c)",
    "curl/curl.h": r"(milter/llm/\w+\.[ch]|tests/unit/edge_\w+\.c)",
    "gmime/gmime.h": r"milter/mail/\w+\.[ch]",
    "libxml/HTMLparser.h": r"milter/mail/html_\w+\.[ch]",
}

root = pathlib.Path(__file__).resolve().parent.parent
faults = []
for path in sorted([*root.glob("milter/**/*.[ch]"), *root.glob("include/**/*.h"),
                    *root.glob("tests/unit/*.c")]):
    name = path.relative_to(root).as_posix()
    parts = name.split("/")
    folder = parts[1] if len(parts) == 3 and parts[0] != "tests" else None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = re.match(r'#include [<"]([^>"]+)[>"]', line)
        if not found:
            continue
        header = found.group(1)
        allowed = LIBRARIES.get(header)
        if allowed and not re.fullmatch(allowed, name):
            faults.append(f"{name}:{number}: {header} doesn't belong here")
        other = header.split("/")[0]
        if folder is None or other not in ORDER or '"' not in line:
            continue
        if ORDER.index(other) > ORDER.index(folder) or \
                (other != folder and {other, folder} <= SAME_RANK):
            faults.append(f"{name}:{number}: {folder} may not include {header}")
        private = not (root / "include" / header).exists()
        if private and other != folder:
            faults.append(f"{name}:{number}: {header} is private to {other}")
print("\n".join(faults) if faults else "layers: good")
sys.exit(bool(faults))
