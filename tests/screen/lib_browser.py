#!/usr/bin/python3 -EB
# SPDX-License-Identifier: BSD-2-Clause
"""lib_browser - open a page in a headless Chromium, look, type.

usage: lib_browser.py CHROMIUM URL PICTURE.png X Y KEY

Prints "size W H", the size of noVNC's canvas once it is connected, then
"pixel R G B", the one at X, Y once it is not black, then presses KEY and lets
go, prints "typed", and writes what the window shows to PICTURE.png.
Chromium is spoken to by its DevTools protocol, over two pipes: objects that
end with a NUL. Exit status: 0; 1 with a line on standard error.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from typing import Any, Dict, Tuple

PATIENCE_S = 60

# Keys that are no letters, and their numbers on Windows, as browsers have it.
NAMED = {"Enter": 13, "ArrowUp": 38, "ArrowDown": 40}


class Browser:
    """A Chromium and one page of it."""

    def __init__(self, program: str, profile: str) -> None:
        self.number = 0
        self.session = ""
        self.buffer = b""
        theirs, self.to = os.pipe()
        self.back, theirs_back = os.pipe()
        # It reads 3 and writes 4: that is the protocol's way.
        line = (f'exec "$0" --headless=new --no-sandbox --disable-gpu '
                f'--no-first-run --disable-dev-shm-usage '
                f'--user-data-dir="$1" --window-size=900,700 '
                f'--remote-debugging-pipe about:blank '
                f'3<&{theirs} 4>&{theirs_back} >/dev/null 2>&1')
        self.process = subprocess.Popen(
            ["sh", "-c", line, program, profile],
            pass_fds=(theirs, theirs_back))
        os.close(theirs)
        os.close(theirs_back)

    def ask(self, method: str, **params: Any) -> Dict[str, Any]:
        """One command, and its result."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            got = self.next()
            if got.get("id") == self.number:
                if "error" in got:
                    raise RuntimeError(f"{method}: {got['error']}")
                return got["result"]

    def next(self) -> Dict[str, Any]:
        """The next message."""
        while b"\0" not in self.buffer:
            more = os.read(self.back, 65536)
            if not more:
                raise RuntimeError("chromium ended")
            self.buffer += more
        text, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(text)

    def open(self, url: str) -> None:
        """Go to a page."""
        target = self.ask("Target.createTarget", url=url)["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target,
                                flatten=True)["sessionId"]

    def value(self, expression: str) -> Any:
        """Of an expression of the page's."""
        return self.ask("Runtime.evaluate", expression=expression,
                        returnByValue=True)["result"].get("value")

    def press(self, key: str) -> None:
        """A key, down and up: a letter, or one of NAMED."""
        event: Dict[str, Any] = {"key": key, "code": f"Key{key.upper()}",
                                 "text": key}
        if key in NAMED:
            event = {"key": key, "code": key,
                     "windowsVirtualKeyCode": NAMED[key]}
        self.ask("Input.dispatchKeyEvent", type="keyDown", **event)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **event)

    def picture(self, path: str) -> None:
        """What the window shows, as a PNG."""
        data = self.ask("Page.captureScreenshot")["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def end(self) -> None:
        """It goes."""
        self.process.kill()
        self.process.wait()

    def wait(self, expression: str, what: str) -> Any:
        """Until it is true."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            got = self.value(expression)
            if got:
                return got
            time.sleep(0.1)
        raise RuntimeError(f"{what} did not come")


def connected(browser: Browser) -> None:
    """Until noVNC is."""
    browser.wait("document.documentElement.classList"
                 ".contains('noVNC_connected')", "the connection")


def look(browser: Browser, at: Tuple[str, str], key: str) -> None:
    """What the head says."""
    connected(browser)
    size = browser.wait("(c => c && [c.width, c.height])"
                        "(document.querySelector('canvas'))", "the canvas")
    print("size", *size, flush=True)
    pixel = browser.wait(
        "(d => d[0] + d[1] + d[2] && [d[0], d[1], d[2]])"
        "(document.querySelector('canvas').getContext('2d')"
        f".getImageData({at[0]}, {at[1]}, 1, 1).data)", "the picture")
    print("pixel", *pixel, flush=True)
    browser.value("document.querySelector('canvas').focus()")
    browser.press(key)
    print("typed", flush=True)


def main(program: str, url: str, picture: str, x: str, y: str,
         key: str) -> int:
    """All of it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        try:
            browser.open(url)
            look(browser, (x, y), key)
            browser.picture(picture)
        except (RuntimeError, OSError) as why:
            print(f"lib_browser: {why}", file=sys.stderr)
            return 1
        finally:
            browser.end()
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 7:
        print(__doc__, file=sys.stderr)
        sys.exit(64)
    sys.exit(main(*sys.argv[1:]))
