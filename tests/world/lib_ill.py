# SPDX-License-Identifier: BSD-2-Clause
"""lib_ill.py - clients of a control socket that mean ill, for ctl.sh.

usage: lib_ill.py SOCKET KIND

Says "go" when it is at it, and goes on until it is ended, connecting anew
whenever it is cut off.
"""
import itertools
import socket
import sys
import time

STATUS = b'{"verb": "status"}\n'
REPORT = b'{"verb": "report"}\n'


def connect():
    """A new connection."""
    s = socket.socket(socket.AF_UNIX)
    s.connect(sys.argv[1])  # with a timeout it would not wait for its turn
    s.settimeout(30)
    return s


def until_cut_off(data):
    """Send it again and again, and read nothing."""
    s = connect()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    try:
        while True:
            s.send(data)
            started()
    except OSError:
        s.close()


def started(said=[]):  # pylint: disable=dangerous-default-value
    """The first time: tell the test."""
    if not said:
        said.append(True)
        print("go", flush=True)


def never_reads():
    """Few questions with long answers; it stays until patience ends."""
    s = connect()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    try:
        for _ in range(100):
            s.send(REPORT)
            started()
            time.sleep(0.02)
        time.sleep(20)
    except OSError:
        pass
    s.close()


def waits(data):
    """Send it, and wait for the other side to hang up."""
    s = connect()
    try:
        s.sendall(data)
        started()
        while s.recv(4096):
            pass
    except OSError:
        pass
    s.close()


def many():
    """A hundred connections at a time."""
    there = []
    try:
        for _ in range(100):
            there.append(connect())
            started()
    except OSError:
        pass
    for s in there:
        s.close()


KINDS = {
    "never-reads": never_reads,
    "floods": lambda: until_cut_off(STATUS),
    "garbage": lambda: waits(b"\x00\xff{[}\n" * 20),
    "half-a-line": lambda: waits(b'{"verb": '),
    "many": many,
    "too-long": lambda: until_cut_off(b"x" * 1000),
}

for _ in itertools.count():
    KINDS[sys.argv[2]]()
