# SPDX-License-Identifier: BSD-2-Clause
"""commands - the command line: which command reads what, and prints what.

Modules are imported where a command needs them: those that run between two
measurements are to take a moment only.
"""

from __future__ import annotations

import argparse
import sys
from typing import List, Optional

from . import jsonio
from .errors import BadInput


def say(lines: List[str]) -> None:
    """Print them."""
    for line in lines:
        print(line)


def do_value(args: argparse.Namespace) -> int:
    """One value, at a path of names, of the newest object in a file, or on
    standard input; nothing if it is not there."""
    if args.file == "-":
        import json
        try:
            value = json.loads(sys.stdin.read())
        except ValueError as error:
            raise BadInput(f"standard input is not JSON: {error}") from error
    else:
        value = jsonio.last_object(args.file)
    for name in args.path:
        if isinstance(value, list):     # rows that have names
            value = next((row for row in value if isinstance(row, dict)
                          and row.get("name") == name), None)
        else:
            value = value.get(name) if isinstance(value, dict) else None
    if value is not None:
        print(value)
    return 0


def do_transfer(args: argparse.Namespace) -> int:
    """What one transfer cost."""
    from . import report, transfer
    found = None
    if args.reports:
        found = report.read_difference(*args.reports)
    result = jsonio.last_object(args.result)
    say(transfer.sample(result, args.key, args.direction, args.cpu,
                        args.frames, found))
    return 0


def do_pings(args: argparse.Namespace) -> int:
    """Round trips, by ping and by TCP."""
    from . import transfer
    say(transfer.pings(args.machine, jsonio.read_text(args.pings)))
    say(transfer.pingpong(args.machine, jsonio.last_object(args.result)))
    return 0


def do_steps(args: argparse.Namespace) -> int:
    """How long each step of a frame's way took."""
    from . import report
    lines = report.steps(args.machine, jsonio.last_object(args.report))
    say([f"{key} {value:.9g}" for key, value in lines])
    return 0


def do_difference(args: argparse.Namespace) -> int:
    """What Hostel did while a row of bench/real ran."""
    from . import report
    say(report.row_difference(args.row, args.times, report.read_difference(
        *args.reports)))
    return 0


def do_balance(args: argparse.Namespace) -> int:
    """The books of a soak; status 1 if a frame is unexplained."""
    from . import report
    from .balance import balance
    balanced, lines = balance(report.read_difference(*args.reports),
                              args.got, args.sent)
    say(lines)
    return 0 if balanced else 1


def do_paper(args: argparse.Namespace) -> int:
    """Show the paper's figures and tables."""
    from . import paper, samples
    found = samples.read_json(args.record) if args.record \
        else samples.read_lines(args.samples)
    sys.stdout.write(paper.show(found, args.out))
    return 0


def do_net(args: argparse.Namespace) -> int:
    """Show the tables of bench/net."""
    from . import net, samples
    found = samples.read_json(args.record, "net") if args.record \
        else samples.read_lines(args.samples)
    sys.stdout.write(net.show(found, args.out))
    return 0


def do_table(args: argparse.Namespace) -> int:
    """Show the table of bench/cpu, hosts, real or busy; then, if there is a
    file for it, write the record: what was measured is told in any case."""
    from . import bench_tables
    lines, record = bench_tables.show(args)
    say(lines)
    if args.json:
        jsonio.write_object(args.json, record)
    return 0


def _parse(words: List[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.figures")
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name, do, *names):
        """One that takes these words."""
        added = commands.add_parser(name, help=do.__doc__)
        added.set_defaults(do=do)
        for word in names:
            added.add_argument(word)
        return added

    command("value", do_value, "file").add_argument("path", nargs="+")
    c = command("transfer", do_transfer, "key", "direction")
    c.add_argument("cpu", type=float)
    c.add_argument("frames", type=float)
    c.add_argument("result")
    c.add_argument("reports", nargs="*")
    command("pings", do_pings, "machine", "pings", "result")
    command("steps", do_steps, "machine", "report")
    command("difference", do_difference, "row", "times").add_argument(
        "reports", nargs=2)
    c = command("balance", do_balance)
    c.add_argument("got", type=int)
    c.add_argument("sent", type=int)
    c.add_argument("reports", nargs=2)
    for name, do in (("paper", do_paper), ("net", do_net)):
        c = command(name, do)
        c.add_argument("--samples")
        c.add_argument("--from", dest="record")
        c.add_argument("--out", required=True)
    for name in ("cpu", "hosts", "real", "busy"):
        c = command(name, do_table)
        c.add_argument("--from", dest="record")
        c.add_argument("--work")
        c.add_argument("--order", default="")
        c.add_argument("--fact", action="append", default=[])
        c.add_argument("--json")
    return parser.parse_args(words)


def main(words: List[str]) -> int:
    """Run one command; Return: the exit status."""
    args = _parse(words)
    try:
        return args.do(args)
    except BadInput as error:
        print(f"bench/{args.command}: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
