#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# names.sh - two stock guests on the network "nat" know each other by name:
# busybox's nslookup and ping, with what DHCP told them; on "hostonly" as well.
# tests/run: waits
. "$(dirname "$0")/lib.bash"
hostel=$build/hostel

# boot NAME LOG NET COMMAND - a machine that does it
boot() {
	"$hostel" run --kernel "$guest/vmlinuz" --initrd "$guest/initrd" \
		--memory 64M --name "$1" --net "$3" \
		--append "console=ttyS0 quiet panic=-1 -- \"$4\"" \
		</dev/null >"$2" 2>&1 &
	pids="$pids $!"
}
here() { tr -d '\r' <"$1" | grep -q '^here '; }
address() { tr -d '\r' <"$1" | sed -n 's/^here \([0-9.]*\).*/\1/p'; }
show='set -- $(ip -4 -o addr show dev eth0); echo here ${4%/*}'
# What DHCP tells: busybox's own script would write the same.
tell="echo 'echo nameserver \$dns >/etc/resolv.conf; echo search \$domain' \
'>>/etc/resolv.conf' >/tmp/s; chmod +x /tmp/s; mkdir -p /etc; \
udhcpc -n -q -i eth0 -O domain -s /tmp/s >/dev/null 2>&1"

for net in nat hostonly; do
	boot "web-$net" "$work/web" "$net" "$show; sleep 200"
	check "$net: a machine of that name" soon 120 here "$work/web"
	ask="nslookup web-$net.hostel; nslookup none.hostel; ping -c 3 web-$net"
	boot "other-$net" "$log" "$net" "$show; $tell; $ask; echo asked; \
sleep 100"
	check "... and another" soon 120 said '^asked' ||
		tail -n 30 "$log" | sed 's/^/# /'
	it=$(address "$work/web")
	check "... by nslookup" said "^Address.*: ${it:-none}\$"
	check "... but not one that there is not" said "NXDOMAIN"
	check "... by ping, and the domain that DHCP tells" \
		said '^3 packets transmitted, 3 packets received'
	"$hostel" ctl "other-$net" quit
	"$hostel" ctl "web-$net" quit
done
[ "$failures" -eq 0 ] || tail -n 30 "$work/web" "$log" | sed 's/^/# /'
finish
