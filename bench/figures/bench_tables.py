# SPDX-License-Identifier: BSD-2-Clause
"""bench_tables - what bench/cpu, hosts, real and busy print when they have
measured, or of a record: heads, the table, and the JSON.

Facts are what was measured on what; a record has them as its members. A head
whose facts an old record lacks is left out.
"""

from __future__ import annotations

import argparse
import json
import os
from typing import Any, Dict, List, Tuple, Union

from . import busy, cpu, hosts, real, real_where
from .columns import Columns, read_files, read_record
from .errors import BadInput

Facts = Dict[str, Any]
Shown = Union[cpu.CpuTable, hosts.HostsTable, real.RealTable]
NUMBERS = ("rounds", "native_bits", "memory_mb")
NOT_MEASURED = "not measured: "

# Of each bench its machines, its rows, and the first line.
HEADS = {
    "cpu": "hostel --cpu {engine} on {host}{guest}; {rounds} rounds, "
           "medians (min-max)",
    "hosts": "hostel --cpu {engine} --net nat on {host}; {rounds} rounds, "
             "medians (min-max)",
    "real": "hostel --cpu {engine}, {memory_mb} MB, on {host}; guest: Debian "
            "i386; medians of {rounds} (min-max)",
}


def _check(text: str) -> Any:
    """What `hostel check` said; as text, if that is no JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def read_facts(words: List[str]) -> Facts:
    """From options "KEY=VALUE"; those that are empty are left out."""
    facts: Facts = {}
    for word in words:
        key, _, text = word.partition("=")
        if key == "check" and text:
            facts[key] = _check(text)
        elif key in NUMBERS and text:
            facts[key] = int(text)
        elif text:
            facts[key] = text
    return facts


def heads(bench: str, facts: Facts) -> List[str]:
    """The lines before the table."""
    told = {key: facts.get(key, "?") for key in
            ("engine", "host", "rounds", "memory_mb")}
    guest = facts.get("guest")
    lines = [HEADS[bench].format(
        guest=f"; guest kernel: {guest}" if guest else "", **told)]
    if facts.get("native"):
        lines.append(f"native: {facts['native']}")
    lines += facts.get("skipped", "").splitlines()
    peer = "QEMU, pcnet, user networking" if bench == "hosts" else "QEMU"
    lines.append(f"{peer}: {facts.get('qemu', '?')}")
    if facts.get("why_memory"):
        lines.append(f"memory: {NOT_MEASURED}{facts['why_memory']}")
    return lines


def why_qemu(facts: Facts) -> str:
    """Why there is nothing of QEMU; "" if there is."""
    text = str(facts.get("qemu", ""))
    return text[len(NOT_MEASURED):] if text.startswith(NOT_MEASURED) else ""


def _known(bench: str, names: List[str], known: Dict[str, Any]) -> List[str]:
    """The rows that this bench has."""
    for name in names:
        if name not in known:
            raise BadInput(f"bench/{bench} has no row '{name}'")
    return names


def _table(bench: str, facts: Facts, columns: Columns, order: List[str],
           where: real_where.Where, rows: Dict[str, Any]) -> Shown:
    """The bench's table; @rows: those of a record."""
    why = why_qemu(facts)
    if bench == "cpu":
        return cpu.CpuTable(columns, _known(bench, order, cpu.ROWS),
                            int(facts.get("native_bits", 32)), why)
    if bench == "hosts":
        return hosts.HostsTable(columns, _known(bench, order, hosts.ROWS),
                                why)
    words = str(facts.get("options", "")).split()
    execs = words[words.index("--execs") + 1] \
        if "--execs" in words[:-1] else "1000"
    known = real.rows_of(float(facts.get("memory_mb", 1024)), execs)
    itself = {name: cells["of_itself"] for name, cells in rows.items()
              if isinstance(cells, dict)
              and isinstance(cells.get("of_itself"), (int, float))}
    return real.RealTable(columns, _known(bench, order, known), where, known,
                          why, itself)


def _measured(args: argparse.Namespace) -> Tuple[Facts, Shown]:
    """What the script has just measured."""
    facts = read_facts(args.fact)
    columns = read_files(
        args.work, real.MACHINES if args.command == "real" else cpu.MACHINES,
        cpu.IN_NS if args.command == "cpu" else ())
    where = real_where.Where()
    if args.command == "real":
        where = real_where.read_where(os.path.join(args.work, "where"))
    return facts, _table(args.command, facts, columns, args.order.split(),
                         where, {})


def _recorded(args: argparse.Namespace) -> Tuple[Facts, Shown]:
    """What a record has."""
    record, columns = read_record(args.record, args.command)
    rows = record["rows"]
    where = real_where.where_of_record(rows)
    return record, _table(args.command, record, columns, list(rows), where,
                          rows)


def _show_busy(args: argparse.Namespace) -> Tuple[List[str], Facts]:
    """That of bench/busy, whose rows are other ones."""
    if args.record:
        shown, head = busy.read_json(args.record), ""
    else:
        facts = read_facts(args.fact)
        shown = busy.read_lines(os.path.join(args.work, "samples"),
                                facts["rounds"])
        head = facts.get("head", "")
    record = shown.json() if args.json else {}
    return ([head] if head else []) + shown.lines(), record


def show(args: argparse.Namespace) -> Tuple[List[str], Facts]:
    """The lines to print, and the record that was asked for."""
    if args.command == "busy":
        return _show_busy(args)
    facts, table = (_recorded if args.record else _measured)(args)
    record: Facts = {}
    if args.json:
        members = {key: value for key, value in facts.items()
                   if key not in ("bench", "rows")}
        record = {"bench": args.command, **members, "rows": table.json()}
    return heads(args.command, facts) + table.lines(), record
