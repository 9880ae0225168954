# SPDX-License-Identifier: BSD-2-Clause
"""lib_installer - go through Debian's installer by its screen, and by keys:
to its boot menu, to its first menu, and two lines down in that.

usage: python3 -EB -m tests.long.lib_installer CHROMIUM PICTURE.png

Says "ready", reads a line: the address of a page with noVNC, that is opened
in a headless Chromium. Then says "boot menu" when that is seen, and presses
Enter; "language" when that menu is seen, and presses the down arrow twice;
"moved" when the bar in it has. A line "stop" lets it end. Exit status: 0; 1
with a line on standard error.
"""

from __future__ import annotations

import sys
import tempfile
import time
from typing import Dict, List

from tests.screen.lib_browser import Browser, connected

Marks = Dict[str, float]
PATIENCE_S = 300
STEP = 4            # one point of so many each way is looked at
PAUSE_S = 0.1

# The boot menu's picture, and its bar: a colour at a place of that.
MENU_SIZE = (640, 480)
BAR_AT = (504, 192)
BAR = (0x73, 0x99, 0xbf)
BAR_NEAR = 0x20

# A window of the installer's and the bar in it, in parts of all points.
WINDOW = 0.6
CHOSEN = 0.004

# What is looked for in the picture, at some of its points.
MARKS_JS = f"""(c => {{
    if (!c || !c.width || !c.height) return null;
    const w = c.width, h = c.height;
    const d = c.getContext('2d').getImageData(0, 0, w, h).data;
    let grey = 0, red = 0, rows = 0, all = 0;
    for (let y = 0; y < h; y += {STEP})
        for (let x = 0; x < w; x += {STEP}, all++) {{
            const at = 4 * (y * w + x);
            const v = d[at] << 16 | d[at + 1] << 8 | d[at + 2];
            grey += v == 0xaaaaaa;
            if (v == 0xaa0000) {{ red++; rows += y; }}
        }}
    const bar = 4 * ({BAR_AT[1]} * w + {BAR_AT[0]});
    return {{ width: w, height: h, grey: grey / all, red: red / all,
             row: red ? rows / red : 0,
             r: d[bar], g: d[bar + 1], b: d[bar + 2] }};
}})(document.querySelector('canvas'))"""


class Page:
    """A machine's screen in a browser."""

    def __init__(self, program: str) -> None:
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.browser = Browser(program, self.profile.name)
        self.browser.ask("Browser.getVersion")      # it is there

    def open(self, where: str) -> None:
        """Its address."""
        self.browser.open(where)
        connected(self.browser)
        self.browser.value("document.querySelector('canvas').focus()")

    def marks(self) -> Marks:
        """Of what it shows; none: no picture."""
        return self.browser.value(MARKS_JS) or {}

    def press(self, key: str) -> None:
        """In the page."""
        self.browser.press(key)

    def picture(self, path: str) -> None:
        """Of the window."""
        self.browser.picture(path)

    def end(self) -> None:
        """It goes, with what it has left."""
        self.browser.end()
        self.profile.cleanup()


def is_boot_menu(m: Marks) -> bool:
    """The loader's picture, with its bar."""
    return (m["width"], m["height"]) == MENU_SIZE and all(
        abs(m[c] - want) <= BAR_NEAR for c, want in zip("rgb", BAR))


def is_language(m: Marks) -> bool:
    """A large grey window, with a red bar in it."""
    return m["grey"] >= WINDOW and m["red"] >= CHOSEN


def go(screen, picture: str) -> None:
    """What the head says."""
    def until(what: str, is_so) -> Marks:
        """Its marks, once they are so; that is told."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            m = screen.marks()
            if m and is_so(m):
                print(what, flush=True)
                return m
            time.sleep(PAUSE_S)
        screen.picture(picture)
        raise RuntimeError(f"no {what} in {PATIENCE_S} s; marks: {m}")

    until("boot menu", is_boot_menu)
    screen.press("Enter")
    row = until("language", is_language)["row"]
    screen.press("ArrowDown")
    screen.press("ArrowDown")
    # Two lines of 16 points: the bar, not more of the title's red.
    until("moved", lambda m: is_language(m) and 24 < m["row"] - row < 40)
    screen.picture(picture)


def main(args: List[str]) -> int:
    """By what, and where to."""
    screen = Page(args[0])
    try:
        print("ready", flush=True)
        screen.open(sys.stdin.readline().strip())
        go(screen, args[1])
        sys.stdin.readline()
    except (RuntimeError, OSError) as why:
        print(f"lib_installer: {why}", file=sys.stderr)
        return 1
    finally:
        screen.end()
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        sys.exit(64)
    sys.exit(main(sys.argv[1:]))
