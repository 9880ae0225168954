# SPDX-License-Identifier: BSD-2-Clause
"""report - what Hostel's report says: one, or the difference of two.

A report is flattened: each value has a path, its names joined by dots, the
index for an element of a list, and "_" for blanks. What ends in a counter
only grows, so the difference of two reports is what was done between them.
"""

from __future__ import annotations

import re
from typing import Any, Dict, Iterator, List, Tuple

from . import jsonio

Line = Tuple[str, float]


def flatten(value: Any, path: str = "") -> Iterator[Tuple[str, Any]]:
    """All values with their paths."""
    if isinstance(value, (dict, list)):
        members = value.items() if isinstance(value, dict) \
            else enumerate(value)
        for name, member in members:
            word = str(name).replace(" ", "_")
            yield from flatten(member, f"{path}.{word}" if path else word)
    else:
        yield path, value


def is_number(value: Any) -> bool:
    """true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


class Difference:
    """What a Hostel did between two reports."""

    def __init__(self, before: Dict[str, Any], after: Dict[str, Any]) -> None:
        self.before = dict(flatten(before))
        self.after = dict(flatten(after))

    def grown(self, path: str) -> float:
        """By how much a counter grew; 0 if there is no such counter."""
        new, old = self.after.get(path, 0), self.before.get(path, 0)
        return ((new if is_number(new) else 0)
                - (old if is_number(old) else 0))

    def paths(self, pattern: str) -> List[str]:
        """Those of the numbers that match, in the report's order."""
        form = re.compile(pattern)
        return [path for path, value in self.after.items()
                if is_number(value) and form.search(path)]

    def sum(self, pattern: str) -> float:
        """By how much all that match grew."""
        return sum(self.grown(path) for path in self.paths(pattern))


def read_difference(before: str, after: str) -> Difference:
    """Of two files, each with a report, the newest at its end."""
    return Difference(jsonio.last_object(before), jsonio.last_object(after))


# --- the steps of a frame's way ---------------------------------------------

def steps(name: str, report: Dict[str, Any]) -> Iterator[Line]:
    """How long each step took, of a machine with --stamps, in us."""
    for way in ("way_out", "way_in"):
        for step in report.get(way, {}).get("steps", []):
            if is_number(step.get("median_us")):
                word = step.get("step", "?").replace(" ", "_")
                yield f"{name}.{way}.{word}", step["median_us"]


# --- where a row of bench/real spent its time -------------------------------

def row_difference(name: str, times: str, found: Difference) -> List[str]:
    """What grew, as lines "NAME KEY DIFFERENCE": for rows of the VMM's time
    the key is "vmm." and the row, for translations the count's name."""
    lines = [f"{name} times {times}"]
    for path in found.paths(r"^translations\.|^vmm_rows\..*\.cpu_ms$"):
        key = re.sub(r"^vmm_rows\.(.*)\.cpu_ms$", r"vmm.\1", path)
        key = re.sub(r"^translations\.", "", key)
        if found.grown(path) > 0:
            lines.append(f"{name} {key} {found.grown(path):.6g}")
    return lines
