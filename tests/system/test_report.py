# SPDX-License-Identifier: BSD-2-Clause
"""What `make test` shows of tests that fail."""

import os
import subprocess
import sys

from lab import ROOT

sys.path.insert(0, os.path.join(ROOT, "tests"))

from run import brief  # noqa: E402

FAILING = """
import pytest

@pytest.fixture(scope="module")
def lab():
    print("its log")
    raise TimeoutError("no ready")

@pytest.mark.parametrize("n", range(55))
def test_it(lab, n):
    pass

def test_two():
    assert 1 + 1 == 3

def test_three():
    pass
"""


def test_a_failure_that_many_share_is_shown_once(tmp_path):
    path = tmp_path / "test_failing.py"
    path.write_text(FAILING)
    output = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
         "--durations=5", str(path)],
        cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    shown = brief(output)
    first, second = shown.split("____ ")[0].split("\ntest_two\n")
    assert first.startswith("ERROR at setup of test_it[0], and so 54 more")
    assert "E       TimeoutError: no ready" in first
    assert "E       assert (1 + 1) == 3" in second
    assert shown.count("\nits log\n") == 1
    assert shown.count('raise TimeoutError("no ready")') == 1
    assert shown.count("def test_two():") == 1
    assert "test_three" not in shown


def test_what_is_no_report_is_shown_as_it_is():
    assert brief("no module named pytest\n") == "no module named pytest\n"
