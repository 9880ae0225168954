# SPDX-License-Identifier: BSD-2-Clause
"""reading - records as benches wrote them, laid out in any way, old, with
holes, cut off or not JSON: what is there is shown, and what is wrong is said
in one line, with status 1."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from lib_tap import check, equal, folder, main, recorded, run

sys.modules["matplotlib"] = None  # type: ignore  # page_test draws
BENCHES = ("cpu", "hosts", "real", "busy")


def write(at: Path, name: str, value: Any) -> Path:
    """A file with this text, or this as JSON."""
    path = at / name
    text = value if isinstance(value, str) else json.dumps(value)
    path.write_text(text, encoding="utf-8")
    return path


def shown(path: Path, at: Path) -> str:
    """A record of bench/paper as text."""
    status, out, errors = run("paper", "--from", path, "--out", at / "p")
    assert status == 0, errors
    return out


def test_any_layout() -> None:
    """The same values, however the file is laid out."""
    record = json.loads(recorded("paper.json"))
    with folder() as at:
        plain = shown(write(at, "a", recorded("paper.json")), at)
        for name, text in (
                ("one line", json.dumps(record)),
                ("no blanks", json.dumps(record, separators=(",", ":"))),
                ("a value a line", json.dumps(record, indent=8)),
                ("members in another order",
                 json.dumps(dict(reversed(list(record.items())))))):
            equal(f"paper: {name}", shown(write(at, "b", text), at), plain)
    for bench in BENCHES:
        with folder() as at:
            status, plain, _ = run(bench, "--from", write(
                at, "a", recorded(bench + ".json")))
            other = json.dumps(json.loads(recorded(bench + ".json")))
            equal(f"{bench}: one line", run(
                bench, "--from", write(at, "b", other)), (0, plain, ""))


def refused(name: str, path: Path, why: str, *benches: str) -> None:
    """Each of these says what is wrong, in one line that names the file."""
    for bench in benches:
        out = ("--out", path.parent / "p") if bench == "paper" else ()
        status, _, errors = run(bench, "--from", path, *out)
        check(f"{bench}: {name}", status == 1 and why in errors and
              path.name in errors and errors.count("\n") == 1, errors)


def test_malformed() -> None:
    """Files that are not what a bench wrote."""
    every = ("paper",) + BENCHES
    with folder() as at:
        for bench in every:
            text = recorded(bench + ".json")
            refused("cut off", write(at, "cut", text[:len(text) // 2]),
                    "is not JSON", bench)
        refused("no file", at / "missing", "No such file", *every)
        refused("empty", write(at, "empty", ""), "is not JSON", *every)
        refused("a list", write(at, "list", "[1]"), "holds no object", *every)
        refused("nothing in it", write(at, "none", {}), "not what bench/",
                *every)
        refused("deep", write(at, "deep", "[" * 100000), "", *every)
        (at / "binary").write_bytes(b"\x1f\x8b\xff\x00" * 8)
        refused("packed", at / "binary", "is not text", *every)
        refused("samples are a list", write(at, "bad", {"samples": []}),
                "\"samples\" is not an object", "paper")
        refused("a sample is a text", write(at, "bad", {"samples": {
            "hosted.out.4096.mbit": "5"}}), "is not a list", "paper")
        refused("another bench's", write(at, "hosts",
                                         recorded("hosts.json")),
                "is not what bench/cpu wrote", "cpu")
        status, _, errors = run("cpu", "--from", write(at, "row", {"rows": {
            "what": {"hostel": {"median": 1}}}}))
        check("cpu: a row that it has not", status == 1 and
              "has no row 'what'" in errors, errors)


def test_old() -> None:
    """What old records lack was not measured, and nothing else changes."""
    record = json.loads(recorded("paper.json"))
    with folder() as at:
        del record["about"]["about.ladder"]
        for key in [k for k in record["samples"] if "way_" in k]:
            del record["samples"][key]
        text = shown(write(at, "old", record), at)
        check("no ladder: the steps are those of its machines",
              "+direct" in text and "Hostel, hosted" in text, text)
        check("no Figure 5: its values are not measured", any(
            line.split()[:2] == ["world", "switch"] and "n/m" in line
            for line in text.splitlines()), text)
        record["samples"] = {"hosted.out.4096.mbit": [float("nan"), 7, None]}
        record["about"] = {}
        text = shown(write(at, "older", record), at)
        check("one value among holes is enough", "7.00 Mb/s out" in text
              or "sends 7.00 Mb/s" in text, text)
        rows = {"getppid": {"hostel": {"median": 2}, "qemu": None}}
        status, out, _ = run("cpu", "--from", write(at, "c", {"rows": rows}))
        check("cpu: a row with one column, and no facts", status == 0 and
              "2 (2-2)" in out and "native, 32-bit" in out, out)


def test_failed() -> None:
    """A run that failed says so first, and why."""
    record = json.loads(recorded("paper.json"))
    label = record["about"]["machine.direct"]
    with folder() as at:
        record["about"]["failed.direct"] = "nettest out failed: timed out"
        text = shown(write(at, "f", record), at)
        check("the reason is on top", text.lstrip().startswith(
            "This run failed\n") and f"{label}: nettest out failed: timed out."
            in text[:200], text[:300])
        again = json.loads((at / "p.json").read_text(encoding="utf-8"))
        equal("it is kept", again["about"]["failed.direct"],
              "nettest out failed: timed out")
        record["about"]["failed.direct"] = "1"
        text = shown(write(at, "f", record), at)
        check("an old record has no reason, and that is told",
              "the reason was not written down" in text[:200], text[:300])


main(test_any_layout, test_malformed, test_old, test_failed)
