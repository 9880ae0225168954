# SPDX-License-Identifier: BSD-2-Clause
"""paper_values - what is printed in "Virtualizing I/O Devices on VMware
Workstation's Hosted Virtual Machine Monitor" (USENIX 2001): its figures and
tables. Those of Figure 6 are read off its drawing, to about 0.3 Mb/s.
"""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Optional, Tuple


class Way(NamedTuple):
    """A row of Figure 5, in the words of our report."""

    text: str
    world: str
    us: float


class Share(NamedTuple):
    """A row of Table 1 or 2: percent and microseconds each time, None where
    the paper has none. @ours: the rows of ours that it is, as the report
    names them."""

    text: str
    percent: Optional[float]
    us: Optional[float]
    ours: Tuple[str, ...]


FIGURE5 = [
    Way("OUT handling in VMM", "VMM", 0.57),
    Way("world switch", "-", 4.45),
    Way("VMApp processing", "host", 1.23),
    Way("VMNet", "host", 17.55),
    Way("VMApp processing, after", "host", 2.97),
    Way("world switch back", "-", 4.45),
    Way("return to virtual machine", "VMM", 0.41),
    Way("total", "-", 31.63),
]
FIGURE5_TOTAL = 31.63

_SEND = "transmitting via the VMNet"
_RECEIVE = "receiving via the VMNet"
_TRANSMIT = "emulating the Lance transmit path"
_STATUS = "emulating the Lance status register"
_IO = "IN/OUTs to the "
_SWITCHING = _IO + "Lance that world switch"
_PLAIN = "instructions that need no virtualization"
_GENERAL = "general instructions that need virtualization"
_PRIVILEGED = "virtualizing privileged instructions"
_CONTEXT = "guest context switches"
_TRANSITIONS = "transitions to/from virtualization code"
_VIRQ = "delivering virtual IRQs"
_VMM = "IN/OUTs handled in the VMM"
_HOST_IRQ = "host IRQ processing while guest idle"
_NEED_SWITCH = "IN/OUTs that need a switch to VMApp"


def _same(text: str, percent: float, us: Optional[float] = None) -> Share:
    """A row that ours has by the same name."""
    return Share(text, percent, us, (text,))


# What the paper has no rows for.
_OURS_ONLY = [Share(text, None, None, (text,)) for text in (
    "page faults and exceptions", "translating",
    "instructions that are interpreted", "world switches")]

# Each table, and "v": what its VMM time is made of.
TABLES: Dict[str, List[Share]] = {
    "1": [
        Share("VMM time", 77.3, None, ("VMM",)),
        _same(_SEND, 8.7, 13.8),
        _same(_STATUS, 4.0, 3.1),
        _same("handling host IRQs", 3.4),
        _same(_TRANSMIT, 3.3, 5.2),
        _same(_RECEIVE, 0.8, 1.8),
    ],
    "2": [
        Share("VMM time", 71.5, None, ("VMM",)),
        _same(_SEND, 17.9, 22.7),
        _same(_RECEIVE, 2.5, 22.7),
        _same(_TRANSMIT, 1.8, 3.0),
    ],
    "1v": [
        Share(_NEED_SWITCH, 26.8, 7.45, (_NEED_SWITCH, _SWITCHING)),
        _same(_PLAIN, 22.0),
        Share(_GENERAL, 11.6, None, (_GENERAL, _PRIVILEGED, _CONTEXT)),
        Share(_VMM, 8.3, 1.36,
              (_VMM, _IO + "PIC", _IO + "Lance status register")),
        _same(_IO + "Lance address port", 8.1, 0.74),
        _same(_TRANSITIONS, 4.8),
        _same("virtualizing IRET", 4.8, 3.93),
        _same(_VIRQ, 4.6),
        *_OURS_ONLY,
    ],
    "2v": [
        Share("guest idle", 30.4, None, ("IDLE",)),
        _same(_PLAIN, 22.2),
        _same(_CONTEXT, 11.5),
        _same(_HOST_IRQ, 10.7),
        Share(_PRIVILEGED, 7.9, None, (_PRIVILEGED, _GENERAL)),
        _same(_IO + "PIC", 2.5, 0.78),
        Share(_VIRQ, 2.5, None, (_VIRQ, "virtualizing IRET")),
        _same(_IO + "Lance status register", 2.3, 0.91),
        _same(_TRANSITIONS, 1.5),
        _same(_SWITCHING, 0.5),
        *_OURS_ONLY,
    ],
}

SIZES = [512, 1024, 2048, 4096, 8192, 16384, 32768, 65536]
# Of each line the name, which step of ours it is, its processor, its values.
FIGURE6: List[Tuple[str, str, str, List[float]]] = [
    ("native", "native", "",
     [88.6, 88.6, 90.2, 90.2, 90.2, 90.5, 90.5, 90.5]),
    ("all three, 733 MHz", "notify", "733",
     [89.6, 89.6, 89.7, 89.7, 89.7, 89.6, 89.7, 89.7]),
    ("version 2.0, 733 MHz", "hosted", "733",
     [45.1, 48.2, 62.9, 64.2, 63.1, 62.8, 63.4, 60.5]),
    ("all three, 350 MHz", "notify", "350",
     [42.5, 42.5, 63.7, 65.3, 62.3, 66.4, 67.0, 64.8]),
    ("version 2.0, 350 MHz", "hosted", "350",
     [16.8, 18.9, 24.9, 25.4, 24.8, 25.0, 25.0, 25.1]),
]

# Table 3: idle percent, and what the paper calls it, by the step of ours that
# stands for it.
TABLE3_IDLE: Dict[str, float] = {
    "native": 86, "notify": 21.7, "combine": 17.9, "ports": 2.0, "hosted": 0,
}
TABLE3_NAMES: Dict[str, str] = {
    "native": "native", "notify": "all three",
    "combine": "without IRQ notification",
    "ports": "and without send combining", "hosted": "version 2.0",
}
