# SPDX-License-Identifier: BSD-2-Clause
"""errors - what is wrong with an input, said to who gave it."""

from __future__ import annotations


class BadInput(Exception):
    """A file or an option is not what it should be.

    Its text is one sentence that names the thing and says what to do.
    """
