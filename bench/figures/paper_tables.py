# SPDX-License-Identifier: BSD-2-Clause
"""paper_tables - what this bench has and the paper has not: what we want to
reach, all machines side by side, what a frame costs and why."""

from __future__ import annotations

from typing import List, Optional

from . import paper_words
from .document import Document, Para, Part, Plot, Series, Table
from .paper_figures import figure5, figure6, table3, tables12
from .paper_run import Run
from .samples import Samples
from .spread import LEGEND, NONE, number


class Targets:
    """The table of what is to be reached, row by row."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.misses = 0
        self.table = Table(
            "targets", f"All of the I/O path on ({run.path(run.top)})",
            ["what", "wanted", "measured", "verdict"])

    def _row(self, what: str, wanted: str, value: Optional[float], met: bool,
             unit: str = "") -> None:
        verdict = "met" if met else "MISSED"
        if value is None:
            self.table.rows.append([what, wanted, NONE, "not measured"])
            return
        self.misses += not met
        text = number(value) + (" " + unit if unit else "")
        self.table.rows.append([what, wanted, text, verdict])

    def at_most(self, what: str, wanted: str, key: str, limit: float,
                unit: str = "", factor: float = 1) -> None:
        """A value that is to be no more than this."""
        found = self.run.get(key)
        value = found.median * factor if found else None
        self._row(what, wanted, value, value is not None and value <= limit,
                  unit)

    def times(self, direction: str, size: int, peer: str, name: str,
              least: float) -> None:
        """A throughput that is to be so many times a peer's."""
        key = f".{direction}.{size}.mbit"
        found = self.run.samples.ratio(self.run.top + key, peer + key)
        self._row(f"nettest {direction}, {size} bytes, to {name}",
                  f">= {least:g} times", found,
                  found is not None and found >= least)

    def idle(self) -> None:
        """A guest that is to be idle for longer than the paper's."""
        found = self.run.get(self.run.top + ".wire.4096.idle_share")
        value = found.median * 100 if found else None
        self._row("guest idle on a wire of 100 Mb/s", "> 21.7 %", value,
                  value is not None and value >= 21.7, "%")


def targets(run: Run) -> Part:
    """What we want to reach, and what of it is."""
    rows = Targets(run)
    for size in (4096, 65536):
        rows.times("out", size, "qemu_pcnet", "QEMU's pcnet", 8)
    for size in (4096, 65536):
        rows.times("out", size, "native", "native", 0.4)
    for size in (4096, 65536):
        rows.times("in", size, "qemu_pcnet", "QEMU's pcnet", 8)
    switches = "world switches for a frame sent, with "
    rows.at_most(switches + "combine", "<= 0.5",
                 "combine.out.4096.switches_frame", 0.5)
    rows.at_most(switches + "direct", "< 0.01",
                 "direct.out.4096.switches_frame", 0.01)
    rows.at_most("ping, median", "<= 150 us", run.top + ".ping.p50_us", 150,
                 "us")
    rows.at_most("a VM that has nothing to do", "<= 1 % of a CPU",
                 run.top + ".idle.cpu_share", 1, "%", 100)
    rows.idle()
    part = Part("reach", "What we want to reach", [rows.table])
    if rows.misses:
        part.add(Para(f"{rows.misses} missed.", "note"))
    if "user networking" in run.label("qemu_pcnet"):
        part.add(Para("No tap could be made here for QEMU: what it is "
                      "compared with is its user networking, more than its "
                      "card.", "note"))
    return part


def peers(run: Run) -> Part:
    """All machines side by side."""
    table = Table("peers", "nettest in Mb/s, and how long an answer takes", [
        "machine", "out 4K", "out 64K", "in 4K", "in 64K", "ping us",
        "p99 us", "TCP 1 byte us", "idle CPU %"])
    for name in run.machines:
        native = name.startswith("native")
        table.rows.append(
            [run.label(name)]
            + [run.ranged(f"{name}.{key}.mbit") for key in
               ("out.4096", "out.65536", "in.4096", "in.65536")]
            + [run.cell(f"{name}.{key}_us") for key in
               ("ping.p50", "ping.p99", "pingpong.p50")]
            + [NONE if native else run.cell(name + ".idle.cpu_share", 100)])
    measured = run.get(run.top + ".out.4096.mbit")
    rounds = measured.count if measured else 0
    return Part("side", "Side by side", [table, Para(
        f"Medians (and the range of all) of {rounds} transfers. A step of "
        f"the I/O path has all before it, too: +{run.top} is "
        f"{run.path(run.top)}. \"idle CPU\" is what a machine with nothing "
        "to do takes of one CPU of the host's, in percent. " + LEGEND,
        "note")])


FRAME = [("world switches", "switches"), ("card ports", "ports"),
         ("by VMApp", "ports_host"), ("card IRQs", "irqs"),
         ("CPU us", "cpu_us"), ("VMM us", "vmm_us"),
         ("switch us", "switch_us"), ("VMApp us", "vmapp_us"),
         ("VMNet us", "vmnet_us")]


def frame_table(run: Run, direction: str) -> Table:
    """What a frame costs in one direction."""
    verb = "sending" if direction == "out" else "receiving"
    table = Table("frame_" + direction,
                  f"What a frame costs, {verb} in 4 KiB writes",
                  ["machine", "frames/s"] + [title for title, _ in FRAME])
    for name in run.machines:
        key = f"{name}.{direction}.4096."
        if run.get(key + "cpu_us_frame"):
            table.rows.append(
                [run.label(name), run.cell(key + "frames_s")]
                + [run.cell(f"{key}{measure}_frame", 1, run.absent(name))
                   for _, measure in FRAME])
    return table


def switches_plot(run: Run) -> Plot:
    """World switches of each step, from a small fraction to several."""
    found = [run.get(step + ".out.4096.switches_frame")
             for step in run.steps]
    return Plot("switches", "bars", "World switches for each frame sent",
                "world switches a frame, by powers of ten",
                [run.short(step) for step in run.steps],
                [Series("world switches", found, run.colour("notify"))],
                log=True)


def why_table(run: Run) -> List[object]:
    """World switches by reason, for each step; a reason that a measured step
    does not have was counted, and is 0."""
    reasons = run.samples.words_between(r"\.out\.4096\.switch\.", "_frame")
    if not reasons:
        return []
    table = Table("why", "Why worlds were switched, for each frame sent",
                  ["reason"] + [run.short(step) for step in run.steps])
    for reason in reasons:
        row = [reason]
        for step in run.steps:
            counted = run.get(step + ".out.4096.switches_frame")
            row.append(run.cell(f"{step}.out.4096.switch.{reason}_frame", 1,
                                *(["0"] if counted else [])))
        table.rows.append(row)
    return [table, Para(
        "chip_work: an access that starts real input or output. host_irq: "
        "the host had an event. halt: the guest was idle. port_read and "
        "port_write: an access that VMApp answers.", "note")]


def frames(run: Run) -> Part:
    """What a frame costs."""
    part = Part("frames", "The cost of a frame", [frame_table(run, "out")])
    part.add(Para(
        "All for each frame that carries data. \"card ports\" are accesses "
        "to the card's registers, and those of them that VMApp had to "
        "answer. CPU us is what all processes of the machine had of the "
        "host's CPUs; then, by the clock, the time in the VMM world, between "
        "the worlds, in VMApp, and VMNet's CPU time. " + LEGEND, "note"))
    part.add(frame_table(run, "in"), switches_plot(run), *why_table(run))
    return part


def document(samples: Samples) -> Document:
    """All that `hostel bench paper` has to show."""
    run = Run(samples)
    failed = paper_words.failures(samples)
    shown = Document("Hostel beside the paper", ([failed] if failed else [])
                     + [paper_words.what_was_measured(samples),
                        paper_words.in_words(samples), targets(run),
                        peers(run), frames(run), figure5(run),
                        tables12(run), figure6(run), table3(run)])
    shown.check()
    return shown
