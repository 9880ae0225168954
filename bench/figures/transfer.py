# SPDX-License-Identifier: BSD-2-Clause
"""transfer - what one transfer of nettest cost, as samples of its machine.

A halted guest is idle; what is not idle between two reports is the
transfer's, as the guest does nothing else.
"""

from __future__ import annotations

import re
from typing import Any, Dict, Iterator, List, Optional

from .report import Difference, Line


def _per_frame(found: Difference, n: float) -> Iterator[Line]:
    """The report's counters, for each of @n frames with data."""
    for path in found.paths(r"^world_switches\."):
        reason = path.split(".")[-1]
        if reason == "total":
            yield "switches_frame", found.grown(path) / n
        elif found.grown(path):
            yield f"switch.{reason}_frame", found.grown(path) / n
    yield "ports_frame", found.sum("^port_accesses.lance_") / n
    yield "ports_host_frame", found.sum("^port_accesses.lance_.*host$") / n
    yield "ports_all_frame", found.sum("^port_accesses.total") / n
    yield "irqs_frame", found.sum("^nics.*irqs_raised") / n
    for key, path in (("vmm_us", "time_s.vmm"),
                      ("switch_us", "time_s.world_switch"),
                      ("vmapp_us", "time_s.vmapp"),
                      ("vmnet_us", "vmnet.switch_cpu_s")):
        yield f"{key}_frame", 1e6 * found.grown(path) / n


def _rows(found: Difference, seconds: float) -> Iterator[Line]:
    """What the worlds did with their CPU time, by the rows of the paper's
    tables: shares of the time, and microseconds each time."""
    worlds: Dict[str, float] = {}
    total: Dict[str, float] = {}
    count: Dict[str, float] = {}
    for path in found.paths(r"^vm(m|app)_rows\..*\.cpu_ms$"):
        world, name = re.findall(r"^(vmm|vmapp)_rows\.(.*)\.cpu_ms$", path)[0]
        ms = found.grown(path)
        times = found.grown(path[:-len("cpu_ms")] + "times")
        worlds[world] = worlds.get(world, 0) + ms
        total[name] = total.get(name, 0) + ms
        count[name] = count.get(name, 0) + times
        if world == "vmm":
            yield f"vmmrow.{name}.share", ms / 1000 / seconds
    for name, ms in total.items():
        yield f"row.{name}.share", ms / 1000 / seconds
        if count[name]:
            yield f"row.{name}.us", ms * 1000 / count[name]
    for world, ms in worlds.items():
        yield f"{world}_share", ms / 1000 / seconds


def _ours(found: Difference, direction: str, seconds: float, rows: bool
          ) -> Iterator[Line]:
    """What only a report can tell."""
    busy = found.grown("wall_s") - found.grown("guest_idle_s")
    yield "idle_share", 1 - busy / seconds if busy < seconds else 0
    yield "drops", found.sum("^nics.*drops") + found.sum("^vmnet.*drops")
    way = "sent" if direction == "out" else "received"
    frames = found.sum(f"^nics.*frames_{way}")
    if frames:
        yield from _per_frame(found, frames)
    if rows:
        yield from _rows(found, seconds)


def sample(result: Dict[str, Any], key: str, direction: str, cpu_ms: float,
           frames: float, found: Optional[Difference]) -> List[str]:
    """Lines of samples.

    @result: nettest's; @cpu_ms: CPU time that the machine's processes had;
    @frames: what the other machine saw on its end of the cable, 0 for
    unknown; @found: what Hostel did meanwhile, None for other machines.
    """
    seconds = result["seconds"]
    lines: List[Line] = [("mbit", result["mbit_s"]),
                         ("cpu_share", cpu_ms / 1000 / seconds)]
    if frames:
        lines += [("frames_s", frames / seconds),
                  ("cpu_us_frame", 1000 * cpu_ms / frames)]
    if found and "wall_s" in found.after:
        lines += _ours(found, direction, seconds,
                       key.endswith(".out.4096"))
    return [f"{key}.{name} {value:.9g}" for name, value in lines]


def pings(key: str, text: str) -> List[str]:
    """Lines of samples from what ping said: the middle one and the 99th
    percentile, in us; none if it got no answer."""
    found = sorted(float(ms) for ms in
                   re.findall(r"time=([0-9.]+) ms$", text, re.M))
    if not found:
        return []
    middle = found[(len(found) + 1) // 2 - 1]
    late = found[int(len(found) * 0.99 + 0.99) - 1]
    return [f"{key}.ping.p50_us {middle * 1000:.6g}",
            f"{key}.ping.p99_us {late * 1000:.6g}"]


def pingpong(key: str, result: Dict[str, Any]) -> List[str]:
    """Lines of samples from what nettest says of one byte there and back."""
    return [f"{key}.pingpong.{name} {value:.6g}"
            for name, value in result.items() if name.endswith("_us")]
