# SPDX-License-Identifier: BSD-2-Clause
"""columns - values of rows by machine, for bench/cpu, hosts, real and busy.

Two forms hold the same: files named after their machine with lines "ROW
VALUE", and the member "rows" of a bench's JSON, where each machine has a
median, the least and the greatest. Facts are what was measured on what.
"""

from __future__ import annotations

import math
import os
from typing import Any, Dict, Iterable, List, Optional, Tuple

from . import jsonio
from .errors import BadInput
from .spread import Spread, spread_of


def short(value: float) -> float:
    """Six figures, which is all that a measurement has."""
    return float(f"{value:.6g}")


def to_json(spread: Optional[Spread]) -> Optional[Dict[str, float]]:
    """A spread as JSON has it, None for what was not measured."""
    if not spread:
        return None
    return {"median": short(spread.median), "min": short(spread.low),
            "max": short(spread.high)}


class Columns:
    """What was measured of each row on each machine."""

    def __init__(self) -> None:
        self.cells: Dict[Tuple[str, str], Spread] = {}

    def get(self, column: str, row: str) -> Optional[Spread]:
        """None if it was not measured."""
        return self.cells.get((column, row))

    def median(self, column: str, row: str) -> Optional[float]:
        """The median in that cell; None if there is none."""
        found = self.get(column, row)
        return found.median if found else None

    def ratio(self, row: str, column: str, other_row: str, other: str
              ) -> Optional[float]:
        """How many times one median is another; None if one is not there or
        is 0."""
        part, whole = self.median(column, row), self.median(other, other_row)
        return part / whole if part and whole else None

    def text(self, column: str, row: str) -> str:
        """The median and the range."""
        found = self.get(column, row)
        if not found:
            return "-"
        return f"{found.median:.4g} ({found.low:.3g}-{found.high:.3g})"

    def json(self, column: str, row: str) -> Optional[Dict[str, float]]:
        """As JSON has it."""
        return to_json(self.get(column, row))


def _read_values(path: str, thousandths: Iterable[str]
                 ) -> Dict[str, List[float]]:
    """The lines of a machine's file."""
    values: Dict[str, List[float]] = {}
    for line in jsonio.read_text(path).splitlines():
        row, _, text = line.partition(" ")
        try:
            value = float(text)
        except ValueError as error:
            raise BadInput(f"{path}: '{line}' is not a row and a number"
                           ) from error
        values.setdefault(row, []).append(
            value / 1000 if row in thousandths else value)
    return values


def read_files(folder: str, machines: Iterable[str],
               thousandths: Iterable[str] = ()) -> Columns:
    """Read a file for each machine; one that is not there has no values. Of
    @thousandths rows the table's unit is a thousand of the file's."""
    columns = Columns()
    for machine in machines:
        path = os.path.join(folder, machine)
        if os.path.exists(path):
            for row, values in _read_values(path, thousandths).items():
                columns.cells[machine, row] = spread_of(values)
    return columns


def _spread(value: Any) -> Optional[Spread]:
    """A cell of a record; one that lacks its median was not measured."""
    if isinstance(value, dict):
        median = value.get("median")
        parts = [median, value.get("min", median), value.get("max", median)]
        if all(isinstance(p, (int, float)) and math.isfinite(p)
               for p in parts):
            return Spread(*parts, 2)
    return None


def read_record(path: str, bench: str) -> Tuple[Dict[str, Any], Columns]:
    """Read what a bench wrote, of this run or of an old one: the record and
    its cells. BadInput if it is another bench's, or has no rows."""
    record = jsonio.read_object(path)
    rows = record.get("rows")
    if record.get("bench", bench) != bench or not isinstance(rows, dict):
        raise BadInput(f"{path} is not what bench/{bench} wrote: there are "
                       "no rows of it")
    columns = Columns()
    for row, cells in rows.items():
        for machine, value in (cells if isinstance(cells, dict) else
                               {}).items():
            spread = _spread(value)
            if spread:
                columns.cells[machine, row] = spread
    if not columns.cells:
        raise BadInput(f"{path} has no values in its rows")
    return record, columns


def limit_text(limit: float) -> str:
    """A limit as a table has it; 0 is none."""
    return f"{limit:g}" if limit else "-"


def table_line(form: str, *cells: str) -> str:
    """A line of a table, in columns as wide as @form says: "31 22 >7"."""
    widths = [word.split(">") for word in form.split()]
    return " ".join(text.rjust(int(w[1])) if len(w) > 1 else
                    text.ljust(int(w[0])) for w, text in zip(widths, cells))


class Verdict:
    """What misses what it must reach, which is told below the table."""

    def __init__(self, why_qemu: str) -> None:
        self.lost: List[str] = []
        self.why_qemu = why_qemu

    def loses(self, label: str, text: str = "") -> None:
        """A row that does not reach what it must."""
        self.lost.append(f"  {label}: {text}" if text else f"  {label}")

    def lines(self) -> List[str]:
        """All of it."""
        lines = [""]
        if self.lost:
            lines += ["Where we lose:"] + self.lost
        else:
            lines.append("Every row that was measured is within what it "
                         "must reach.")
        if self.why_qemu:
            lines.append("Against QEMU nothing was measured: "
                         f"{self.why_qemu}.")
        return lines
