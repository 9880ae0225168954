# SPDX-License-Identifier: BSD-2-Clause
"""paper_run - how the machines of a record are named, coloured and asked, the
same in each of its tables and plots."""

from __future__ import annotations

import re
from typing import List, Optional

from .samples import Samples
from .spread import NONE, UNMEASURED, Spread, cell, number, ranged
from . import paper_values as paper

# A step of ours and the paper's line that it stands for have one colour.
COLOURS = {
    "native": "#000000", "native_offload": "#888888", "hosted": "#d55e00",
    "ports": "#e69f00", "combine": "#009e73", "notify": "#0072b2",
    "direct": "#aa4499", "qemu_pcnet": "#8b5a2b", "qemu_e1000": "#6b8e23",
    "qemu_virtio": "#708090",
}
PAPER_COLOUR = "#bbbbbb"
OTHER_COLOUR = "#444444"


class Run:
    """A record, with what its tables ask again and again."""

    def __init__(self, samples: Samples) -> None:
        self.samples = samples
        self.steps = list(samples.paths)
        self.top = self.steps[-1] if self.steps else ""
        self.machines = samples.machines

    def get(self, key: str) -> Optional[Spread]:
        """What was measured of this."""
        return self.samples.get(key)

    def cell(self, key: str, factor: float = 1, absent: str = UNMEASURED
             ) -> str:
        """Its median in another unit, or why there is none."""
        found = self.get(key)
        return cell(found.times(factor) if found else None, absent)

    def ranged(self, key: str) -> str:
        """Its median and range."""
        return ranged(self.get(key))

    def path(self, step: str) -> str:
        """All steps up to this one."""
        return self.samples.paths.get(step, step)

    def short(self, step: str) -> str:
        """+notify for ports,combine,notify."""
        plain = self.path(step) == step and step == "hosted"
        return step if plain else "+" + step

    def label(self, machine: str) -> str:
        """What it is, for people."""
        return self.samples.label.get(machine, machine)

    def is_ours(self, machine: str) -> bool:
        """Is it Hostel, which has a report?"""
        return not re.match("native|qemu", machine)

    def absent(self, machine: str) -> str:
        """What to print for a count that only a report has."""
        return UNMEASURED if self.is_ours(machine) else NONE

    def last_of_three(self) -> str:
        """The last step that the paper has, too."""
        ours = [step for step in self.steps if step in paper.TABLE3_IDLE]
        return ours[-1] if ours else "hosted"

    def line_name(self, machine: str) -> str:
        """What it is called beside the paper's: by the paper's name where
        that has one."""
        theirs = {"hosted": "version 2.0", "notify": "all three"}
        if machine in theirs and machine in self.steps:
            return f"{theirs[machine]} ({self.short(machine)})"
        if machine in self.steps:
            return self.short(machine)
        if machine == "native":
            return "native"
        return self.label(machine)

    def colour(self, machine: str) -> str:
        """The one that it has in all plots."""
        return COLOURS.get(machine, OTHER_COLOUR)

    def switch_cost(self) -> str:
        """What one world switch takes, over all transfers of hosted."""
        time = self.get("hosted.out.4096.switch_us_frame")
        times = self.get("hosted.out.4096.switches_frame")
        if not time or not times or times.median == 0:
            return "it was not measured"
        return number(time.median / times.median) + " us"


def one(value: Optional[float]) -> Optional[Spread]:
    """A value that has no range."""
    return None if value is None else Spread(value, value, value, 1)


def kib(sizes: List[int]) -> List[str]:
    """Sizes as an axis or a head has them."""
    return [f"{s // 1024}K" if s >= 1024 else str(s) for s in sizes]
