# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# cable.bash - crossover cables of bench/lab: veth pairs between here and "the
# other machine", the namespace peer. Both ends of one have the same name.

# both_ends COMMAND... - run it on either side of the cables
both_ends() {
	nsenter --net=/run/netns/here "$@"
	nsenter --net=/run/netns/peer "$@"
}

# cable_make NAME OFFLOAD MTU - a cable, up, with no addresses. OFFLOAD off
# makes the stacks send what a wire would carry; on is a veth's default.
cable_make() {
	ip link add "$1" type veth peer name "$1" netns peer
	# No addresses of its own making: nothing is sent that nobody asked for.
	both_ends ip link set "$1" addrgenmode none mtu "$3"
	if [ "$2" = off ]; then
		both_ends ethtool -K "$1" tx off tso off gso off gro off \
			>/dev/null
	fi
	both_ends ip link set "$1" up
}

# cable_rate NAME RATE - limit both directions, with the 24 bytes that every
# frame costs on a real wire beside its own; an empty RATE ends that
cable_rate() {
	both_ends tc qdisc del dev "$1" root 2>/dev/null || :
	if [ -n "$2" ]; then
		both_ends tc qdisc add dev "$1" root tbf rate "$2" overhead 24 \
			burst 16kb latency 20ms
	fi
}
