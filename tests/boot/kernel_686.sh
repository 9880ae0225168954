#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# kernel_686.sh - the stock kernel for processors without PAE: see boot.bash.
. "$(dirname "$0")/boot.bash"
boot_kernel ""
