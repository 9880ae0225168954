# SPDX-License-Identifier: BSD-2-Clause
"""paper_words - what the tables of the paper's bench say, in sentences.

A conclusion of the paper's is one Claim: its words, the rule by which we say
that it holds here, and what was measured. The rule is always printed.
"""

from __future__ import annotations

from typing import Iterator, List, NamedTuple, Optional

from .document import Para, Part
from .samples import Samples
from .spread import cell, number

OUT = ".out.4096.mbit"


class Claim(NamedTuple):
    """One conclusion of the paper's, and whether it holds here."""

    holds: bool
    theirs: str
    rule: str
    ours: str

    def text(self) -> str:
        """As it is printed."""
        verdict = "Holds" if self.holds else "Does not hold"
        return (f"{verdict}: {self.theirs} Here: {self.ours} "
                f"(It holds if {self.rule}.)")


def _gain(samples: Samples, old: str, new: str) -> str:
    """How two steps differ; nothing if one was not measured."""
    grown = samples.ratio(new + OUT, old + OUT)
    if grown is None:
        return ""
    text = (f"{cell(samples.get(new + OUT))} Mb/s out in 4 KiB writes "
            f"({grown:.2f} times {old})")
    before = samples.get(old + ".out.4096.switches_frame")
    after = samples.get(new + ".out.4096.switches_frame")
    if before and after:
        text += (f", world switches for a frame from {cell(before)} to "
                 f"{cell(after)}")
    grown = samples.ratio(new + ".in.4096.mbit", old + ".in.4096.mbit")
    if grown is not None:
        text += (f"; in: {cell(samples.get(new + '.in.4096.mbit'))} Mb/s "
                 f"({grown:.2f} times)")
    return text


def _steps_text(samples: Samples) -> str:
    """Which step gave what."""
    text = ""
    first = samples.get("hosted" + OUT)
    if first:
        switches = samples.get("hosted.out.4096.switches_frame")
        text = (f"hosted, the paper's version 2.0, sends {cell(first)} Mb/s "
                f"with {cell(switches)} world switches for a frame. ")
    steps = list(samples.paths)
    for old, new in zip(steps, steps[1:]):
        more = _gain(samples, old, new)
        if more:
            text += f"Then {new}: {more}. "
    return text.rstrip()


def _largest(samples: Samples) -> Optional[str]:
    """Of the paper's three steps, the one that gained most; None if not all
    of them were measured."""
    names = ["hosted", "ports", "combine", "notify"]
    gains = {new: samples.ratio(new + OUT, old + OUT)
             for old, new in zip(names, names[1:])}
    if any(gain is None for gain in gains.values()):
        return None
    return max(gains, key=lambda name: gains[name] or 0)


def claims(samples: Samples) -> Iterator[Claim]:
    """What the paper concludes, as far as it was measured here."""
    which = _largest(samples)
    if which:
        yield Claim(
            which == "ports", "the first optimization, the registers in the "
            "VMM, gives most.", "ports multiplies what goes out in 4 "
            "KiB writes by more than combine and notify each do",
            f"{which} gave most.")
    times = samples.ratio("notify" + OUT, "hosted" + OUT)
    if times is not None:
        yield Claim(
            times > 2, "on a processor that is the limit, all three together "
            "more than double the throughput.", "notify has more than 2 "
            "times hosted's, out in 4 KiB writes", f"{number(times)} times.")
    idle = samples.get("hosted.wire.4096.idle_share")
    if idle:
        mbit = samples.get("hosted.wire.4096.mbit")
        yield Claim(
            idle.median < 0.02, "version 2.0 leaves nothing of the processor "
            "at 100 Mb/s.", "hosted's guest is idle for less than 2 % of the "
            "time", f"{cell(idle.times(100))} % is left, at {cell(mbit)} "
            "Mb/s.")
    times = samples.ratio("notify.wire.4096.cpu_share",
                          "native.wire.4096.cpu_share")
    if times is not None:
        yield Claim(
            2.8 < times < 11.2, "with all three, a VM takes 5.6 times the "
            "CPU time of the native system at 100 Mb/s.", "it is that to a "
            "factor of two: 2.8 to 11.2 times", f"{number(times)} times.")


def _missing(samples: Samples) -> List[Para]:
    """What is not there, and is no failure."""
    texts = []
    if samples.about.get("qemu") == "not installed":
        texts.append("QEMU is not installed: its rows are missing.")
    if "notify" not in samples.paths and samples.paths:
        texts.append("This build does not have all of the paper's steps yet; "
                     f"it has {list(samples.paths.values())[-1]}.")
    return [Para(text) for text in texts]


def failures(samples: Samples) -> Optional[Part]:
    """What failed and why, which is said before all else; None: nothing."""
    if not samples.failed:
        return None
    part = Part("failed", "This run failed")
    for name, why in samples.failed.items():
        text = samples.label.get(name, name)
        part.add(Para(f"{text}: {why}.".replace("..", "."), "failed"))
    names = [name for name in samples.label if name in samples.failed]
    if names:
        part.add(Para("These machines failed on the way, and their later "
                      "values are missing: " + " ".join(names) + "."))
    return part


def what_was_measured(samples: Samples) -> Part:
    """What on what."""
    about = samples.about
    native = about.get("native")
    native = f"this host's own programs: {native}; " if native else ""
    part = Part("about", "What was measured")
    part.add(Para(
        f"Hostel {about.get('hostel', '?')} on {about.get('host', '?')}; "
        f"guest: {about.get('guest') or '?'}; {native}"
        f"peer: {about.get('qemu', '?')}; {about.get('date', '?')}; "
        f"options: {about.get('options') or 'none'}; measured in "
        f"{about.get('minutes', '?')} min."))
    return part


def in_words(samples: Samples) -> Part:
    """The tables in sentences."""
    part = Part("words", "In words")
    text = _steps_text(samples)
    if text:
        part.add(Para(text))
    part.add(*(Para(claim.text()) for claim in claims(samples)))
    part.add(*_missing(samples))
    return part
