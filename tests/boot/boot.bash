# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# boot.bash - boot one stock Debian kernel and see its network carry data.
#
# boot_kernel SUFFIX runs build/guest/vmlinuz SUFFIX under `hostel run` on
# NAT. In the guest: a ping, 4 MB of nettest each way with both checksums
# compared, and a 4 MB file fetched, summed and sent back, which this side
# compares byte by byte. Prints TAP lines. Nothing is left running.
set -u
build=${HOSTEL_BUILD_DIR:-build}
guest=build/guest
work=$(mktemp -d)
server=
vm=
failed=0

tidy() {
	[ -z "$vm" ] || kill "$vm" 2>/dev/null
	[ -z "$server" ] || kill "$server" 2>/dev/null
	wait
	rm -rf "$work"
}
trap tidy EXIT
trap 'exit 1' INT TERM

# check NAME COMMAND... - one TAP line: ok if the command succeeds
check() {
	local name=$1
	shift
	if "$@" >/dev/null 2>&1; then
		echo "ok $name"
	else
		echo "not ok $name"
		failed=1
	fi
}

# serve - start nettest's server on a free port; sets $server and $port
serve() {
	head -c 4M /dev/urandom >"$work/give"
	"$build/nettest" serve --port 0 --give "$work/give" \
		--save "$work/save" >"$work/server" 2>&1 &
	server=$!
	port=
	for _ in $(seq 50); do
		port=$(sed -n 's/.* port \([0-9]*\)$/\1/p' "$work/server")
		[ -z "$port" ] || return 0
		sleep 0.1
	done
	echo "not ok the server starts"
	exit 1
}

# said TEXT - the guest's console shows a line that begins with TEXT
said() { tr -d '\r' <"$work/console" | grep -q "^$1"; }

# saw N PATTERN - the pattern is on N lines of the console
saw() { [ "$(tr -d '\r' <"$work/console" | grep -c "$2")" -eq "$1" ]; }

# report_has KEY - the report's KEY (a jq-free look) is a number above 0
report_has() { grep -Eq "\"$1\": [1-9]" "$work/report.json"; }

boot_kernel() {
	local suffix=$1 nettest cmd status sum
	[ -s "$guest/vmlinuz$suffix" ] || {
		echo "not ok $guest/vmlinuz$suffix is there: run make guest"
		exit 1
	}
	serve
	nettest="--port $port --bytes 4M --check"
	cmd="ping -c 3 10.0.2.2 && nettest send 10.0.2.2 $nettest"
	cmd="$cmd && nettest recv 10.0.2.2 $nettest"
	cmd="$cmd && nettest recv 10.0.2.2 --port $port --file /tmp/f"
	cmd="$cmd && sha256sum /tmp/f"
	cmd="$cmd && nettest send 10.0.2.2 --port $port --file /tmp/f"
	"$build/hostel" run --kernel "$guest/vmlinuz$suffix" \
		--initrd "$guest/initrd$suffix" --net nat --no-reboot \
		--report "$work/report.json" \
		--append "console=ttyS0 quiet -- \"$cmd\"" \
		</dev/null >"$work/console" 2>&1 &
	vm=$!
	wait "$vm"
	status=$?
	vm=
	sum=$(sha256sum <"$work/give" | cut -d ' ' -f 1)
	check "vmlinuz$suffix: hostel exits with 0" [ "$status" -eq 0 ]
	check "vmlinuz$suffix: hostel-guest: exit 0" \
		said "hostel-guest: exit 0"
	check "vmlinuz$suffix: three pings, three answers" \
		said "3 packets transmitted, 3 packets received, 0%"
	check "vmlinuz$suffix: 4 MB each way and the file: right checksums" \
		saw 4 "checksum [0-9a-f]* is right"
	check "vmlinuz$suffix: the guest's sum of the file is ours" \
		said "$sum  /tmp/f"
	check "vmlinuz$suffix: the file came back whole" \
		cmp "$work/give" "$work/save"
	check "vmlinuz$suffix: an address by DHCP" \
		saw 0 "no DHCP answer"
	check "vmlinuz$suffix: the kernel found no bug" \
		saw 0 "BUG:\|Oops\|Call Trace"
	check "vmlinuz$suffix: the report counts frames both ways" \
		eval 'report_has frames_sent && report_has frames_received'
	[ "$failed" -eq 0 ] || tail -n 40 "$work/console"
	exit "$failed"
}
