#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# clients_debian.sh - two more programs that people use, with Debian's own in the
# guest: this host's ssh logs in by a forwarded port, runs a command and sends
# it a file; this host's iperf3 sends and receives. (See clients.sh.)
# tests/run: waits
. "$(dirname "$0")/lib.bash"
skip() { echo "ok clients of Debian's # SKIP $1"; exit 0; }
[ -s "$guest/debian.initrd" ] ||
	skip "no $guest/debian.initrd: run make guest-debian"
command -v ssh >/dev/null || skip "ssh is not installed"
python=${HOSTEL_PYTHON:-/usr/bin/python3}
ssh-keygen -q -t ed25519 -N '' -C '' -f "$work/key"
head -c 3M /dev/urandom >"$work/f"
shell=$(free_port)
speed=$(free_port)
while [ "$speed" = "$shell" ]; do
	speed=$(free_port)
done

cmd="echo root::0:0::/root:/bin/sh >/etc/passwd"
cmd="$cmd; mkdir -p /etc/dropbear /root/.ssh; chmod 700 /root/.ssh"
cmd="$cmd; echo $(cat "$work/key.pub") >/root/.ssh/authorized_keys"
cmd="$cmd; iperf3 -s >/tmp/iperf 2>&1 & /sbin/dropbear -R -E -F >/tmp/ssh 2>&1 &"
cmd="$cmd sleep 2; echo guest serves; sleep 150"
timeout -k 1 $((250 * patience)) "$build/hostel" run --kernel "$guest/vmlinuz" \
	--initrd "$guest/debian.initrd" --memory 512M --no-reboot \
	--net "nat,forward=tcp:$shell:22,forward=tcp:$speed:5201" \
	--append "console=ttyS0 panic=-1 quiet -- \"$cmd\"" \
	</dev/null >"$log" 2>&1 &
vm=$!
pids="$pids $vm"
check "the guest serves" soon 120 said '^guest serves' || {
	tail -n 30 "$log" | sed 's/^/# /'
	finish
}

# log_in WORDS - by SSH
log_in() {
	timeout 60 ssh -F /dev/null -p "$shell" -i "$work/key" -o BatchMode=yes \
		-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
		-o LogLevel=ERROR root@127.0.0.1 "$@"
}
[ "$(log_in 'echo $((6 * 7)) $(cat /sys/class/net/eth0/carrier)' \
	</dev/null 2>"$work/err")" = "42 1" ]
result "ssh: a command in the guest" $? "$work/err"
log_in sha256sum <"$work/f" >"$work/sum" 2>"$work/err"
[ "$(cut -d ' ' -f 1 "$work/sum")" = \
	"$(sha256sum "$work/f" | cut -d ' ' -f 1)" ]
result "ssh: a file of 3 MB to it" $? "$work/err"

# moved WORDS - iperf3 says that of 64 MB most arrived: it does not wait for what
# is still under way, in the sockets of this host, when the sender has ended
moved() {
	timeout 60 iperf3 -c 127.0.0.1 -p "$speed" -n 64M -J "$@" \
		>"$work/json" 2>&1 &&
		"$python" -E -c 'import json, sys
end = json.load(open(sys.argv[1]))["end"]
print("#", end["sum_received"]["bytes"], "bytes")
sys.exit(end["sum_received"]["bytes"] < 40 << 20)' "$work/json"
}
if command -v iperf3 >/dev/null; then
	moved
	result "iperf3: to the guest" $? "$work/json"
	moved -R
	result "iperf3: from the guest" $? "$work/json"
else
	echo "ok iperf3 # SKIP iperf3 is not installed"
fi
kill "$vm"
wait "$vm"
[ "$failures" -eq 0 ] || tail -n 30 "$log" | sed 's/^/# /'
finish
