# SPDX-License-Identifier: BSD-2-Clause
"""The list of clauses. How to add one: README.md."""

import glob
import importlib
import os
from dataclasses import dataclass
from typing import Callable, Optional

HERE = os.path.dirname(os.path.abspath(__file__))
ANY = None  # as `drops`: not looked at
CLAUSES = {}


@dataclass(frozen=True)
class Clause:
    """`says` is what the RFC asks for, in one line. `linux` is why Linux
    differs: then it must."""

    name: str
    says: str
    run: Callable
    linux: Optional[str]


def add(name, says, run, linux):
    assert name not in CLAUSES, name
    assert not set("\n|") & set(says), name
    CLAUSES[name] = Clause(name, says, run, linux)


def clause(name, says, *, send, out=(), drops=(), linux=None, wait=None,
           filtered=False):
    """One row: see Lab.check()."""
    send = [send] if isinstance(send, tuple) else list(send)
    out = list(out) if isinstance(out, (list, tuple)) else [out]

    def run(lab):
        lab.check(send, out, drops, wait=wait, filtered=filtered)

    add(name, says, run, linux)


def involved(linux=None):
    """For a function of the lab: its name is the clause's, its docstring
    what the RFC says."""
    def decorate(function):
        says = " ".join(function.__doc__.split())
        add(function.__name__, says, function, linux)
        return function
    return decorate


def load():
    """Every clause of every file; returns them by name."""
    for path in sorted(glob.glob(os.path.join(HERE, "*[0-9]*.py"))):
        importlib.import_module(os.path.basename(path)[:-3])
    return CLAUSES
