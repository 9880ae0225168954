# SPDX-License-Identifier: BSD-2-Clause
"""spread - a value that was measured several times, and how it is written.

A spread is never empty: what was not measured is None, which is not 0.
"""

from __future__ import annotations

from typing import NamedTuple, Optional, Sequence

NONE = "-"          # there is no such value
UNMEASURED = "n/m"  # there is one, and it was not measured
LEGEND = f"{UNMEASURED}: not measured; {NONE}: there is no such value."


class Spread(NamedTuple):
    """The middle one of several values, the least, the greatest, how many."""

    median: float
    low: float
    high: float
    count: int

    def times(self, factor: float) -> Spread:
        """In another unit."""
        return Spread(self.median * factor, self.low * factor,
                      self.high * factor, self.count)


def spread_of(values: Sequence[float]) -> Optional[Spread]:
    """Of an even number of values the lower of the two middle ones."""
    if not values:
        return None
    ordered = sorted(values)
    return Spread(ordered[(len(ordered) - 1) // 2], ordered[0], ordered[-1],
                  len(ordered))


def number(value: float) -> str:
    """Three figures that count, and no more places than that takes."""
    size = abs(value)
    if size >= 99.95:
        return f"{value:.0f}"
    if size >= 9.995 or value == 0:
        return f"{value:.1f}"
    return f"{value:.2f}" if size >= 0.1 else f"{value:.3f}"


def cell(spread: Optional[Spread], absent: str = UNMEASURED) -> str:
    """The median, or why there is none."""
    return number(spread.median) if spread else absent


def ranged(spread: Optional[Spread], absent: str = UNMEASURED) -> str:
    """The median, and the range where it was measured more than once."""
    if not spread or spread.count < 2:
        return cell(spread, absent)
    return (f"{number(spread.median)} ({number(spread.low)}-"
            f"{number(spread.high)})")


def ratio(part: Optional[Spread], whole: Optional[Spread]) -> Optional[float]:
    """Of two medians; None if one is missing or there is nothing to divide
    by."""
    if not part or not whole or whole.median <= 0:
        return None
    return part.median / whole.median
