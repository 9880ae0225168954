# SPDX-License-Identifier: BSD-2-Clause
"""net - what bench/net noted becomes tables that say what must be: by values
made by hand at each limit; and what it wrote once shows the same again."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Dict, List

from lib_tap import check, equal, folder, main, recorded, run

sys.modules["matplotlib"] = None  # type: ignore  # page_test draws

# Each must: of ours beside one peer, the value that is just right and one
# that is not.
LIMITS = (
    ("hostel.nat_out", "slirp4netns.nat_out", 101, 100, 100),
    ("hostel.nat_out", "qemu_pcnet.nat_out", 600, 599, 100),
    ("hostel.nat_in", "passt.nat_in", 100.5, 99, 100),
    ("hostel.nat_in", "qemu_virtio.nat_in", 101, 100, 100),
    ("hostel.forward_connects", "slirp4netns.forward_connects", 51, 50, 50),
    ("hostel.forward_out", "qemu_pcnet.forward_out", 51, 49, 50),
    ("hostel.pair", "qemu_pcnet.pair", 300, 299, 100),
    ("hostel.crowd", "hostel.alone", 95, 94, 100),
    ("hostel.ping", "qemu_pcnet.ping", 30, 31, 100),
    ("hostel.bridged_out", "native.bridged_out", 80, 79, 100),
    ("kept.cost", "bare.cost", 98, 97, 100),
    ("stamped.cost", "kept.cost", 99, 98, 100),
)


def verdicts(lines: List[str]) -> Dict[str, int]:
    """Of these samples: how often each verdict stands in the tables."""
    with folder() as at:
        (at / "samples").write_text("\n".join(lines) + "\n")
        status, _, errors = run("net", "--samples", at / "samples",
                                "--out", at / "net")
        assert status == 0, errors
        tables = json.loads((at / "net.json").read_text())["tables"]
    found = [row[-1] for table in tables for row in table["rows"]]
    return {word: found.count(word) for word in ("met", "MISSED")}


def test_limits() -> None:
    """What must be is met at its limit and missed below it."""
    for ours, peer, good, bad, there in LIMITS:
        name = f"{ours} beside {peer}"
        equal(f"{name}: met", verdicts([f"{ours} {good}", f"{peer} {there}"]),
              {"met": 1, "MISSED": 0})
        equal(f"{name}: missed", verdicts(
            [f"{ours} {bad}", f"{peer} {there}"]), {"met": 0, "MISSED": 1})
        equal(f"{name}: the peer is not there", verdicts(
            [f"{ours} {bad}"]), {"met": 0, "MISSED": 0})


def printed(record: Path, at: Path) -> List[str]:
    """What it prints, but for the names of files."""
    status, out, errors = run("net", "--from", record, "--out", at / "net")
    equal(f"{record.name}: status", (status, errors), (0, ""))
    return [line.rstrip() for line in out.splitlines()
            if not line.startswith(("The same", "With", "(With"))]


def test_recorded() -> None:
    """A run as it was written shows what it printed, and its record again."""
    with folder() as at:
        (at / "then.json").write_text(recorded("net.json"))
        now = printed(at / "then.json", at)
        equal("as it was printed", now, [
            line.rstrip() for line in recorded("net.out").splitlines()])
        (at / "again.json").write_text((at / "net.json").read_text())
        equal("and again", printed(at / "again.json", at), now)
        equal("no value is lost", json.loads((at / "net.json").read_text())[
            "samples"], json.loads(recorded("net.json"))["samples"])


def test_words() -> None:
    """What was not measured has its reason, and what misses is named."""
    with folder() as at:
        (at / "s").write_text(
            "failed.passt passt is not installed\nhostel.nat_out 100\n"
            "hostel.nat_out 120\nhostel.nat_out 110\n"
            "slirp4netns.nat_out 220\n")
        _, out, _ = run("net", "--samples", at / "s", "--out", at / "net")
        words = " ".join(out.split())
        check("the reason", "passt: not measured: passt is not installed."
              in words, out)
        check("what misses", "Missed: NAT: out of the guest [Mb/s] beside "
              "slirp4netns: 0.5, must > 1." in words, out)
        check("median and range", "110 (100-120)" in out, out)


def test_other() -> None:
    """What is no record of it is refused, in one line."""
    with folder() as at:
        for name, text in (("paper", recorded("paper.json")),
                           ("cut", '{"samples": {"hostel.pair": [1,'),
                           ("empty", "{}"),
                           ("another", '{"bench": "cpu", "samples": {}}')):
            (at / name).write_text(text)
            status, _, errors = run("net", "--from", at / name, "--out",
                                    at / "net")
            if name == "paper":     # it has samples, of other names
                equal("paper's: no table", status, 0)
            else:
                check(f"{name}: refused", status == 1 and name in errors
                      and errors.count("\n") == 1, errors)


main(test_limits, test_recorded, test_words, test_other)
