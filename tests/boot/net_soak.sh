#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# net_soak.sh - tests/long/net_soak.sh in short: six machines, fifteen seconds.
# tests/run: waits
exec "$(dirname "$0")/../long/net_soak.sh" 15 6
