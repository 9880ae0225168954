# SPDX-License-Identifier: BSD-2-Clause
"""document - what there is to show, before it is text or a page.

A document has parts, a part has items: paragraphs, notes, tables and plots.
Cells of tables are texts as they are printed. Each id is there once: that of
a plot, a table or a part; Document.check() sees to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Iterator, List, Optional, Union

from .spread import UNMEASURED, Spread


@dataclass
class Para:
    """A paragraph. Kinds: "" ours, "failed", and "note" beside a table."""

    text: str
    kind: str = ""


@dataclass
class Table:
    """Rows have as many cells as the head."""

    id: str
    title: str
    head: List[str]
    rows: List[List[str]] = field(default_factory=list)


@dataclass
class Series:
    """One name in a plot: a spread for each place on the plot's axis, None
    where there is none; @absent says why."""

    name: str
    points: List[Optional[Spread]]
    colour: str = ""
    dashed: bool = False
    marker: str = "o"
    absent: str = UNMEASURED


@dataclass
class Plot:
    """Kinds: "bars" (upright), "rows" (bars that lie), "lines". Places are
    what the axis has: words, or for lines numbers by powers of two."""

    id: str
    kind: str
    title: str
    unit: str
    places: List[str]
    series: List[Series]
    log: bool = False
    axis: str = ""

    @property
    def empty(self) -> bool:
        """Is there nothing to draw?"""
        return not any(p for s in self.series for p in s.points)


Item = Union[Para, Table, Plot]


@dataclass
class Part:
    """A heading, and what belongs under it."""

    id: str
    title: str
    items: List[Item] = field(default_factory=list)

    def add(self, *items: Item) -> None:
        """Append these."""
        self.items.extend(items)


@dataclass
class Document:
    """All of it."""

    title: str
    parts: List[Part]

    def items(self, kind: type) -> Iterator[Item]:
        """All tables, or plots, or paragraphs, in order."""
        for part in self.parts:
            yield from (i for i in part.items if isinstance(i, kind))

    def check(self) -> None:
        """Assert what the head of this file says of ids and rows."""
        ids = [part.id for part in self.parts]
        ids += [i.id for i in self.items(Table)]
        ids += [i.id + "_plot" for i in self.items(Plot)]
        assert len(ids) == len(set(ids)), f"an id is there twice: {ids}"
        for table in self.items(Table):
            for row in table.rows:
                assert len(row) == len(table.head), (table.id, row)
