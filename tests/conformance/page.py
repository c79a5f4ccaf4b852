# SPDX-License-Identifier: BSD-2-Clause
"""Writes docs/conformance.md: each clause, its test, and how the last runs
ended (build/conformance/MACHINE.json, which a run leaves).

    page.py [OUT]
"""

import glob
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PAGE = os.path.join(ROOT, "docs", "conformance.md")
RESULTS = os.path.join(ROOT, "build", "conformance")
sys.path.insert(0, HERE)
for folder in ("image", "tests/system"):
    sys.path.insert(0, os.path.join(ROOT, folder))

from clauses import load  # noqa: E402
from machines import MACHINES  # noqa: E402

COLUMNS = [*MACHINES, "linux"]
WORDS = {"passed": "ok", "failed": "**fails**", "differs": "differs", "": "-"}

HEAD = """<!-- SPDX-License-Identifier: BSD-2-Clause -->
<!-- Written by `make conformance-page`. -->
# Conformance

What the RFCs ask of a router, clause by clause. Each row is a test of `tests/conformance/`: frames go into a router
in QEMU by its NICs, and all that comes out, and every drop counter, must be as the clause says.

* `make conformance` puts all clauses to Barewire, on the four machines of the columns: NIC model and number of cores.
* `make conformance-linux` puts the same to Linux, Debian's kernel, as the router. Where Linux differs, the last table says why;
  the test then fails if Linux does *not* differ.
* `make conformance-page` runs both and writes this page.
"""


def standard(name):
    """The kind of document and its number: RFCs are the first kind."""
    kind, number = re.match(r"(rfc|ieee)(\d+)", name).groups()
    return kind == "ieee", int(number)


def title(of):
    is_ieee, number = of
    return f"IEEE {number}.1Q" if is_ieee else f"RFC {number}"


def sections(clauses):
    """Clauses by document, in order of number and then as they were
    written."""
    found = {}
    for clause in clauses.values():
        found.setdefault(standard(clause.name), []).append(clause)
    return sorted(found.items())


def row_key(clause):
    """What a page must have of a clause, whatever the results."""
    return f"| `{clause.name}` | {clause.says} |"


def results():
    found = {}
    for path in glob.glob(os.path.join(RESULTS, "*.json")):
        with open(path, encoding="utf-8") as f:
            found[os.path.basename(path)[:-5]] = json.load(f)
    return found


def page(clauses, found):
    lines = [HEAD, f"{len(clauses)} clauses.", ""]
    for document, rows in sections(clauses):
        lines += [f"## {title(document)}", "",
                  "| test | what is asked | " + " | ".join(COLUMNS) + " |",
                  "|---|---|" + "---|" * len(COLUMNS)]
        for clause in rows:
            verdicts = [WORDS[found.get(m, {}).get(clause.name, "")]
                        for m in COLUMNS]
            lines.append(f"{row_key(clause)} " + " | ".join(verdicts) + " |")
        lines.append("")
    lines += ["## Where Linux differs", "", "| test | why |", "|---|---|"]
    lines += [f"| `{c.name}` | {c.linux} |" for _, rows in sections(clauses)
              for c in rows if c.linux]
    return "\n".join(lines) + "\n"


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else PAGE
    with open(out, "w", encoding="utf-8") as f:
        f.write(page(load(), results()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
