# SPDX-License-Identifier: BSD-2-Clause
"""docs/conformance.md lists exactly the clauses that there are."""

import re

from clauses import load
from page import PAGE, row_key


def test_page_lists_every_clause_and_no_other():
    with open(PAGE, encoding="utf-8") as f:
        text = f.read()
    clauses = load()
    listed = set(re.findall(r"^\| `(?:rfc|ieee)\w+` \| [^|]* \|(?= [^|]* \|)",
                            text, re.M))
    assert listed == {row_key(c) for c in clauses.values()}, \
        "make conformance-page writes it anew"
    differences = dict(re.findall(
        r"^\| `((?:rfc|ieee)\w+)` \| ([^|]*) \|$", text, re.M))
    assert differences == {c.name: c.linux for c in clauses.values()
                           if c.linux}
