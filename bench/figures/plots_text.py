# SPDX-License-Identifier: BSD-2-Clause
"""plots_text - what a plot shows, in words, for who can not see it."""

from __future__ import annotations

from .document import Plot
from .spread import cell


def alt_text(plot: Plot) -> str:
    """The title, the unit, and each series' values in the axis' order."""
    series = (f"{s.name}: " + ", ".join(
        f"{place} {cell(point, s.absent)}"
        for place, point in zip(plot.places, s.points) if point
        or not s.dashed) for s in plot.series)
    return f"{plot.title}, in {plot.unit}. " + "; ".join(series) + "."
