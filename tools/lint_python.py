# SPDX-License-Identifier: BSD-2-Clause
"""lint_python - what tools/lint says of Python: that it compiles for Python
3.9, lines of 80 columns, functions of 60 lines, docstrings, no tabs.

usage: python3 tools/lint_python.py FILE...

Prints "file:line: what to do" for each finding; exit status 0.
"""

from __future__ import annotations

import ast
import sys
from typing import Iterator, Tuple

COLUMNS = 80
FUNCTION = 60
OLDEST = (3, 9)     # Debian 11
Finding = Tuple[int, str]
KINDS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def in_lines(text: str) -> Iterator[Finding]:
    """What one line after another shows."""
    for at, line in enumerate(text.splitlines(), 1):
        if len(line) > COLUMNS:
            yield at, f"break this line: {len(line)} columns > {COLUMNS}"
        if line != line.rstrip():
            yield at, "remove the blanks at the end of the line"
        if line.startswith("\t"):
            yield at, "indent Python by four blanks, not by tabs"


def in_tree(tree: ast.Module) -> Iterator[Finding]:
    """What the parsed file shows: docstrings are asked of all that others
    may use, unless the body is shorter than they are."""
    if not ast.get_docstring(tree):
        yield 1, "open with a docstring: what this file is"
    for node in ast.walk(tree):
        if not isinstance(node, KINDS):
            continue
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if not isinstance(node, ast.ClassDef) and lines > FUNCTION:
            yield node.lineno, (f"split this function: {lines} lines > "
                                f"{FUNCTION}")
        if not node.name.startswith("_") and lines > 4 and \
                not ast.get_docstring(node):
            yield node.lineno, f"say in a docstring what {node.name} does"


def findings(path: str) -> Iterator[Finding]:
    """All of one file."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    try:
        tree = ast.parse(text, path, feature_version=OLDEST)
        compile(text, path, "exec", dont_inherit=True)
    except SyntaxError as error:
        yield error.lineno or 1, f"mend this, it is no Python: {error.msg}"
        return
    yield from in_lines(text)
    yield from in_tree(tree)


for name in sys.argv[1:]:
    for line, what in findings(name):
        print(f"{name}:{line}: {what}")
