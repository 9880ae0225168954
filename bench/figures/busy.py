# SPDX-License-Identifier: BSD-2-Clause
"""busy - the table of bench/busy, from lines "MACHINE ROW VALUE" or from the
member "samples" of its JSON, each "MACHINE.ROW": [VALUE, ...]."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from . import jsonio
from .columns import table_line
from .errors import BadInput
from .spread import Spread, spread_of

MACHINES = ("hostel", "qemu")
TIMES = {"boot": "s", "echo": "ms", "worst": "ms"}
COUNTS = ("acpi_pm", "clocks")
FORM = "12 >26 >26 >8"


class Busy:
    """What was measured in so many rounds."""

    def __init__(self, rounds: int) -> None:
        self.rounds = rounds
        self.values: Dict[str, List[float]] = {}

    def add(self, machine: str, row: str, value: float) -> None:
        """One value more."""
        self.values.setdefault(f"{machine}.{row}", []).append(value)

    def _get(self, machine: str, row: str) -> Optional[Spread]:
        return spread_of(self.values.get(f"{machine}.{row}", []))

    def _times_line(self, row: str, unit: str) -> str:
        found = [self._get(machine, row) for machine in MACHINES]
        cells = [f"{s.median:.2f} ({s.low:.2f}-{s.high:.2f})" if s else "-"
                 for s in found]
        ours, qemu = found
        ratio = "-"
        if ours and qemu and qemu.median:
            ratio = f"{ours.median / qemu.median:.2f}"
        return table_line(FORM, f"{row} {unit}", *cells, ratio)

    def _count_line(self, row: str) -> str:
        lists = [self.values.get(f"{m}.{row}", []) for m in MACHINES]
        return table_line(FORM, row, *(
            f"{sum(values):g} of {self.rounds}" if values else "-"
            for values in lists))

    def lines(self) -> List[str]:
        """As text."""
        return ([table_line(FORM, "", "hostel", "QEMU TCG", "ratio")]
                + [self._times_line(row, unit)
                   for row, unit in TIMES.items()]
                + [self._count_line(row) for row in COUNTS])

    def json(self) -> Dict[str, Any]:
        """All values."""
        return {"rounds": self.rounds, "samples": {
            f"{machine}.{row}": self.values.get(f"{machine}.{row}", [])
            for machine in MACHINES for row in (*TIMES, *COUNTS)}}


def read_lines(path: str, rounds: int) -> Busy:
    """Read what the script wrote down."""
    busy = Busy(rounds)
    for machine, row, value in jsonio.read_triples(
            path, "a machine, a row and a number"):
        busy.add(machine, row, value)
    return busy


def read_json(path: str) -> Busy:
    """Read a record, of this run or an old one."""
    record = jsonio.read_object(path)
    samples = record.get("samples")
    if not isinstance(samples, dict) or \
            not isinstance(record.get("rounds"), int):
        raise BadInput(f"{path} is not what bench/busy wrote: it has no "
                       "rounds and samples")
    busy = Busy(record["rounds"])
    for key, values in samples.items():
        machine, _, row = key.partition(".")
        for value in values if isinstance(values, list) else []:
            if isinstance(value, (int, float)):
                busy.add(machine, row, value)
    return busy
