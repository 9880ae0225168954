#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# forward.sh - a way in to a stock guest without root: a connection from this
# host to what listens in the guest, by a .vmx's ethernet0.forward0; and this
# host's 127.0.0.1, which is closed to the guest unless host-loopback is given.
# tests/run: waits
. "$(dirname "$0")/lib.bash"

serve
inward=$(free_port)
cat >"$work/m.vmx" <<END
memsize = "96"
ethernet0.present = "TRUE"
ethernet0.connectionType = "nat"
ethernet0.forward0 = "tcp:$inward:22"
hostel.kernel = "$PWD/$guest/vmlinuz"
hostel.initrd = "$PWD/$guest/initrd"
hostel.append = "console=ttyS0 panic=-1 -- "nettest send 10.0.2.2 --port \
$port --bytes 1M --timeout 5 && echo host is open || echo host is closed; \
echo guest serves; echo the guest | nc -l -p 22""
END
timeout -k 1 $((120 * patience)) "$build/hostel" run "$work/m.vmx" --no-reboot </dev/null \
	>"$log" 2>&1 &
vm=$!
pids="$pids $vm"

check "forward: the guest gets to its end of a boot" \
	soon 90 said '^guest serves'
check "127.0.0.1 is closed to the guest" said '^host is closed'
check "forward: a connection arrives in the guest" soon 20 greeted "$inward" 10
wait "$vm"
check "forward: and the guest ends well" [ $? -eq 0 ]
grab() { timeout 5 "$build/nettest" serve --port "$inward"; }
grab >"$work/taken" 2>&1 &
pids="$pids $!"
soon 5 grep -q ' port [0-9]*$' "$work/taken"
"$build/hostel" run "$work/m.vmx" </dev/null >"$work/out" 2>&1
check "forward: a port that is taken ends it before it begins" [ $? -eq 69 ]
check "forward: with one sentence" \
	grep -q "^hostel: TCP port $inward of 127.0.0.1 can not be forwarded: another program has it" "$work/out"
[ "$failures" -eq 0 ] || tail -n 30 "$log" | sed 's/^/# /'
finish
