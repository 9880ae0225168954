# SPDX-License-Identifier: BSD-2-Clause
"""lint_syscalls - what tools/lint says of `#syscalls` comments, the filters
that let system calls through, and the tables of docs/THREATS.md.

usage: python3 tools/lint_syscalls.py FILE...    (all files of the tree)

Prints "file:line: what to do" for each finding; exit status 0.

A function's comment ends with the system calls that its own file makes for
it, not those of functions that it calls:

    #syscalls openat close            before a wall stands, or without one
    #syscalls[vmm switch] futex       in these processes, behind their walls

1. Each call of a comment is made in the file of the function.
2. A process's filter is made of macros NAME_CALLS. For each call of it some
   comment of a file that is linked into the process says so, and the other
   way round. Macros NAME_LIBC_CALLS, NAME_SLIRP_CALLS, ... hold what a library
   asks for by itself, each with its reason; no comment names that.
3. docs/THREATS.md has a table for each filter, with the same calls; a
   condition stands in parentheses.
"""

from __future__ import annotations

import re
import sys
from typing import Dict, List, NamedTuple, Set, Tuple

THREATS = "docs/THREATS.md"
# Which program a process runs; the Makefile says what is linked into it.
PROGRAMS = {"vmm": "hostel-vmm", "app": "hostel", "serial": "hostel",
            "switch": "vmnetd", "nat": "vmnet-nat", "folder": "vmnet-nat",
            "dhcp": "vmnet-dhcp", "adapter": "vmnet-adapter",
            "capture": "vmnet-capture", "vde": "vmnet-vde",
            "disk": "hostel-disk", "nbd": "hostel-disk-nbd",
            "screen": "hostel-screen"}
# What libc makes of a function of another name.
LIBC = {"recv": "recvfrom", "send": "sendto", "open": "openat",
        "pread": "pread64", "fstatat": "newfstatat",
        "fopen": "openat read", "opendir": "openat getdents64 fstat close",
        "fclose": "close", "waitpid": "wait4", "fork": "fork clone",
        "execv": "execve", "pthread_create": "clone3 mmap mprotect",
        "pthread_sigmask": "rt_sigprocmask",
        "sigprocmask": "rt_sigprocmask", "sigaction": "rt_sigaction",
        "signalfd": "signalfd4", "eventfd": "eventfd2",
        "sched_getcpu": "getcpu", "pwrite": "pwrite64",
        "clock_getcpuclockid": "clock_getres"}
Place = Tuple[str, int]


class Comment(NamedTuple):
    """One `#syscalls` comment."""
    path: str
    line: int
    names: List[str]        # of the functions that it is about
    processes: List[str]
    calls: List[str]


def say(path: str, line: int, what: str) -> None:
    """One finding."""
    print(f"{path}:{line}: {what}")


def comments_of(path: str, text: str) -> List[Comment]:
    """All of one file."""
    found = []
    for block in re.finditer(r"/\*.*?\*/", text, re.S):
        names = re.findall(r"\b(\w+)\(\)", block[0].split(" - ")[0])
        for tag in re.finditer(r"#syscalls(?:\[([^]]*)\])?\s+"
                               r"((?:(?!#syscalls).)*)", block[0], re.S):
            line = text.count("\n", 0, block.start() + tag.start()) + 1
            calls = [w for w in tag[2].split() if w not in ("*", "*/")]
            found.append(Comment(path, line, names,
                                 (tag[1] or "").split(), calls))
    return found


def code_of(text: str) -> str:
    """The text with neither comments nor strings."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    return re.sub(r'"(\\.|[^"\\\n])*"', '""', text)


def calls_in(code: str) -> Set[str]:
    """The system calls that a file's code may make: all names that are
    called, in the kernel's words."""
    made = set(re.findall(r"\b(?:SYS_|__NR_)(\w+)", code))
    for name in re.findall(r"(?<![.>\w])(\w+)\(", code):
        made.update(LIBC.get(name, name).split())
    return made


def definitions(code: Dict[str, str]) -> Dict[str, Set[str]]:
    """Function -> the files that define one of that name."""
    where: Dict[str, Set[str]] = {}
    for path, text in code.items():
        if path.endswith(".S"):
            names = re.findall(r"^(\w+):", text, re.M)
        else:
            names = re.findall(r"^[a-z][\w \t\n*]*?\b(\w+)\([^;{}]*\)\s*\{",
                               text, re.M)
        for name in names:
            where.setdefault(name, set()).add(path)
    return where


def check_true(comment: Comment, code: Dict[str, str],
               where: Dict[str, Set[str]]) -> None:
    """Rule 1 for one comment."""
    folder = comment.path.rpartition("/")[0]
    files = {f for n in comment.names for f in where.get(n, ())
             if f.startswith(folder)}
    if not files:
        say(comment.path, comment.line, "begin the comment with the name() "
            "of a function that is defined in this folder")
        return
    made = set().union(*(calls_in(code[f]) for f in files))
    for call in comment.calls:
        if call not in made:
            say(comment.path, comment.line, f"{' '.join(sorted(files))} "
                f"makes no system call {call}: take it out of the comment")


def filters(code: Dict[str, str], texts: Dict[str, str]) -> Dict[
        str, Tuple[Place, Set[str], Set[str]]]:
    """Process -> where its filter is, its own calls, those of libraries."""
    found = {}
    for path, text in code.items():
        if not re.search(r"\bsandbox_enter\(\w+", text) or \
                path.startswith(("base/", "tests/")):
            continue
        own = set(re.findall(r"\.nr = SYS_(\w+)", text))
        others: Set[str] = set()
        process = ""
        for macro in re.finditer(r"#define (\w+)_CALLS\(.*?[^\\]\n", text,
                                 re.S):
            calls = re.findall(r"\bCALL\w*\((\w+)", macro[0].partition(")")[2])
            if "SANITIZER" in macro[1]:
                continue
            if "_" in macro[1]:
                others.update(calls)
            else:
                own.update(calls)
                process = macro[1].lower()
        line = texts[path].partition("_CALLS(")[0].count("\n") + 1
        found[process] = ((path, line), own, others - own)
    return found


def linked_folders(makefile: str, program: str) -> Set[str]:
    """The folders whose files are linked into a program."""
    rule = re.search(r"^\$\(B\)/%s:((?:.*\\\n)*.*)" % re.escape(program),
                     makefile, re.M)
    if not rule:
        return set()
    return set(re.findall(r"/lib(\w+)\.a", rule[1])) | \
        set(re.findall(r"obj/(\w+)/", rule[1]))


def check_filter(process: str, at: Place, own: Set[str],
                 comments: List[Comment], makefile: str) -> None:
    """Rule 2 for one process."""
    folders = linked_folders(makefile, PROGRAMS[process])
    said: Set[str] = set()
    for c in comments:
        if process not in c.processes:
            continue
        if c.path.partition("/")[0] not in folders:
            say(c.path, c.line, f"{PROGRAMS[process]} does not link this: "
                f"take {process} out of the comment")
        said.update(c.calls)
        for call in c.calls:
            if call not in own:
                say(c.path, c.line, f"{at[0]} has no {call} in "
                    f"{process.upper()}_CALLS: {process} would be killed")
    for call in sorted(own - said):
        say(*at, f"{call} is let through, but no #syscalls[{process}] "
            "comment names it: take it out, or say who makes it")


def table_of(threats: str, path: str) -> Tuple[int, Set[str]]:
    """Line and calls of the table about one filter; line 0: none."""
    head = re.search(r"^## .*\(`%s`\)$" % re.escape(path), threats, re.M)
    if not head:
        return 0, set()
    calls: Set[str] = set()
    section = threats[head.end():].partition("\n## ")[0]
    for row in re.findall(r"^\| ([^|]*?) \|", section, re.M):
        if row != "call":
            calls.update(re.sub(r" \([^)]*\)", "", row).split(", "))
    return threats.count("\n", 0, head.start()) + 1, calls


def check_table(at: Place, let: Set[str], threats: str) -> None:
    """Rule 3 for one filter."""
    line, calls = table_of(threats, at[0])
    if not line:
        say(THREATS, 1, f"add a section that ends with (`{at[0]}`)")
        return
    for call in sorted(let - calls):
        say(THREATS, line, f"{at[0]} lets {call} through: add it here")
    for call in sorted(calls - let):
        say(THREATS, line, f"{at[0]} has no {call}: take it out here")


def main(paths: List[str]) -> None:
    """Look at all files."""
    texts = {}
    for path in paths:
        if path.endswith((".c", ".h", ".S")):
            with open(path, encoding="utf-8") as file:
                texts[path] = file.read()
    with open("Makefile", encoding="utf-8") as file:
        makefile = file.read()
    with open(THREATS, encoding="utf-8") as file:
        threats = file.read()
    code = {path: code_of(text) for path, text in texts.items()}
    where = definitions(code)
    comments = [c for p, t in texts.items() for c in comments_of(p, t)]
    for c in comments:
        check_true(c, code, where)
        for process in c.processes:
            if process not in PROGRAMS:
                say(c.path, c.line, f"{process} is no walled process: one "
                    f"of {' '.join(PROGRAMS)}")
    found = filters(code, texts)
    for process in PROGRAMS:
        if process not in found:
            say(THREATS, 1, f"no filter {process.upper()}_CALLS was found")
            continue
        at, own, others = found[process]
        check_filter(process, at, own, comments, makefile)
        check_table(at, own | others, threats)


main(sys.argv[1:])
