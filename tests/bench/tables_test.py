# SPDX-License-Identifier: BSD-2-Clause
"""tables - from what benches recorded come the figures that awk made of it:
costs of a transfer, the tables of cpu, hosts, real and busy, and those of the
paper. Then what a record of a run just made says."""

from __future__ import annotations

import json
import re
from typing import Dict, List

from lib_tap import RECORDED, check, equal, folder, main, recorded, run

# What stands where awk had one sign for three things.
INSTEAD = {"-": ("-", "n/m", "0"), "not": ("not",)}


def numbers(lines: str) -> Dict[str, float]:
    """Lines "KEY VALUE"."""
    return {key: float(value) for key, value in
            (line.split() for line in lines.splitlines())}


def test_transfer() -> None:
    """Two reports, nettest's result, and what else the script knows."""
    status, out, errors = run(
        "transfer", "hosted.out.4096", "out", "790", "8859",
        RECORDED / "result.json", RECORDED / "report_before.json",
        RECORDED / "report_after.json")
    found, wanted = numbers(out), numbers(recorded("sample.out"))
    equal("transfer: status", (status, errors), (0, ""))
    equal("transfer: the same measures", sorted(found), sorted(wanted))
    off = {key: (found.get(key), value) for key, value in wanted.items()
           if abs(found.get(key, -1) - value) > 1e-6 * abs(value) + 1e-12}
    equal("transfer: the same values", off, {})
    status, out, _ = run("transfer", "native.in.4096", "in", "100", "0",
                         RECORDED / "result.json")
    equal("transfer: of a machine with no report, and no frames",
          sorted(numbers(out)), ["native.in.4096.cpu_share",
                                 "native.in.4096.mbit"])
    status, _, errors = run(
        "transfer", "k", "out", "1", "1", RECORDED / "result.json",
        "/dev/null", RECORDED / "report_after.json")
    check("transfer: a report that is not there", status == 1 and
          "holds no report" in errors, errors)


def lines_of(text: str) -> List[str]:
    """All but the heads, whose facts an old record may lack."""
    return [line.rstrip() for line in text.splitlines()
            if not line.startswith("hostel --cpu")]


def test_tables() -> None:
    """What was on the screen comes from the JSON again."""
    for bench in ("cpu", "hosts", "real", "busy"):
        status, out, errors = run(bench, "--from",
                                  RECORDED / (bench + ".json"))
        wanted = lines_of(recorded(bench + ".out"))
        found = lines_of(out)
        if bench == "real":     # its JSON had not the column with 656 MB
            wanted = [re.sub(r"(with 656 MB) \(.*\)", r"\1", line)
                      for line in wanted]
        equal(f"{bench}: status", (status, errors), (0, ""))
        equal(f"{bench}: the table", found, wanted)


def test_raw() -> None:
    """What the script of bench/cpu noted, as a table and as JSON."""
    order = list(json.loads(recorded("cpu.json"))["rows"])
    with folder() as at:
        for machine in ("native", "hostel", "qemu"):
            (at / machine).write_text(recorded(f"cpu_raw/{machine}.out"))
        status, out, errors = run(
            "cpu", "--work", at, "--order", " ".join(order),
            "--fact", "native_bits=32", "--fact", "rounds=2",
            "--json", at / "rows.json")
        equal("cpu, raw: status", (status, errors), (0, ""))
        equal("cpu, raw: the table", lines_of(out)[1:],
              lines_of(recorded("cpu.out"))[2:])
        new = json.loads((at / "rows.json").read_text())["rows"]
        equal("cpu, raw: the JSON", new,
              json.loads(recorded("cpu.json"))["rows"])
        status, out, errors = run(
            "cpu", "--work", at, "--order", " ".join(order),
            "--fact", "native_bits=32", "--fact", "rounds=2",
            "--json", at / "none" / "rows.json")
        check("cpu, raw: a record that can not be written is told",
              status == 1 and "can not write " in errors, errors)
        equal("cpu, raw: and the table is shown", lines_of(out)[1:],
              lines_of(recorded("cpu.out"))[2:])
        (at / "qemu").write_text("boot soon\n")
        status, _, errors = run("cpu", "--work", at, "--order", "boot")
        check("cpu, raw: a value that is none", status == 1 and
              "'boot soon' is not a row and a number" in errors, errors)


def rows_of(text: str) -> Dict[str, List[List[str]]]:
    """Of each table, the words of each row."""
    tables: Dict[str, List[List[str]]] = {}
    lines = text.splitlines()
    for i, line in enumerate(lines):
        if re.fullmatch("-+", line):
            end = next((j for j in range(i, len(lines)) if not lines[j]),
                       len(lines))
            tables[lines[i - 3]] = [row.split() for row in lines[i + 1:end]]
    return tables


def same_row(old: List[str], new: List[str]) -> bool:
    """Each word is that of old, but for what is told apart now."""
    return len(old) == len(new) and all(
        b in INSTEAD.get(a, (a,)) for a, b in zip(old, new))


def test_paper() -> None:
    """Each row that awk printed, and what it said in words."""
    with folder() as at:
        status, out, errors = run("paper", "--from", RECORDED / "paper.json",
                                  "--out", at / "p")
    equal("paper: status", (status, errors), (0, ""))
    old, new = rows_of(recorded("paper.out")), rows_of(out)
    equal("paper: the tables", list(new), list(old))
    for title, rows in old.items():
        bad = [(a, b) for a, b in zip(rows, new.get(title, []))
               if not same_row(a, b)]
        equal(f"paper: {title or 'a table'}", bad, [])
    words = " ".join(out.split())
    for sentence in re.findall(r"(?:Holds|Does not hold): .*?(?=\n\n)",
                               recorded("paper.out"), re.S):
        sentence = " ".join(sentence.split())
        check(f"paper: {sentence[:50]}", sentence in words, words[:600])
    check("paper: the rule of each is told", words.count("(It holds if ")
          == words.count("Here: ") > 0, words[:900])
    check("paper: 0 is no dash", re.search(
        r"^port_read .* 0 ", out, re.M), out)


main(test_transfer, test_tables, test_raw, test_paper)
