#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# exhaustion.sh - 200 processes in the guest at once, each with an address space,
# do no harm. few_maps.sh is the same on a host that has few mappings.
. "$(dirname "$0")/lib_forks.bash"

forks "as it is"
finish
