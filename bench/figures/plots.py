# SPDX-License-Identifier: BSD-2-Clause
"""plots - a document's plots as drawings: SVG, as text.

Where a value was measured more than once, its range is drawn. Each bar has
its value printed, and one that was not measured says so, so that it is not
taken for 0. Needs matplotlib (Debian: python3-matplotlib; 3.3 will do).
"""

from __future__ import annotations

import io
from typing import Any, List, Optional, Tuple

import matplotlib
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from .document import Plot, Series
from .spread import Spread, number

WIDE = 10.5      # inches, of which each is 72 points
BAR = 0.19       # inches that a bar takes where bars lie
GROUP = 0.16     # and the gap between two groups
FLOOR = 0.6      # where a log axis begins, as a part of its least value

matplotlib.rcParams.update({
    "font.size": 10, "axes.titlesize": 11, "axes.spines.top": False,
    "axes.spines.right": False, "axes.axisbelow": True,
    "svg.hashsalt": "hostel", "svg.fonttype": "path",
})


def _errors(points: List[Spread]) -> Tuple[List[float], List[float]]:
    """How far ranges reach below and above their medians."""
    return ([p.median - p.low for p in points],
            [p.high - p.median for p in points])


def _ranges(points: List[Optional[Spread]]) -> List[int]:
    """Which of them have a range."""
    return [i for i, p in enumerate(points) if p and p.high > p.low]


def _floor(plot: Plot) -> float:
    """Where the axis of values begins."""
    if not plot.log:
        return 0
    least = [p.low for s in plot.series for p in s.points
             if p and p.low > 0]
    return min(least) * FLOOR if least else 0.1


def _ends(plot: Plot) -> float:
    """The greatest value."""
    return max(p.high for s in plot.series for p in s.points if p)


def _scale(axes: Any, plot: Plot, lying: bool) -> None:
    """The axis of values, with room for what is printed behind bars."""
    low, high = _floor(plot), _ends(plot)
    if plot.log:
        top = high * (high / low) ** 0.08 * 1.1
        (axes.set_xscale if lying else axes.set_yscale)("log")
        axis = axes.xaxis if lying else axes.yaxis
        axis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
    else:
        top = high * 1.12 or 1
    (axes.set_xlim if lying else axes.set_ylim)(low, top)
    (axes.set_xlabel if lying else axes.set_ylabel)(plot.unit)
    axes.grid(axis="x" if lying else "y", color="#dddddd", linewidth=0.6)


def _value_text(point: Optional[Spread], absent: str) -> str:
    """What is printed at a bar."""
    if not point:
        return absent
    if 0 < abs(point.median) < 0.0995:
        return f"{point.median:.2g}"
    return "0" if point.median == 0 else number(point.median)


def _bars(axes: Any, plot: Plot, series: Series, at: List[float],
          thick: float, lying: bool) -> None:
    """One series, with values and ranges; bars of a log axis that are 0, or
    less than it shows, are left to their printed value."""
    floor = _floor(plot)
    lengths = [max(p.median, floor) - floor if p else 0
               for p in series.points]
    draw = axes.barh if lying else axes.bar
    base = {"left" if lying else "bottom": floor}
    draw(at, lengths, thick, color=series.colour, edgecolor="white",
         linewidth=0.5, label=series.name, **base)
    shown = _ranges(series.points)
    if shown:
        points = [series.points[i] for i in shown]
        middle, where = [p.median for p in points], [at[i] for i in shown]
        how = {"xerr" if lying else "yerr": _errors(points)}
        axes.errorbar(middle if lying else where, where if lying else middle,
                      fmt="none", ecolor="#222222", elinewidth=1, capsize=2,
                      **how)
    for where, point in zip(at, series.points):
        end = max(point.high, floor) if point else floor
        grey = "#222222" if point else "#777777"
        axes.annotate(
            _value_text(point, series.absent),
            (end, where) if lying else (where, end),
            xytext=(3, 0) if lying else (0, 2), textcoords="offset points",
            ha="left" if lying else "center",
            va="center" if lying else "bottom", fontsize=7.5, color=grey)


def _draw_bars(axes: Any, plot: Plot) -> None:
    """Groups of bars, upright or lying."""
    lying = plot.kind == "rows"
    n = len(plot.series)
    thick = BAR / (BAR * n + GROUP) if lying else 0.8 / n
    for i, series in enumerate(plot.series):
        off = (i - (n - 1) / 2) * thick
        _bars(axes, plot, series, [j + off for j in range(len(plot.places))],
              thick, lying)
    ticks = range(len(plot.places))
    if lying:
        axes.set_yticks(list(ticks))
        axes.set_yticklabels(plot.places)
        axes.set_ylim(len(plot.places) - 0.5, -0.5)
    else:
        axes.set_xticks(list(ticks))
        axes.set_xticklabels(plot.places)
    _scale(axes, plot, lying)


def _draw_lines(axes: Any, plot: Plot) -> None:
    """Lines over places that are evenly spaced: powers of two."""
    for series in plot.series:
        there = [i for i, p in enumerate(series.points) if p]
        points = [p for p in series.points if p]
        axes.errorbar(
            there, [p.median for p in points], yerr=_errors(points),
            color=series.colour, linestyle="--" if series.dashed else "-",
            marker=series.marker, markersize=4, capsize=2, elinewidth=1,
            linewidth=1.1 if series.dashed else 1.8, label=series.name,
            alpha=0.75 if series.dashed else 1)
    axes.set_xticks(range(len(plot.places)))
    axes.set_xticklabels(plot.places)
    axes.set_xlim(-0.2, len(plot.places) - 0.8)
    axes.set_xlabel(plot.axis)
    _scale(axes, plot, False)


def _height(plot: Plot) -> float:
    """Of the drawing, in inches."""
    if plot.kind == "rows":
        return 1.1 + len(plot.places) * (len(plot.series) * BAR + GROUP)
    return 6.2 if plot.kind == "lines" else 3.6


def draw(plot: Plot) -> str:
    """A plot that is not empty, as SVG."""
    figure = Figure(figsize=(WIDE, _height(plot)))
    FigureCanvasSVG(figure)
    axes = figure.add_subplot(1, 1, 1)
    (_draw_lines if plot.kind == "lines" else _draw_bars)(axes, plot)
    axes.set_title(plot.title, loc="left", fontweight="bold")
    if len(plot.series) > 1:
        axes.legend(frameon=False, fontsize=8.5, loc="upper left",
                    bbox_to_anchor=(1.01, 1), borderaxespad=0)
    text = io.StringIO()
    figure.savefig(text, format="svg", bbox_inches="tight",
                   pad_inches=0.08, metadata={"Date": None})
    return text.getvalue()
