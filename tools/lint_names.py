# SPDX-License-Identifier: BSD-2-Clause
"""lint_names - what tools/lint says of names in documents and comments: what
they name is there.

usage: python3 tools/lint_names.py FILE...    (all files of the tree)

Prints "file:line: what to do" for each finding; exit status 0.

In documents (*.md), of each text in backticks:

1. A path, or the end of one, is a file or a folder of the tree; '*' stands for
   any part of a name, [ch] for either letter. build/... is made by something.
2. --option is in the source of a program of ours, `make X` is a target.
3. name() is a function of ours, `struct x` and `enum x` are defined; every
   other word is in some source, outside comments.
4. Words in capitals beside others stand for what a user writes.
5. What is not ours (another program, a manual's word, a guest's message) is a
   line of tools/lint_names.txt, which has no line that is not needed.

In comments of sources: files, decisions (docs/decisions/0007) and name() are
there, by the same rules; and the head of a .def file names the macros that its
rows use.
"""

from __future__ import annotations

import fnmatch
import re
import sys
from typing import Dict, Iterator, List, Set, Tuple

FOREIGN = "tools/lint_names.txt"
DOCUMENT = ".md"
CODE = (".c", ".h", ".S", ".def")
SCRIPT = (".sh", ".bash", ".py", ".awk", ".ld", "Makefile")
ENDINGS = r"(?:c|h|S|def|md|sh|bash|py|awk|json|html|txt|out|ld)"
PATH = re.compile(r"[\w.*\[\]/-]*\.%s$|.*/.*" % ENDINGS)
IN_COMMENT = re.compile(
    r"(?<![\w/<.-])(docs/decisions/\d{4}|[a-z][\w/]*\.(?:c|h|S|def|md))"
    r"(?![\w(])|\b([a-z]\w*)\(\)")


def tails_of(path: str) -> Iterator[str]:
    """How a path may be named: from any folder on, without its ending."""
    stem = path.partition(".")[0]
    for name in {path, stem}:
        while name:
            yield name
            name = name.partition("/")[2]


class Tree:
    """What there is to be named."""

    def __init__(self, paths: List[str]) -> None:
        self.paths = set(paths)
        self.folders = {p[:i] for p in paths
                        for i in range(len(p)) if p[i] == "/"}
        self.tails = {tail for p in self.paths | self.folders
                      for tail in tails_of(p)}
        self.texts: Dict[str, str] = {}
        self.words: Set[str] = set()
        self.functions: Set[str] = set()
        self.types: Set[str] = set()
        code = [self.take(path) for path in paths]
        self.strings = "".join(code)
        with open(FOREIGN, encoding="utf-8") as file:
            self.foreign = {line.rstrip("\n") for line in file
                            if line[0] not in "#\n"}
        self.needed: Set[str] = set()
        self.asked: Dict[str, bool] = {}

    def take(self, path: str) -> str:
        """One file's words. Return: what it has beside comments."""
        try:
            with open(path, encoding="utf-8") as file:
                text = file.read()
        except UnicodeDecodeError:
            return ""
        self.texts[path] = text
        if path.endswith(DOCUMENT) or path in (FOREIGN, "LICENSE"):
            return ""
        if path.endswith(CODE):
            text = re.sub(r"/\*.*?\*/|^//[^\n]*", " ", text,
                          flags=re.S | re.M)
            self.functions |= set(re.findall(
                r"^(?:[a-z_][\w \t\n*]*?\b|#define )(\w+)\(", text, re.M))
            self.functions |= set(re.findall(r"^(\w+):", text, re.M))
            self.types |= set(re.findall(
                r"\b((?:struct|enum|union) \w+)\s*\{", text))
        else:
            text = re.sub(r"^\s*#(?!include).*", "", text, flags=re.M)
            self.functions |= set(re.findall(r"^\s*(?:def )?(\w+)\(", text,
                                             re.M))
        self.words |= set(re.findall(r"\w+", text + " " + path))
        return text

    def has_path(self, name: str) -> bool:
        """Rule 1; asked for the same names again and again."""
        if name not in self.asked:
            self.asked[name] = self.find_path(name)
        return self.asked[name]

    def find_path(self, name: str) -> bool:
        """Rule 1."""
        name = name.rstrip("/")
        name = re.sub(r"\b[A-Z]+(?=\b|_)", "*", name)
        if name.startswith("build/"):
            last = re.split(r"[/.]", name)[-1]
            return last == "*" or last in self.words
        if name in self.tails:
            return True
        if re.match(r"docs/decisions/\d{4}$", name):
            name += "-*"
        return re.search(r"[*[]", name) is not None and \
            bool(fnmatch.filter(self.tails, name))

    def is_foreign(self, name: str) -> bool:
        """Is it a line of the list?"""
        if name in self.foreign:
            self.needed.add(name)
            return True
        return False


def say(path: str, line: int, what: str) -> None:
    """One finding."""
    print(f"{path}:{line}: {what}")


def wrong_word(word: str, alone: bool, tree: Tree) -> str:
    """What is wrong with one word of a text in backticks; "": nothing."""
    call = re.fullmatch(r"(\w+)\(\)", word)
    if call:
        return "" if call[1] in tree.functions else "is no function of ours"
    option = re.match(r"--[a-z][\w-]*", word)
    if option:
        known = re.search(r'(--|")%s\b(?!-)' % re.escape(option[0][2:]),
                          tree.strings)
        return "" if known else "is no option of ours"
    if word.startswith("/") or word.startswith("-"):
        return "is not ours"
    if PATH.match(word):
        return "" if tree.has_path(word) else "is no file here"
    if not alone and re.fullmatch(r"[A-Z]+|\d+|[-.,=]+", word):
        return ""
    if "*" in word:
        return "" if any(fnmatch.fnmatchcase(w, word)
                         for w in tree.words) else "is in no source"
    parts = re.findall(r"\b[A-Za-z_]\w*", word)
    if all(p in tree.words or (not alone and p.isupper()) for p in parts):
        return ""
    return "is in no source"


def check_span(text: str, tree: Tree) -> Iterator[Tuple[str, str]]:
    """What is wrong with a text in backticks: word, why."""
    if tree.is_foreign(text):
        return
    kind = re.fullmatch(r"(?:struct|enum|union) \w+", text)
    if kind:
        if text not in tree.types:
            yield text, "is defined nowhere"
        return
    words = text.split()
    if words[0] == "make" and len(words) > 1:
        makefile = tree.texts["Makefile"]
        target = next((w for w in words[1:] if "=" not in w), "")
        built = target.startswith("build/") and tree.has_path(target)
        rule = r"^(?:\S+ )*%s(?: \S+)*:" % re.escape(target)
        if not built and not re.search(rule, makefile, re.M):
            yield target, "is no target of the Makefile"
        return
    for word in words:
        why = wrong_word(word, len(words) == 1, tree)
        if why and not tree.is_foreign(word):
            yield word, why


def check_document(path: str, tree: Tree) -> None:
    """All texts in backticks."""
    text = re.sub(r"\n\n(?:    [^\n]*\n|\n)+",    # what is shown as it is
                  lambda m: "\n" * m[0].count("\n"), tree.texts[path])
    for span in re.finditer(r"`([^`]+)`", text):
        line = text.count("\n", 0, span.start()) + 1
        for word, why in check_span(" ".join(span[1].split()), tree):
            say(path, line, f"mend this name, or say in {FOREIGN} whose it "
                f"is: {word} {why}")


def check_comments(path: str, tree: Tree) -> None:
    """All comments of a source."""
    text = tree.texts[path]
    if path.endswith(CODE):
        comments = re.finditer(r"/\*.*?\*/|^//[^\n]*", text, re.S | re.M)
    else:
        comments = re.finditer(r"^\s*#[^\n]*", text, re.M)
    for comment in comments:
        for name in IN_COMMENT.finditer(comment[0]):
            line = text.count("\n", 0, comment.start() + name.start()) + 1
            if name[1] and not tree.has_path(name[1]) and \
                    not tree.is_foreign(name[1]):
                say(path, line, f"mend this name: {name[1]} is no file here")
            elif name[2] and name[2] not in tree.words and \
                    not tree.is_foreign(name[2] + "()"):
                say(path, line, f"mend this name: {name[2]}() is no function "
                    "here")


def check_rows(path: str, tree: Tree) -> None:
    """The head of a .def file: MACRO(what, it, takes)."""
    text = tree.texts[path]
    head, _, rows = text.partition("*/\n")[2].partition("*/\n")
    for name in re.findall(r"(?:^ \* |, )([A-Z][A-Z0-9_]*)\(", head, re.M):
        if not re.search(r"^%s\(" % name, rows, re.M):
            say(path, 3, f"mend this name: no row here is a {name}()")


def main(paths: List[str]) -> None:
    """Look at all files."""
    tree = Tree(paths)
    for path in sorted(tree.texts):
        if path.endswith(DOCUMENT):
            check_document(path, tree)
        elif path.endswith(CODE + SCRIPT):
            check_comments(path, tree)
        if path.endswith(".def"):
            check_rows(path, tree)
    for name in sorted(tree.foreign - tree.needed):
        say(FOREIGN, 1, f"take this out, nobody names it: {name}")


main(sys.argv[1:])
