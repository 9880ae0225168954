#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# hostile.sh - a VMM that its guest has taken over, and what it writes into the
# memory that it shares with hostel-app: hostel-app goes by its own notes.
. "$(dirname "$0")/lib_guest.bash"
. "$(dirname "$0")/lib_vmm.bash"
vmm_possible || {
	echo "ok a hostile VMM # SKIP its libraries need a sanitizer"
	finish
}
guest any <<'END'
_start:	jmp _start
END

# runs NAME STATUS ARGUMENT... - the machine of that VMM ends so
runs() {
	local name=$1 want=$2 status
	shift 2
	timeout -k 1 20 "$work/$name/hostel" run --kernel "$work/any" \
		--debug-exit 0xf4 "$@" >"$work/out" 2>"$work/err" </dev/null
	status=$?
	[ "$status" -eq "$want" ] && return
	echo "# exit status $status"
	sed 's/^/# /' "$work/err"
	return 1
}
said_nothing() { [ ! -s "$work/err" ]; }
said() { [ "$(wc -l <"$work/err")" -eq 1 ] && grep -q "$1" "$work/err"; }

# --- what is fixed: there is one card; the VMM says four
check "a VMM that makes cards up: it can be built" vmm cards <<'END'
	cross->nic_count = NIC_MAX;
	CALL(CHIP_WORK, .worker = NIC_MAX - 1);
END
for path in hosted all; do
	check "a VMM that makes cards up, $path: status 70" \
		runs cards 70 --net nat --io-path "$path"
	check "a VMM that makes cards up, $path: hostel-app says why" \
		said 'the VMM world sent a malformed call'
done

# --- all that is fixed, the ports and the windows are rewritten, and nothing
# comes of it. The end by the true debug-exit port says that it went on.
check "a VMM that rewrites what is fixed: it can be built" vmm fixed <<'END'
	cross->nic_count = NIC_MAX;
	cross->options.debug_exit_port = 0x99;
	cross->options.io_path = 1;
	cross->options.combine_limit = 77;
	cross->options.stamps = 1;
	cross->options.count_insns = 1;
	cross->direct_nics = ~0u;
	cross->boot_tsc = cross->boot_ns = cross->memory.ram = ~0ull;
	cross->options.engine = 99;
	cross->pc.place[WINDOW_LANCE0_IO].base = 0xf4;
	cross->pc.place[WINDOW_LANCE0_MEM].shown = 0;
	cross->engine_runs = ENGINE_BT;
	CALL(READY);
	CALL(PORT_WRITE, .at = 0x99, .width = 1, .value = 9);
	for (int i = 0; i < 3; i++) {
		CALL(HALT, .deadline_ns = 1);
		CALL(YIELD);
		CALL(CHIP_WORK, .worker = 0);
	}
	CALL(PORT_WRITE, .at = 0xf4, .width = 1, .value = 5);
END
# noted KEY VALUE - in the report
noted() {
	grep -q "\"$1\": $2,\?$" "$work/report" || {
		grep "\"$1\"" "$work/report" | sed 's/^/# /'
		return 1
	}
}
for path in hosted ports,combine,notify; do
	check "what is fixed is rewritten, $path: the guest's end is its own" \
		runs fixed 11 --net nat --io-path "$path" \
		--report "$work/report"
	check "what is fixed is rewritten, $path: nothing is said" said_nothing
	check "what is fixed is rewritten, $path: the report's path" \
		noted io_path "\"$path\""
	check "what is fixed is rewritten, $path: the report's combining" \
		noted limit 3
	no_ways() { ! grep -q '"way_out"' "$work/report"; }
	check "what is fixed is rewritten, $path: no times were asked for" \
		no_ways
done

check "nothing is left running" soon 20 none_left
finish
