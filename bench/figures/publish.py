# SPDX-License-Identifier: BSD-2-Clause
"""publish - a document as text, JSON and a page: of `hostel bench paper` and
`hostel bench net`."""

from __future__ import annotations

from typing import Dict, List, Tuple

from . import jsonio
from .document import Document, Para, Plot, Table
from .samples import Samples
from .text import document_text

PLOTS_NEED = "Debian's python3-matplotlib is not installed"
PAGE_NEEDS = "Debian's python3-jinja2 is not installed"


def record(samples: Samples, document: Document) -> Dict[str, object]:
    """The JSON: all samples, the tables made of them, and the words."""
    result: Dict[str, object] = dict(samples.to_json())
    result["tables"] = [
        {"id": t.id, "title": t.title, "columns": t.head, "rows": t.rows}
        for t in document.items(Table)]
    result["words"] = [p.text for p in document.items(Para)
                       if p.kind != "note"]
    return result


def _drawings(document: Document) -> Tuple[Dict[str, str], List[str]]:
    """The plots, and why there are none."""
    try:
        from .plots import draw
    except ImportError:
        return {}, [f"(Without plots: {PLOTS_NEED}.)"]
    return {plot.id: draw(plot) for plot in document.items(Plot)
            if not plot.empty}, []


def _page(document: Document, path: str) -> List[str]:
    """Write the page; Return: what it lacks, or why there is none."""
    try:
        from .page import document_page
    except ImportError:
        return [f"(Without a page: {PAGE_NEEDS}.)"]
    drawings, missing = _drawings(document)
    jsonio.write_text(path, document_page(document, drawings, missing))
    return [f"The same as a page: {path}."] + missing


def publish(samples: Samples, document: Document, prefix: str, bench: str
            ) -> str:
    """Write PREFIX.json, .html and .txt; Return: what to print."""
    text = document_text(document)
    jsonio.write_object(prefix + ".json", {
        "bench": bench, **record(samples, document)})
    jsonio.write_text(prefix + ".txt", text)
    told = _page(document, prefix + ".html")
    told.insert(1, f"With all values: {prefix}.json.")
    return text + "\n" + "\n".join(told) + "\n"
