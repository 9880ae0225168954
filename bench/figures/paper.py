# SPDX-License-Identifier: BSD-2-Clause
"""paper - `hostel bench paper`, once it has measured: text, JSON, a page."""

from __future__ import annotations

from .paper_tables import document as make_document
from .publish import publish
from .samples import Samples


def show(samples: Samples, prefix: str) -> str:
    """Write PREFIX.json, .html and .txt; Return: what to print."""
    return publish(samples, make_document(samples), prefix, "paper")
