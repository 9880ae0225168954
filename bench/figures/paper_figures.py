# SPDX-License-Identifier: BSD-2-Clause
"""paper_figures - the paper's figures and tables with our values in them."""

from __future__ import annotations

from typing import List, Optional, Sequence, Tuple

from . import paper_values as paper
from .document import Para, Part, Plot, Series, Table
from .paper_run import PAPER_COLOUR, Run, kib, one
from .spread import LEGEND, NONE, UNMEASURED, Spread, cell, number


def plain(value: Optional[float]) -> str:
    """A value of the paper's, as it is printed there."""
    return NONE if value is None else f"{value:g}"


# --- Figure 5 ---------------------------------------------------------------

def _way(run: Run, step: str, text: str) -> Optional[Spread]:
    """How long a step of a frame's way out takes, in us."""
    return run.get(f"{step}.way_out.{text.replace(' ', '_')}")


def _way_cell(run: Run, step: str, text: str) -> str:
    """A step's time as text; a dash where other steps were measured."""
    noted = _way(run, step, "total")
    return cell(_way(run, step, text), NONE if noted else UNMEASURED)


def _way_row(run: Run, way: paper.Way) -> List[str]:
    """A row of Figure 5: the paper's, ours, hosted's share of all."""
    total = _way(run, "hosted", "total")
    part = _way(run, "hosted", way.text)
    share = NONE if total else UNMEASURED
    if part and total and total.median:
        share = number(part.median / total.median * 100)
    return ([way.text, way.world, f"{way.us:.2f}",
             number(way.us / paper.FIGURE5_TOTAL * 100)]
            + [_way_cell(run, step, way.text) for step in run.steps]
            + [share])


def _way_plot(run: Run) -> Plot:
    """Figure 5 as bars, the paper's and each step's."""
    series = [Series("paper", [one(w.us) for w in paper.FIGURE5],
                     PAPER_COLOUR, absent=NONE)]
    for step in run.steps:
        if _way(run, step, "total"):
            series.append(Series(run.line_name(step), [
                _way(run, step, w.text) for w in paper.FIGURE5],
                run.colour(step), absent=NONE))
    return Plot("figure5", "rows", "Figure 5: the way of an OUT that starts "
                "a transmit", "microseconds", [w.text for w in paper.FIGURE5],
                series)


def _way_in(run: Run) -> List[Table]:
    """The steps of a frame that comes in, of which the paper has no table."""
    texts = run.samples.words_between(r"\.way_in\.", "")
    if not texts:
        return []
    table = Table("way_in", "A frame that comes in, from what woke us until "
                  "the driver looks: microseconds",
                  ["step"] + [run.short(step) for step in run.steps])
    for text in texts:
        row = [text.replace("_", " ")]
        for step in run.steps:
            noted = run.get(step + ".way_in.total")
            row.append(run.cell(f"{step}.way_in.{text}", 1,
                                NONE if noted else UNMEASURED))
        table.rows.append(row)
    return [table]


def figure5(run: Run) -> Part:
    """The way of a frame out, and in."""
    table = Table("figure5", "Microseconds, ours with each step of the I/O "
                  "path", ["step", "world", "paper us", "paper %"]
                  + [run.short(step) for step in run.steps] + ["hosted %"])
    table.rows = [_way_row(run, way) for way in paper.FIGURE5]
    note = Para(
        "Medians, on machines of their own that note the time (--stamps). "
        "Where several frames are sent together, they are one way. A world "
        "switch costs 8.90 us there and back in the paper; here, over all "
        f"transfers of hosted, {run.switch_cost()}. " + LEGEND, "note")
    return Part("fig5", "Figure 5: the way of the OUT that starts a transmit",
                [table, note, _way_plot(run), *_way_in(run)])


# --- Tables 1 and 2 ---------------------------------------------------------

def _share_of(run: Run, prefix: str, names: Sequence[str]
              ) -> Optional[Spread]:
    """A share, of 1, summed over rows of ours; None if none of them is
    there. A sum of medians has no range."""
    found = [run.get(f"{prefix}{name.replace(' ', '_')}.share")
             for name in names]
    there = [share for share in found if share]
    if len(there) == 1:
        return there[0]
    return one(sum(share.median for share in there)) if there else None


def _row_share(run: Run, table: str, key: str, names: Sequence[str]
               ) -> Optional[Spread]:
    """Of one row of the paper's. VMM time has the guest's idle time in it, as
    the paper's has; in a table of the VMM's time, that is all."""
    vmm, idle = run.get(key + "vmm_share"), run.get(key + "idle_share")
    if not vmm:
        return None
    whole = vmm.median + (idle.median if idle else 0)
    if names[0] == "VMM":
        return one(whole)
    if not table.endswith("v"):
        return _share_of(run, key + "row.", names)
    if not whole:
        return None
    if names[0] == "IDLE":
        return idle.times(1 / whole) if idle else None
    kind = "row." if names[0].startswith("host IRQ") else "vmmrow."
    share = _share_of(run, key + kind, names)
    return share.times(1 / whole) if share else None


def _row_us(run: Run, key: str, names: Sequence[str], absent: str) -> str:
    """Microseconds each time, where it is one row of ours."""
    if len(names) > 1:
        return NONE
    return run.cell(f"{key}row.{names[0].replace(' ', '_')}.us", 1, absent)


def share_items(run: Run, table: str, id_: str, title: str, step: str
                ) -> Tuple[Table, Plot]:
    """Percent, and microseconds each time, beside the paper's; and the
    percent as bars."""
    key = step + ".out.4096."
    absent = NONE if run.get(key + "vmm_share") else UNMEASURED
    shown = Table(id_, title, ["row", "paper %", "paper us", "ours %",
                               "ours us"])
    rows = paper.TABLES[table]
    ours: List[Optional[Spread]] = []
    for row in rows:
        share = _row_share(run, table, key, row.ours)
        ours.append(share.times(100) if share else None)
        shown.rows.append([
            row.text, plain(row.percent), plain(row.us),
            cell(ours[-1], absent if absent == NONE else "not measured"),
            _row_us(run, key, row.ours, NONE)])
    plot = Plot(id_, "rows", title, "percent", [row.text for row in rows], [
        Series("paper", [one(row.percent) for row in rows], PAPER_COLOUR,
               absent=NONE),
        Series("ours, " + run.short(step), ours, run.colour(step),
               absent=absent)])
    return shown, plot


def tables12(run: Run) -> Part:
    """Where CPU time goes while sending."""
    three = run.last_of_three()
    return Part("tab12", "Tables 1 and 2: where CPU time goes while sending", [
        *share_items(run, "1", "table1",
                     "Table 1, all of it: version 2.0, and hosted here",
                     "hosted"),
        *share_items(run, "1v", "table1_vmm", "Table 1, of the VMM's time",
                     "hosted"),
        *share_items(run, "2", "table2", "Table 2, all of it: the paper's "
                     f"three optimizations and ours ({run.path(three)})",
                     three),
        *share_items(run, "2v", "table2_vmm", "Table 2, of the VMM's time",
                     three),
        Para("Ours are percent of the transfer's time by the clock, from "
             "samples of the worlds' CPU time, a millisecond each. VMM time "
             "has the guest's idle time in it, as the paper's has. What is "
             f"in no row is time between the worlds, and VMNet's. {NONE}: "
             "the paper, or our report, has no such value.", "note")])


# --- Figure 6 ---------------------------------------------------------------

def _lines(run: Run) -> List[Series]:
    """Our lines and the paper's, the same colour where it is the same."""
    series = []
    for name in run.machines:
        points = [run.get(f"{name}.out.{size}.mbit") for size in paper.SIZES]
        if any(points):
            series.append(Series(run.line_name(name), points,
                                 run.colour(name)))
    for text, name, clock, values in paper.FIGURE6:
        series.append(Series("paper: " + text, [one(v) for v in values],
                             run.colour(name), dashed=True,
                             marker="v" if clock == "350" else "s"))
    return series


def figure6(run: Run) -> Part:
    """Throughput by write size."""
    table = Table("figure6", "nettest out, Mb/s",
                  ["machine"] + kib(paper.SIZES))
    for name in run.machines:
        table.rows.append([run.label(name)] + [
            run.cell(f"{name}.out.{size}.mbit") for size in paper.SIZES])
    for text, _, _, values in paper.FIGURE6:
        table.rows.append([f"paper: {text}"] + [f"{v:.1f}" for v in values])
    plot = Plot("figure6", "lines", "Figure 6: nettest out by write size, "
                "ours and the paper's", "Mb/s, by powers of ten",
                kib(paper.SIZES), _lines(run), log=True, axis="bytes a write")
    return Part("fig6", "Figure 6: throughput by write size", [table, Para(
        "The paper's lines are read off its drawing; its wire had 100 Mb/s, "
        "this one has no limit. " + LEGEND, "note"), plot])


# --- Table 3 ----------------------------------------------------------------

def _idle(run: Run, name: str, where: str) -> Optional[Spread]:
    """Percent of the time; for this host, what nettest leaves of one CPU."""
    if name != "native":
        share = run.get(f"{name}.{where}.4096.idle_share")
        return share.times(100) if share else None
    share = run.get(f"{name}.{where}.4096.cpu_share")
    if not share:
        return None
    return Spread(100 * (1 - share.median), 100 * (1 - share.high),
                  100 * (1 - share.low), share.count)


def _idle_row(run: Run, name: str, text: str) -> List[str]:
    """One configuration of Table 3. QEMU does not tell what its guest
    leaves."""
    absent = NONE if name.startswith("qemu") else UNMEASURED
    wire = name + ".wire.4096."
    return [text, plain(paper.TABLE3_IDLE.get(name)),
            cell(_idle(run, name, "wire"), absent), run.cell(wire + "mbit"),
            run.cell(wire + "cpu_share", 100),
            cell(_idle(run, name, "out"), absent)]


def _idle_plot(run: Run) -> Plot:
    """Idle shares on the slow wire, this host's first."""
    names = ["native"] + run.steps
    return Plot("table3", "bars", "Table 3: idle share on a wire of 100 Mb/s",
                "percent", ["native"] + [run.short(s) for s in run.steps], [
                    Series("paper", [one(paper.TABLE3_IDLE.get(name))
                                     for name in names], PAPER_COLOUR,
                            absent=NONE),
                    Series("ours", [_idle(run, name, "wire")
                                    for name in names],
                           run.colour("notify"))])


def table3(run: Run) -> Part:
    """What is left of the CPU while sending."""
    table = Table("table3", "Idle share of the guest, in percent", [
        "configuration", "paper", "ours, 100 Mb/s wire", "Mb/s on it",
        "host CPU % on it", "ours, full speed"])
    table.rows.append(_idle_row(run, "native", "native"))
    for name in reversed(run.steps):
        theirs = paper.TABLE3_NAMES.get(name)
        table.rows.append(_idle_row(run, name, run.path(name) + (
            f" (paper: {theirs})" if theirs else "")))
    for name in run.machines:
        if name.startswith("qemu"):
            table.rows.append(_idle_row(run, name, run.label(name)))
    note = Para(
        "4 KiB writes. Idle is what the guest was halted for; for this host, "
        "what nettest leaves of one CPU. \"host CPU\" is what all processes "
        "of the machine took of one CPU, VMNet included. " + LEGEND, "note")
    return Part("tab3", "Table 3: what is left of the CPU while sending",
                [table, note, _idle_plot(run)])
