# SPDX-License-Identifier: BSD-2-Clause
"""real - the table of bench/real: Debian's own programs. Columns are native,
hostel, qemu, and small: Hostel with 656 MB of RAM. Each row must be at most so
many times QEMU's time, the host's, another row's, or a value."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional

from .columns import Columns, Verdict, limit_text, short, table_line
from .real_where import Where

MACHINES = ("native", "hostel", "qemu", "small")
SHOWN = MACHINES[:3]
FORM = "31 22 22 22 >7 >5 >9 >5 >7"


class Row(NamedTuple):
    """What it is called and must reach; a limit of 0 is none."""

    label: str
    of_qemu: float = 0
    of_native: float = 0
    want_native: float = 0
    at_most: float = 0


class Beside(NamedTuple):
    """A row must be at most so many times another one's, or column's."""

    column: str
    row: str
    must: float
    what: str


BESIDE = {
    "exec_pie": Beside("hostel", "exec_fixed", 1.2, "that with ASLR off"),
    "exec_2g": Beside("small", "exec_2g", 1.3, "that with 656 MB"),
    "fork_2g": Beside("small", "fork_2g", 1.3, "that with 656 MB"),
    "mmap_2g": Beside("small", "mmap_2g", 1.3, "that with 656 MB"),
}


def rows_of(memory: float, execs: str) -> Dict[str, Row]:
    """All rows, for a guest with so many MB and so many /bin/true."""
    return {
        "exec_pie": Row("fork+exec+wait, PIE [ms]", 0.25, 2),
        "exec_fixed": Row("... with ASLR off [ms]"),
        "exec_static": Row("fork+exec+wait, static [ms]", 1, 0, 2),
        "fork": Row("fork+exit+wait [ms]", 1, 0, 2),
        "pipe": Row("pipe ping-pong [us]", 1, 0, 2),
        "mmap": Row("mmap, touch 64, munmap [us]", 1, 0, 2),
        "bash_true": Row(f"{execs} /bin/true from bash [s]", 0.35),
        "python3": Row("start of python3 [ms]", 0.35),
        "perl": Row("start of perl [ms]", 0.35),
        "gcc_O0": Row("gcc -O0 -c, 2,000 lines [s]", 0.25, 3),
        "gcc_O2": Row("gcc -O2 -c, 2,000 lines [s]", 0.25, 3),
        "make_j2": Row("make -j2, 9 files [s]", 0.25, 3),
        "xz": Row("xz [s]", 0.35),
        "bzip2": Row("bzip2 [s]", 0.35),
        "gzip": Row("gzip [s]", 0.35),
        "gunzip": Row("gunzip [s]", 0.35),
        "sqlite_insert": Row("sqlite3, insert [s]", 0.35),
        "sqlite_select": Row("sqlite3, select [s]", 0.35),
        "md5sum": Row("md5sum [s]", 0.35),
        "cksum": Row("cksum [s]", 0.35),
        "sha256sum": Row("sha256sum [s]", 0.35),
        "latency": Row("timer, busy: latest [ms]", 1, 0, 0, 15),
        "latency_p99": Row("... 99th percentile [ms]"),
        "boot": Row("power on to init [s]", 0.35, 0, 0, 1),
        "memory": Row("memory beyond RAM, booted [MB]", 0, 0, 0, 40),
        "memory_gcc": Row("... after gcc -O2 [MB]", 0, 0, 0, memory / 4),
        "memory_idle": Row("... a minute later [MB]", 0, 0, 0, 40),
        "exec_2g": Row("fork+exec+wait, PIE, 2 GB [ms]"),
        "fork_2g": Row("fork+exit+wait, 2 GB [ms]"),
        "mmap_2g": Row("mmap, touch 64, 2 GB [us]"),
    }


def with_p99(order: List[str]) -> List[str]:
    """The rows that are shown for those that were asked for."""
    shown: List[str] = []
    for name in order:
        if name not in shown:
            shown += [name, "latency_p99"] if name == "latency" else [name]
    return shown


class RealTable:
    """The table, from its rows' names in order and what took their time.
    @itself: how many times the row beside it is, where that row's own values
    are not there, as in old records."""

    def __init__(self, columns: Columns, order: List[str], where: Where,
                 rows: Dict[str, Row], why_qemu: str,
                 itself: Optional[Dict[str, float]] = None) -> None:
        self.columns, self.rows, self.where = columns, rows, where
        self.order = with_p99(order)
        self.itself = itself or {}
        self.verdict = Verdict(why_qemu)
        self.good_enough: List[str] = []
        for name in self.order:
            self._judge(name)

    def _times(self, name: str, machine: str) -> Optional[float]:
        """How many times this machine's it is."""
        return self.columns.ratio(name, "hostel", name, machine)

    def _beside(self, name: str) -> Optional[float]:
        """How many times the row beside it it is."""
        other = BESIDE.get(name)
        if not other:
            return None
        return self.columns.ratio(name, "hostel", other.row, other.column) \
            or self.itself.get(name)

    def _reach(self, name: str, value: Optional[float], must: float,
               what: str) -> None:
        if value and must and value > must:
            self.verdict.loses(
                self.rows[name].label,
                f"{value:.3g}{what}, and must be {must:.3g} at most")

    def _judge(self, name: str) -> None:
        row, native = self.rows[name], self._times(name, "native")
        if not self.columns.get("hostel", name):
            self.verdict.loses(row.label, "no result")
        self._reach(name, self._times(name, "qemu"), row.of_qemu,
                    " times QEMU's")
        self._reach(name, native, row.of_native, " times the host's own")
        self._reach(name, self.columns.median("hostel", name), row.at_most,
                    "")
        if native and row.want_native and native > row.want_native:
            self.good_enough.append(name)
        if name in BESIDE:
            self._reach(name, self._beside(name), BESIDE[name].must,
                        " times " + BESIDE[name].what)

    def _lines(self, name: str) -> List[str]:
        row = self.rows[name]
        qemu, native = self._times(name, "qemu"), self._times(name, "native")
        lines = [table_line(
            FORM, row.label, *(self.columns.text(m, name) for m in SHOWN),
            f"{qemu:.2f}" if qemu else "-", limit_text(row.of_qemu),
            f"{native:.2f}" if native else "-", limit_text(row.of_native),
            limit_text(row.at_most))]
        times = self._beside(name)
        if times:
            other = BESIDE[name]
            cell = self.columns.text(other.column, other.row)
            lines.append(f"    {times:.2f} times {other.what}"
                         + ("" if cell == "-" else f" ({cell})"))
        return lines + self.where.lines(name)

    def lines(self) -> List[str]:
        """As text."""
        lines = [table_line(FORM, "", "native", "hostel", "QEMU TCG",
                            "of QEMU", "must", "of native", "must",
                            "at most")]
        for name in self.order:
            lines += self._lines(name)
        lines += self.verdict.lines()
        if self.good_enough:
            lines.append("Good enough, but not what we want (2 times the "
                         f"host's own): {', '.join(self.good_enough)}.")
        return lines

    def _json_row(self, name: str) -> Dict[str, Any]:
        row = self.rows[name]
        cells: Dict[str, Any] = {m: self.columns.json(m, name)
                                 for m in SHOWN}
        if self.columns.get("small", name):
            cells["small"] = self.columns.json("small", name)
        other = BESIDE.get(name)
        limits = {"of_qemu": self._times(name, "qemu"),
                  "must_of_qemu": row.of_qemu,
                  "of_native": self._times(name, "native"),
                  "must_of_native": row.of_native, "must": row.at_most,
                  "of_itself": self._beside(name),
                  "must_of_itself": other.must if other else None}
        cells.update({key: short(value) if value else None
                      for key, value in limits.items()})
        cells["where"] = self.where.json(name)
        return cells

    def json(self) -> Dict[str, Any]:
        """The rows as JSON has them."""
        return {name: self._json_row(name) for name in self.order}
