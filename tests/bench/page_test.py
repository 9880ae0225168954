# SPDX-License-Identifier: BSD-2-Clause
"""page - the page of bench/paper: it is one file with all tables and plots;
tags are closed, ids there once, each picture has words; a value and its
absence look different. And what is left where a module is not installed."""

from __future__ import annotations

import base64
import importlib
import re
import sys
import xml.etree.ElementTree
from html.parser import HTMLParser
from typing import Dict, List, Tuple

from lib_tap import RECORDED, check, equal, folder, main, run, skip

VOID = {"meta", "img", "br"}
PLOTS = ["switches", "figure5", "table1", "table1_vmm", "table2",
         "table2_vmm", "figure6", "table3"]


class Page(HTMLParser):
    """What is in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: List[str] = []
        self.wrong: List[str] = []
        self.tags: List[Tuple[str, Dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Keep it."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        """It closes the one that was opened last."""
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def all(self, attribute: str, *tags: str) -> List[str]:
        """Its values, of these tags or of all."""
        return [a[attribute] for t, a in self.tags
                if attribute in a and (not tags or t in tags)]


def make(*more: str) -> Tuple[str, str, str]:
    """The page of the record, what is printed, and complaints."""
    with folder() as at:
        _, out, errors = run("paper", "--from", RECORDED / "paper.json",
                             "--out", at / "p", *more)
        path = at / "p.html"
        return path.read_text() if path.exists() else "", out, errors


def have(*names: str) -> bool:
    """Are these modules installed?"""
    try:
        for name in names:
            importlib.import_module(name)
    except ImportError:
        return False
    return True


def test_page() -> None:
    """Its tags, ids and links."""
    if not have("jinja2"):
        skip("the page", "python3-jinja2 is not installed")
        return
    text, _, errors = make()
    page = Page(text)
    equal("nothing is complained of", errors, "")
    equal("what is opened is closed", (page.open, page.wrong), ([], []))
    ids = page.all("id")
    equal("ids are there once", sorted(ids), sorted(set(ids)))
    equal("links lead somewhere", [h for h in page.all("href")
                                   if h[1:] not in ids], [])
    check("there are links", len(page.all("href")) > 5)
    equal("nothing is fetched", [s for s in page.all("src")
                                 if not s.startswith("data:")], [])
    check("text is no tag", "<td>&lt;= 150 us</td>" in text)
    check("it can be printed", "@media print" in text)
    for kind in ("met", "missed", "none", "unmeasured"):
        check(f"a cell that is {kind} looks so",
              f'class="{kind}"' in text and f".{kind}" in text)


def test_plots() -> None:
    """Its pictures."""
    if not have("jinja2", "matplotlib"):
        skip("plots", "python3-jinja2 or python3-matplotlib is not installed")
        return
    page = Page(make()[0])
    equal("the plots", [i[:-len("_plot")] for i in page.all("id", "figure")],
          PLOTS)
    alts = page.all("alt", "img")
    equal("each has words", len([a for a in alts if len(a) > 60]),
          len(PLOTS))
    check("a value is among them", "hosted" in alts[0]
          and re.search(r"\d\.\d\d", alts[0]), alts[0])
    check("and what was not measured", "not measured" in alts[-1]
          or "n/m" in alts[-1], alts[-1])
    for id_, source in zip(PLOTS, page.all("src", "img")):
        svg = base64.b64decode(source.partition(",")[2])
        root = xml.etree.ElementTree.fromstring(svg)
        check(f"{id_} is a drawing", root.tag.endswith("svg")
              and len(root) > 1)
    equal("the same record, the same page", make()[0] == make()[0], True)


def test_document() -> None:
    """What plots hold: names, colours and ranges."""
    from bench.figures import paper_tables, samples
    from bench.figures.document import Plot
    found = samples.read_json(str(RECORDED / "paper.json"))
    plots = {p.id: p for p in paper_tables.document(found).items(Plot)}
    colours = {s.name: s.colour for s in plots["figure6"].series}
    equal("Figure 6: version 2.0 is one colour",
          colours["version 2.0 (hosted)"],
          colours["paper: version 2.0, 733 MHz"])
    equal("Figure 6: native is one colour", colours["native"],
          colours["paper: native"])
    check("Figure 6: QEMU's virtio-net is in",
          any("virtio" in name for name in colours), colours)
    check("world switches are on a log axis", plots["switches"].log)
    check("a range is kept", any(
        p and p.high > p.low for p in plots["switches"].series[0].points))
    equal("Table 3 begins with native", plots["table3"].places[0], "native")
    check("of a 0 there is a value", any(
        p and p.median == 0 for p in plots["table3"].series[0].points))


def without_page(page: str, out: str, errors: str) -> None:
    """No jinja2."""
    check("no jinja2: no page, and why", not page and not errors
          and "python3-jinja2 is not installed" in out, out[-300:])
    check("no jinja2: the text is all there", "Table 3" in out)


def test_without() -> None:
    """Where a module is not there, all else is, and the reason is told."""
    def without(name: str) -> Tuple[str, str, str]:
        """What is written with that module missing."""
        for module in [m for m in sys.modules
                       if m.startswith("bench.figures")]:
            del sys.modules[module]
        kept = {m: sys.modules.pop(m) for m in list(sys.modules)
                if m.split(".")[0] == name}
        sys.modules[name] = None  # type: ignore
        try:
            return make()
        finally:
            del sys.modules[name]
            sys.modules.update(kept)
    if not have("jinja2"):
        skip("no matplotlib", "python3-jinja2 is not installed, either")
        without_page(*make())
        return
    page, out, errors = without("matplotlib")
    equal("no matplotlib: nothing breaks", errors, "")
    check("no matplotlib: no plots, and why", "<img" not in page
          and "python3-matplotlib is not installed" in out, out[-300:])
    check("no matplotlib: the page says so, too",
          "python3-matplotlib is not installed" in page)
    without_page(*without("jinja2"))


main(test_page, test_plots, test_document, test_without)
