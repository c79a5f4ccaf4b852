# SPDX-License-Identifier: BSD-2-Clause
"""Checks that every file names its licence in its first lines."""

import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TAG = b"SPDX-License-Identifier: BSD-2-Clause"

# Text that has no room for a comment, and bytes that fuzzers start from.
WITHOUT = ("LICENSE", ".gitignore", "tests/fuzz/corpus/", "image/demo/")


def main():
    files = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others",
         "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True,
    ).stdout.decode().split("\0")
    bad = []
    for name in filter(None, files):
        path = os.path.join(ROOT, name)
        if name.startswith(WITHOUT) or not os.path.isfile(path):
            continue
        with open(path, "rb") as f:
            if TAG not in f.read(400):
                bad.append(name)
    for name in bad:
        print(f"{name}:1: no line with {TAG.decode()}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
