# SPDX-License-Identifier: BSD-2-Clause
"""samples - all that bench/paper or net measured: what on what, each value.

Two forms hold the same. As lines, to which a script appends while it runs,
"KEY VALUE"; and as JSON, with the members "about" and "samples". A key is
about.WORD, machine.NAME (in order: those that took part), failed.NAME (with
the reason), or MACHINE.WHAT.MEASURE, once for each time it was measured.
"""

from __future__ import annotations

import math
import re
from typing import Any, Dict, List, Optional

from . import jsonio
from .errors import BadInput
from .spread import Spread, ratio, spread_of

# What files of before 2026-11-29 have for a reason.
NO_REASON = ("", "1")
FACTS = ("about", "machine", "failed")


class Samples:
    """What was measured. The attributes are for reading only."""

    def __init__(self) -> None:
        self.about: Dict[str, str] = {}
        self.label: Dict[str, str] = {}   # of each machine, in order
        self.failed: Dict[str, str] = {}  # machine, or "bench": why
        self.values: Dict[str, List[float]] = {}
        self._spreads: Dict[str, Optional[Spread]] = {}

    def add_fact(self, key: str, text: str) -> None:
        """One of about.WORD, machine.NAME, failed.NAME."""
        kind, _, word = key.partition(".")
        if kind == "failed" and text in NO_REASON:
            text = "the reason was not written down"
        {"about": self.about, "machine": self.label,
         "failed": self.failed}[kind][word] = text

    def add(self, key: str, value: Any) -> None:
        """One value of a measure; one that is no number was not measured."""
        values = self.values.setdefault(key, [])
        if not isinstance(value, bool) and isinstance(value, (int, float)) \
                and math.isfinite(value):
            values.append(float(value))

    def get(self, key: str) -> Optional[Spread]:
        """What was measured of this; None if nothing was."""
        if key not in self._spreads:
            self._spreads[key] = spread_of(self.values.get(key, []))
        return self._spreads[key]

    def ratio(self, part: str, whole: str) -> Optional[float]:
        """Of two medians; None if one was not measured."""
        return ratio(self.get(part), self.get(whole))

    @property
    def machines(self) -> List[str]:
        """The names of those that took part, in order."""
        return list(self.label)

    @property
    def paths(self) -> Dict[str, str]:
        """Each step of the I/O path that this build has: the path up to it.
        Of a record that does not say, the steps among its machines."""
        words = self.about.get("ladder", "").split()
        if not words:
            words = [name for name in self.label
                     if not re.match("native|qemu", name)]
        return {word.split(",")[-1]: word for word in words}

    def words_between(self, before: str, after: str) -> List[str]:
        """What stands between two patterns in the keys, each once, in the
        order in which they came."""
        form = re.compile(f".*{before}(.*){after}$")
        found = (form.match(key) for key in self.values)
        return list(dict.fromkeys(m.group(1) for m in found if m))

    def to_json(self) -> Dict[str, Any]:
        """The members of its JSON form."""
        facts = {f"{kind}.{word}": text for kind, table in zip(
            FACTS, (self.about, self.label, self.failed))
            for word, text in table.items()}
        return {"about": facts, "samples": {
            key: [float(f"{v:.9g}") for v in values]
            for key, values in self.values.items()}}


def read_lines(path: str) -> Samples:
    """Read what a script wrote down; BadInput if a line is not such."""
    samples = Samples()
    for at, line in enumerate(jsonio.read_text(path).splitlines(), 1):
        key, _, text = line.partition(" ")
        if key.split(".")[0] in FACTS and "." in key:
            samples.add_fact(key, text)
            continue
        try:
            samples.add(key, float(text))
        except ValueError as error:
            raise BadInput(f"{path}, line {at}: '{line}' is not a key and "
                           "a number") from error
    return samples


def _members(record: Dict[str, Any], key: str, path: str, bench: str
             ) -> Dict[str, Any]:
    """The object that is a member of @record, empty if there is none."""
    value = record.get(key, {})
    if not isinstance(value, dict):
        raise BadInput(f"{path}: \"{key}\" is not an object: this is not "
                       f"what bench/{bench} wrote")
    return value


def read_json(path: str, bench: str = "paper") -> Samples:
    """Read a record of this run or of an old one, however it is laid out.

    What it lacks was not measured. BadInput if it is not JSON, not of
    @bench, or has no value at all.
    """
    record = jsonio.read_object(path)
    samples = Samples()
    for key, text in _members(record, "about", path, bench).items():
        if key.split(".")[0] in FACTS and "." in key:
            samples.add_fact(key, str(text))
    if record.get("bench", bench) != bench:
        raise BadInput(f"{path} is not what bench/{bench} wrote, but "
                       f"bench/{record['bench']}")
    for key, values in _members(record, "samples", path, bench).items():
        if not isinstance(values, list):
            raise BadInput(f"{path}: \"{key}\" in \"samples\" is not a list "
                           "of numbers")
        for value in values:
            samples.add(key, value)
    if not any(samples.values.values()):
        raise BadInput(f"{path} is not what bench/{bench} wrote: there are "
                       "no samples in it")
    return samples
