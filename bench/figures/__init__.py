# SPDX-License-Identifier: BSD-2-Clause
"""figures - what the benches make of what their scripts measured.

Scripts in bench/ start machines and write down values; this package reads
those and makes tables, sentences, plots, JSON and a page of them. So it
starts nothing and measures nothing, and the same input gives the same output.

Text and JSON need Python's own library only; the page needs jinja2, its plots
matplotlib, and both are imported where they are used. Python 3.9 will do.
"""
