# SPDX-License-Identifier: BSD-2-Clause
"""real_where - where the time of a row of bench/real went: sums, over all
rounds, of what Hostel's report grew by while it ran. "times" is how often the
row did its thing, "vmm.ROW" milliseconds of the VMM's, all else are counts.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from . import jsonio
from .columns import short


class Where:
    """The sums of each row."""

    def __init__(self) -> None:
        self.sums: Dict[str, Dict[str, float]] = {}

    def add(self, row: str, key: str, value: float) -> None:
        """One difference more."""
        sums = self.sums.setdefault(row, {})
        sums[key] = sums.get(key, 0) + value

    def _shares(self, row: str) -> str:
        """The VMM's time by its rows, the five largest first; those of less
        than 2 % are left out."""
        found = {key[len("vmm."):]: value for key, value
                 in self.sums[row].items() if key.startswith("vmm.")}
        whole = sum(found.values())
        large = [(name, value) for name, value in found.items()
                 if value > 0 and value * 50 >= whole]
        large.sort(key=lambda pair: -pair[1])
        return ", ".join(f"{100 * value / whole:.0f} % "
                         f"{name.replace('_', ' ')}"
                         for name, value in large[:5])

    def _each(self, row: str, key: str, unit: float = 1) -> str:
        """A count for each time that the row did its thing."""
        sums = self.sums[row]
        value = sums.get(key, 0) / sums["times"] / unit
        return f"{value:.2g}" if value < 10 else f"{value:.0f}"

    def _share(self, row: str, whole: str, part: str, words: str) -> str:
        """How much of what was translated was so before, since power-on; ""
        if nothing was looked at."""
        sums = self.sums[row]
        if not sums.get(whole):
            return ""
        return f" ({100 * sums.get(part, 0) / sums[whole]:.1f} % {words})"

    def _avoided(self, row: str) -> str:
        """Pages shown with no fault of their own, each time; "" if the record
        does not know."""
        sums = self.sums[row]
        if "pages_shown" not in sums:
            return ""
        hidden = sums.get("faults_hidden", 0)
        each = (sums["pages_shown"] - hidden) / sums["times"]
        return f"{each:.2g} avoided, " if each < 10 else \
            f"{each:.0f} avoided, "

    def lines(self, row: str) -> List[str]:
        """Two lines, or nothing if no report has it."""
        if not self.sums.get(row, {}).get("times"):
            return []
        anew = self._share(row, "sampled_fragments", "sampled_fragments_anew",
                           "made anew")
        again = self._share(row, "sampled_bytes", "sampled_bytes_again",
                            "in others before")
        text = (f"    each time {self._each(row, 'fragments')} fragments"
                f"{anew} of "
                f"{self._each(row, 'guest_bytes', 1024)} KB{again}, "
                f"host faults: {self._each(row, 'faults_hidden')} hidden, "
                f"{self._avoided(row)}"
                f"{self._each(row, 'faults_guest')} the guest's; "
                f"{self._each(row, 'maps')} maps, "
                f"{self._each(row, 'unmaps')} unmaps")
        flushes = self.sums[row].get("cache_flushes")
        if flushes:
            text += f"; in all the cache was emptied {flushes:.0f} times"
        return [f"    {self._shares(row)}", text]

    def json(self, row: str) -> Optional[Dict[str, float]]:
        """All of it."""
        sums = self.sums.get(row, {})
        if not sums.get("times"):
            return None
        return {key: short(value) for key, value in sums.items()}


def read_where(path: str) -> Where:
    """Read lines "ROW KEY DIFFERENCE"."""
    where = Where()
    for row, key, value in jsonio.read_triples(
            path, "a row, a key and a number"):
        where.add(row, key, value)
    return where


def where_of_record(rows: Dict[str, Any]) -> Where:
    """Where time went, from a record's rows; what is no number is left out."""
    where = Where()
    for row, cells in rows.items():
        sums = cells.get("where") if isinstance(cells, dict) else None
        for key, value in (sums if isinstance(sums, dict) else {}).items():
            if isinstance(value, (int, float)):
                where.add(row, key, value)
    return where
