#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# targets.sh - each fuzz target, for a moment: see tools/fuzz. With another
# build than the plain one there is nothing more to see: they have both
# sanitizers.
if [ "${HOSTEL_BUILD_DIR:-build}" != build ]; then
	echo "# skip: fuzz targets have their own sanitizers: make test"
	echo "ok fuzz targets # SKIP"
	exit 0
fi
exec tools/fuzz --short
