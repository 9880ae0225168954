# SPDX-License-Identifier: BSD-2-Clause
"""net - `hostel bench net`: what VMNet's networks carry beside their peers.

A row is a measure of one of ours and of its peers; a line of a table is a row
beside one peer, with what must be.
"""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Optional, Tuple

from .document import Document, Para, Part, Plot, Series, Table
from .publish import publish
from .samples import Samples
from .spread import NONE, UNMEASURED, ranged

LABELS = {
    "hostel": "Hostel", "slirp4netns": "slirp4netns", "passt": "passt",
    "qemu_virtio": "QEMU, virtio-net", "qemu_pcnet": "QEMU, pcnet",
    "native": "this host", "kept": "as it is", "bare": "without",
    "stamped": "with stamps",
}
COLOURS = {
    "hostel": "#1f77b4", "slirp4netns": "#d62728", "passt": "#ff7f0e",
    "qemu_virtio": "#2ca02c", "qemu_pcnet": "#98df8a", "native": "#7f7f7f",
}
HEAD = ["", "ours", "beside", "there", "ratio", "must", ""]


class Must(NamedTuple):
    """Beside which value (machine, row), and what the ratio must be: at least
    so much, or at most; 1 with @above: more than that."""

    machine: str
    factor: float
    row: str = ""       # of the peer, if it is another one
    kind: str = "least"  # or "most", "above", "" for no limit
    label: str = ""

    def text(self) -> str:
        """As a table has it."""
        return {"least": f">= {self.factor:g}", "most": f"<= {self.factor:g}",
                "above": f"> {self.factor:g}", "": NONE}[self.kind]

    def met(self, ratio: Optional[float]) -> str:
        """In a word."""
        if not self.kind:
            return ""
        if ratio is None:
            return UNMEASURED
        good = {"least": ratio >= self.factor, "most": ratio <= self.factor,
                "above": ratio > self.factor}[self.kind]
        return "met" if good else "MISSED"


class Row(NamedTuple):
    """A measure: what it is called, in what, and what it must be."""

    label: str
    unit: str
    musts: Tuple[Must, ...]
    machine: str = "hostel"


class Group(NamedTuple):
    """A table."""

    title: str
    about: str
    rows: Dict[str, Row]


def _above(*machines: str) -> Tuple[Must, ...]:
    return tuple(Must(name, 1, kind="above") for name in machines)


NAT = _above("slirp4netns", "passt", "qemu_virtio") + (
    Must("qemu_pcnet", 6),)
FORWARD = _above("slirp4netns", "qemu_virtio", "qemu_pcnet")

GROUPS = {
    "nat": Group("NAT", "nettest in 64 KiB writes, MTU 1500. The senders of "
                 "slirp4netns and passt are no guests but this host's nettest "
                 "in a network namespace.", {
                     "nat_out": Row("out of the guest", "Mb/s", NAT),
                     "nat_in": Row("to the guest", "Mb/s", NAT)}),
    "forward": Group("A port forwarded to a guest's server", "From this "
                     "host; slirp4netns' server is this host's nettest in a "
                     "network namespace.", {
                         "forward_connects": Row(
                             "short connections", "1/s", FORWARD),
                         "forward_in": Row("to the guest", "Mb/s", FORWARD),
                         "forward_out": Row("from the guest", "Mb/s",
                                            FORWARD)}),
    "pair": Group("One guest to another", "QEMU's two are joined by -netdev "
                  "stream. The idle guests are on the same network.", {
                      "pair": Row("alone", "Mb/s", (Must("qemu_pcnet", 3),)),
                      "crowd": Row("beside idle guests", "Mb/s", (
                          Must("hostel", 0.95, "alone",
                               label="without them"),)),
                      "ping": Row("ping, median", "us", (
                          Must("qemu_pcnet", 0.3, kind="most"),))}),
    "bridged": Group("Bridged", "Over a cable without offloads, beside this "
                     "host itself over the same.", {
                         "bridged_out": Row("out of the guest", "Mb/s",
                                            (Must("native", 0.8),)),
                         "bridged_in": Row("to the guest", "Mb/s",
                                           (Must("native", 0.8),))}),
    "cost": Group("What seeing costs", "One guest to another one.", {
        "cost": Row("the last frames kept", "Mb/s", (
            Must("bare", 0.98, label="not kept"),), "kept"),
        "cost_stamps": Row("stamps of one frame in 100", "Mb/s", (
            Must("kept", 0.99, "cost", label="no stamps"),), "stamped")}),
}


def _name(row: str) -> str:
    """What is measured under this name is noted under that."""
    return "cost" if row == "cost_stamps" else row


def _lines(samples: Samples, name: str, row: Row) -> List[List[str]]:
    """A row beside each of its peers."""
    lines = []
    key = f"{row.machine}.{_name(name)}"
    label, ours = f"{row.label} [{row.unit}]", ranged(samples.get(key))
    for must in row.musts:
        other = f"{must.machine}.{must.row or _name(name)}"
        ratio = samples.ratio(key, other)
        lines.append([
            label, ours, must.label or LABELS[must.machine],
            ranged(samples.get(other)),
            f"{ratio:.3g}" if ratio is not None else NONE, must.text(),
            must.met(ratio)])
        label = ours = ""
    return lines


def _plot(samples: Samples, key: str, group: Group) -> Plot:
    """Those rows of a group that are rates, drawn."""
    rows = {name: row for name, row in group.rows.items()
            if row.unit == "Mb/s" and row.machine == "hostel"}
    machines = ["hostel"] + list(dict.fromkeys(
        must.machine for row in rows.values() for must in row.musts
        if must.machine != "hostel"))
    return Plot(key, "rows", group.title, "Mb/s",
                [row.label for row in rows.values()],
                [Series(LABELS[m], [samples.get(f"{m}.{name}")
                                    for name in rows], COLOURS[m])
                 for m in machines])


def _measured(samples: Samples, group: Group) -> bool:
    return any(samples.get(f"{row.machine}.{_name(name)}")
               for name, row in group.rows.items())


def _missed(tables: List[Table]) -> str:
    """In a sentence."""
    names = []
    for table in tables:
        label = ""
        for row in table.rows:
            label = row[0] or label
            if row[6] == "MISSED":
                names.append(f"{table.title}: {label} beside {row[2]}: "
                             f"{row[4]}, must {row[5]}")
    if names:
        return "Missed: " + "; ".join(names) + "."
    return "What was measured is what it must be."


def document(samples: Samples) -> Document:
    """All of it."""
    about = samples.about
    head = Part("about", "What VMNet's networks carry", [Para(
        f"hostel --cpu {about.get('engine', '?')} on "
        f"{about.get('host', '?')}; medians of {about.get('rounds', '?')} "
        "(ranges).")])
    for name, what in (("qemu", "QEMU"), ("slirp4netns", "slirp4netns"),
                       ("passt", "passt")):
        if about.get(name):
            head.add(Para(f"{what}: {about[name]}", "note"))
    for name, why in samples.failed.items():
        head.add(Para(f"{LABELS.get(name, name)}: not measured: {why}.",
                      "failed"))
    parts, tables = [head], []
    for key, group in GROUPS.items():
        if not _measured(samples, group):
            continue
        rows = [line for name, row in group.rows.items()
                for line in _lines(samples, name, row)]
        tables.append(Table(key, group.title, HEAD, rows))
        part = Part(key + "_part", group.title, [
            Para(group.about, "note"), tables[-1]])
        plot = _plot(samples, key, group)
        if not plot.empty:
            part.add(plot)
        parts.append(part)
    head.add(Para(_missed(tables)))
    return Document("VMNet beside its peers", parts)


def show(samples: Samples, prefix: str) -> str:
    """Write PREFIX.json, .html and .txt; Return: what to print."""
    return publish(samples, document(samples), prefix, "net")
