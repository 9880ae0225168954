#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# moved.sh - tests/boot/moved.sh, with each row alone.
MOVED_AT_ONCE=1 exec "$(dirname "$0")/../boot/moved.sh"
