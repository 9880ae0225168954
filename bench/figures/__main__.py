# SPDX-License-Identifier: BSD-2-Clause
"""The commands that the scripts of bench/ give.

usage: python3 -m bench.figures COMMAND ...   (from the folder above bench/)

Exit status: 0; 1 if an input is not what it should be, which is said in one
line on standard error; 2 for a wrong command.
"""

from __future__ import annotations

import sys

from .commands import main

sys.exit(main(sys.argv[1:]))
