# SPDX-License-Identifier: BSD-2-Clause
"""A test for each clause: its name is the clause's."""

import pytest
from check import Differs
from clauses import load


def case_of(clause):
    """Where Linux is said to differ, it must."""
    @pytest.mark.clause
    def test(lab):
        lab.differed = lab.linux and clause.linux
        if not lab.differed:
            clause.run(lab)
            return
        with pytest.raises(Differs):
            clause.run(lab)

    test.__name__ = clause.name
    test.__doc__ = clause.says
    return test


for _clause in load().values():
    globals()[_clause.name] = case_of(_clause)
