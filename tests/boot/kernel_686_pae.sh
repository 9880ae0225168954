#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# kernel_686_pae.sh - the stock kernel that uses PAE paging: see boot.bash.
. "$(dirname "$0")/boot.bash"
boot_kernel -pae
