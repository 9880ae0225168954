#!/bin/busybox sh
# SPDX-License-Identifier: BSD-2-Clause
# udhcpc.sh - put into force what DHCP offered; called by udhcpc.
case $1 in
bound | renew)
	ip addr flush dev "$interface"
	ip addr add "$ip/${mask:-24}" dev "$interface"
	for r in $router; do
		ip route add default via "$r" dev "$interface"
	done
	: >/etc/resolv.conf
	for d in $dns; do
		echo "nameserver $d" >>/etc/resolv.conf
	done
	;;
esac
