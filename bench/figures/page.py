# SPDX-License-Identifier: BSD-2-Clause
"""page - a document as one HTML page that needs no other file.

Plots are pictures of their own in it, as data, so that no id in a drawing is
another's; each has its values as alternative text. Needs jinja2 (Debian:
python3-jinja2; 2.11 will do).
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Dict, List

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .document import Document, Para, Plot, Table
from .plots_text import alt_text
from .spread import NONE, UNMEASURED

CLASSES = {"met": "met", "MISSED": "missed", NONE: "none",
           UNMEASURED: "unmeasured", "not measured": "unmeasured"}


def cell_class(text: str) -> str:
    """How a cell is to look, by what it says."""
    return CLASSES.get(text, "")


def kind(item: object) -> str:
    """What an item is, for the template."""
    return {Para: "para", Table: "table", Plot: "plot"}[type(item)]


def data_url(svg: str) -> str:
    """A drawing as an address that holds it."""
    coded = base64.b64encode(svg.encode("utf-8")).decode("ascii")
    return "data:image/svg+xml;base64," + coded


def document_page(document: Document, drawings: Dict[str, str],
                  missing: List[str]) -> str:
    """All of it. @drawings: of a plot's id its SVG; a plot that has none is
    left out. @missing: sentences on what the page lacks."""
    loader = FileSystemLoader(str(Path(__file__).parent))
    environment = Environment(loader=loader, autoescape=True,
                              undefined=StrictUndefined, trim_blocks=True,
                              lstrip_blocks=True)
    environment.filters.update(cell_class=cell_class, kind=kind,
                               alt_text=alt_text)
    pictures = {id_: data_url(svg) for id_, svg in drawings.items()}
    return environment.get_template("page.html").render(
        document=document, pictures=pictures, missing=missing)
