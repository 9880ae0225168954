# SPDX-License-Identifier: BSD-2-Clause
"""balance - the books of one soak: where did each frame go?

A frame is unexplained if it was sent and did not arrive, and no part of
Hostel counted and named it as dropped.
"""

from __future__ import annotations

from typing import List, Tuple

from .report import Difference


def _port(found: Difference, kind: str, counter: str) -> float:
    """By how much a counter of the switch's port of that kind grew."""
    for path, value in found.after.items():
        if path.startswith("vmnet.ports.") and path.endswith(".kind") and \
                value == kind:
            return found.grown(path[:-len("kind")] + counter)
    return 0


def _hops(found: Difference, got: int, sent: int) -> List[str]:
    """What came out of one and did not go into the next."""
    hops = [
        ("out, from the card to VMNet", found.grown("nics.0.frames_sent"),
         _port(found, "client", "frames_in")),
        ("out, from VMNet to the wire", _port(found, "uplink", "frames_out"),
         got),
        ("in, from the wire to VMNet", sent,
         _port(found, "uplink", "frames_in")),
        ("in, from VMNet to the card", _port(found, "client", "frames_out"),
         found.grown("nics.0.frames_offered"))]
    return [f"  {text}: {out:.0f} and {in_:.0f}"
            for text, out, in_ in hops if out != in_]


def balance(found: Difference, got: int, sent: int) -> Tuple[bool, List[str]]:
    """Is each frame accounted for? And the lines that say so. @got, @sent:
    frames that the other machine received and sent."""
    taken = found.grown("nics.0.frames_taken") \
        - found.grown("nics.0.frames_looped")
    delivered = found.grown("nics.0.frames_received")
    drops = [(path, found.grown(path)) for path in found.paths(r"\.drops\.")
             if found.grown(path)]
    named = sum(n for _, n in drops)
    lost = taken - got + sent - delivered
    lines = [f"  dropped: {path}: {n:.0f}" for path, n in drops]
    lines.append(
        f"  frames: {taken:.0f} out, {delivered:.0f} in; lost on the way: "
        f"{taken - got:.0f} and {sent - delivered:.0f}; dropped and named: "
        f"{named:.0f}; unexplained: {lost - named:.0f}")
    if lost == named:
        return True, lines
    return False, lines + _hops(found, got, sent)
