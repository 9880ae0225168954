# SPDX-License-Identifier: BSD-2-Clause
"""text - a document as text for a terminal. Plots are left out: each value
in them is in a table."""

from __future__ import annotations

import textwrap
from typing import List

from .document import Document, Para, Table

WIDTH = 78


def table_text(table: Table) -> List[str]:
    """A table's lines: the first column to the left, all others to the
    right."""
    rows = [table.head] + table.rows
    width = [max(len(row[i]) for row in rows)
             for i in range(len(table.head))]
    lines = []
    for row in rows:
        first = row[0].ljust(width[0])
        rest = [text.rjust(w) for text, w in zip(row[1:], width[1:])]
        lines.append("  ".join([first] + rest))
    lines.insert(1, "-" * len(lines[0]))
    return [f"\n{table.title}\n"] + lines


def document_text(document: Document) -> str:
    """All of it."""
    lines: List[str] = []
    for part in document.parts:
        lines += [f"\n{part.title}", "=" * len(part.title)]
        for item in part.items:
            if isinstance(item, Table):
                lines += table_text(item)
            elif isinstance(item, Para):
                lines += ["", textwrap.fill(
                    item.text, WIDTH, break_long_words=False,
                    break_on_hyphens=False)]
    return "\n".join(lines) + "\n"
