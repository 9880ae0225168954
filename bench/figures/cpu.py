# SPDX-License-Identifier: BSD-2-Clause
"""cpu - the table of bench/cpu.

To native, "must" and "want" are how many times as long it may take; against a
64-bit build, of which a compiler makes other code, few rows have one. To
QEMU, "must" is how many times as fast it is at least.
"""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional

from .columns import Columns, Verdict, limit_text, short, table_line

MACHINES = ("native", "hostel", "qemu")
FORM = "31 22 22 22 >7 >5 >5 >7 >5"
IN_NS = ("getppid", "fork", "exec", "pipe", "mmap", "qsort")
ABSOLUTE = ("boot", "memory")


class Row(NamedTuple):
    """What it is called and must reach; a limit of 0 is none."""

    label: str
    must: float       # to a native 32-bit build; if ABSOLUTE, in its unit
    want: float
    must64: float     # to a 64-bit build
    must_qemu: float


ROWS = {
    "getppid": Row("getppid [us]", 4, 2, 0, 1),
    "fork": Row("fork+exit+wait [us]", 4, 2.5, 0, 0),
    "exec": Row("fork+exec+wait [us]", 5, 3, 0, 0),
    "pipe": Row("pipe ping-pong [us]", 8, 3, 0, 0),
    "mmap": Row("mmap, touch 64, munmap [us]", 8, 5, 0, 0),
    "chase": Row("pointer chase in L1 [ns]", 1.8, 1.2, 1.5, 3),
    "qsort": Row("qsort of 20,000 [us]", 1.8, 1.2, 1.5, 3),
    "x87": Row("x87 loop [ns]", 1.8, 1.2, 1.5, 20),
    "sse2": Row("SSE2 loop [ns]", 1.8, 1.2, 1.5, 20),
    "smc": Row("loop that rewrites itself [ns]", 20, 20, 0, 0),
    "md5sum": Row("md5sum [s]", 1.3, 1.05, 0, 3),
    "sha256sum": Row("sha256sum [s]", 1.3, 1.05, 0, 3),
    "gzip": Row("gzip -9 [s]", 1.3, 1.05, 1.5, 3),
    "sort": Row("sort [s]", 1.3, 1.05, 0, 3),
    "awk": Row("awk loop [s]", 1.8, 1.2, 0, 3),
    "boot": Row("power on to init [s]", 2.5, 1.2, 0, 2),
    "memory": Row("memory beyond RAM [MB]", 60, 30, 60, 0),
}


class CpuTable:
    """The table, from its rows' names in order; @bits: what native is."""

    def __init__(self, columns: Columns, order: List[str], bits: int,
                 why_qemu: str) -> None:
        self.columns, self.order, self.bits = columns, order, bits
        self.verdict = Verdict(why_qemu)
        self.good_enough: List[str] = []
        self.slower: List[str] = []
        for name in order:
            self._judge(name)

    def _limits(self, name: str) -> Row:
        """What holds beside this native build."""
        row = ROWS[name]
        if self.bits == 64:
            return row._replace(must=row.must64, want=0)
        return row

    def _ratio(self, name: str) -> Optional[float]:
        """To native; for some rows, itself."""
        if name in ABSOLUTE:
            return self.columns.median("hostel", name)
        return self.columns.ratio(name, "hostel", name, "native")

    def _faster(self, name: str) -> Optional[float]:
        """How many times QEMU's speed it has."""
        return self.columns.ratio(name, "qemu", name, "hostel")

    def _judge(self, name: str) -> None:
        row, ratio = self._limits(name), self._ratio(name)
        if not self.columns.get("hostel", name):
            self.verdict.loses(row.label, "no result")
        elif ratio and row.must and ratio > row.must:
            unit = "" if name in ABSOLUTE else " times native"
            self.verdict.loses(row.label, f"{ratio:.2f}{unit}, and must be "
                               f"{row.must:g} at most")
        elif ratio and row.want and ratio > row.want:
            self.good_enough.append(name)
        self._judge_qemu(name, row)

    def _judge_qemu(self, name: str, row: Row) -> None:
        faster = self._faster(name)
        if not faster:
            return
        if faster < row.must_qemu:
            self.verdict.loses(
                row.label, f"{faster:.2f} times as fast as QEMU, and must be "
                f"{row.must_qemu:g} at least")
        elif faster < 1 and name not in ABSOLUTE:
            self.slower.append(name)

    def _line(self, name: str) -> str:
        row, ratio = self._limits(name), self._ratio(name)
        faster = self._faster(name)
        sign = " " if name in ABSOLUTE else "x"
        return table_line(
            FORM, row.label,
            *(self.columns.text(machine, name) for machine in MACHINES),
            f"{ratio:.2f}{sign}" if ratio else "-", limit_text(row.must),
            limit_text(row.want), f"{faster:.2f}x" if faster else "-",
            limit_text(row.must_qemu))

    def lines(self) -> List[str]:
        """As text."""
        lines = [table_line(FORM, "", f"native, {self.bits}-bit", "hostel",
                            "QEMU TCG", "ratio", "must", "want", "to QEMU",
                            "must")]
        lines += [self._line(name) for name in self.order]
        lines += self.verdict.lines()
        if self.good_enough:
            lines.append("Good enough, but not yet what we want: "
                         f"{', '.join(self.good_enough)}.")
        if self.slower:
            lines.append(f"QEMU is faster at: {', '.join(self.slower)}.")
        return lines

    def json(self) -> Dict[str, Any]:
        """The rows as JSON has them."""
        rows: Dict[str, Any] = {}
        for name in self.order:
            row, faster = self._limits(name), self._faster(name)
            ratio = None if name in ABSOLUTE else self._ratio(name)
            rows[name] = {m: self.columns.json(m, name) for m in MACHINES}
            rows[name].update(
                to_native=short(ratio) if ratio else None,
                must=row.must or None,
                faster_than_qemu=short(faster) if faster else None,
                must_qemu=row.must_qemu or None)
        return rows
