# SPDX-License-Identifier: BSD-2-Clause
"""hosts - the table of bench/hosts: transfers must be so many times QEMU's,
and an idle VM cost so much at most."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional

from .columns import Columns, Verdict, short, table_line

MACHINES = ("hostel", "qemu")
FORM = "36 22 22 >7"


class Row(NamedTuple):
    """What it is called, and must reach: times QEMU's, or percent."""

    label: str
    must: float
    at_most: bool = False


ROWS = {
    "nat_out": Row("nettest out by NAT, 4 KiB [Mb/s]", 4),
    "nat_in": Row("nettest in by NAT, 4 KiB [Mb/s]", 4),
    "idle": Row("idle at a shell prompt [% of a CPU]", 1, True),
}


class HostsTable:
    """The table, from its rows' names in order."""

    def __init__(self, columns: Columns, order: List[str], why_qemu: str
                 ) -> None:
        self.columns, self.order = columns, order
        self.verdict = Verdict(why_qemu)
        for name in order:
            if self.met(name) is False or (
                    ROWS[name].at_most and self.met(name) is None):
                self.verdict.loses(ROWS[name].label)

    def _ratio(self, name: str) -> Optional[float]:
        return self.columns.ratio(name, "hostel", name, "qemu")

    def met(self, name: str) -> Optional[bool]:
        """Does it reach what it must? None if that can not be said."""
        row, ours = ROWS[name], self.columns.median("hostel", name)
        if row.at_most:
            return None if ours is None else ours <= row.must
        if self.columns.get("qemu", name) is None:
            return None
        return (self._ratio(name) or 0) >= row.must

    def lines(self) -> List[str]:
        """As text."""
        lines = [table_line(FORM, "", "hostel", "QEMU TCG", "ratio")
                 + "  must"]
        for name in self.order:
            row, ratio = ROWS[name], self._ratio(name)
            lines.append(table_line(
                FORM, row.label, self.columns.text("hostel", name),
                self.columns.text("qemu", name),
                f"{ratio:.2f}x" if ratio else "-") + f"  {row.must:g}"
                + ("% at most" if row.at_most else "x at least"))
        return lines + self.verdict.lines()

    def json(self) -> Dict[str, Any]:
        """The rows as JSON has them."""
        rows: Dict[str, Any] = {}
        for name in self.order:
            ratio = self._ratio(name)
            rows[name] = {m: self.columns.json(m, name) for m in MACHINES}
            rows[name].update(ratio=short(ratio) if ratio else None,
                              must=ROWS[name].must, met=self.met(name))
        return rows
