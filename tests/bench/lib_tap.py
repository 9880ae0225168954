# SPDX-License-Identifier: BSD-2-Clause
"""lib_tap - what tests of bench/figures share: checks that print TAP lines,
the recorded files, and the package's commands.

recorded/ was written by the benches themselves on 2026-11-29, when awk made
the tables: *.json as it was written (of paper.json four machines and all
tables were taken away), *.out what was on the screen, sample.out what awk made
of result.json and the two reports, cpu_raw/ what the script of bench/cpu had
noted down.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from pathlib import Path
from typing import Callable, Iterator, List, Tuple

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[2]
RECORDED = Path(__file__).resolve().parent / "recorded"
sys.path.insert(0, str(ROOT))
failures: List[str] = []


def check(name: str, good: object, why: object = "") -> None:
    """One TAP line."""
    print(("ok " if good else "not ok ") + name)
    if not good:
        failures.append(name)
        for line in str(why).splitlines()[:12]:
            print("# " + line)


def skip(name: str, why: str) -> None:
    """One that can not be run here."""
    print(f"ok {name} # SKIP {why}")


def equal(name: str, found: object, wanted: object) -> None:
    """Both are the same."""
    check(name, found == wanted, f"is     {found}\nshould {wanted}")


def recorded(name: str) -> str:
    """A recorded file's text."""
    return (RECORDED / name).read_text(encoding="utf-8")


def run(*words: str) -> Tuple[int, str, str]:
    """A command of the package: its status, what it prints, its errors."""
    from bench.figures.commands import main
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        status = main([str(word) for word in words])
    return status, out.getvalue(), errors.getvalue()


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A folder that goes when the test ends."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def finish() -> None:
    """End, with the status that says if all was good."""
    sys.stdout.flush()
    os._exit(1 if failures else 0)


def main(*tests: Callable[[], None]) -> None:
    """Run these; an exception is a failure of its test."""
    for test in tests:
        try:
            test()
        except Exception as error:  # a test must not take others along
            import traceback
            check(test.__name__, False, traceback.format_exc() or error)
    finish()
