#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# storm.sh - a program in the guest writes to the card's registers behind the
# driver's back (guests/lancepoke_main.c). The guest stays responsive, though
# the card then pulls its interrupt line for ever, as a real one does; and a
# reset by the driver (ifdown, ifup; a module reload) mends the card.
#
# No reset of the driver's mends BCR2.INTLEVEL, on a real card neither: S_RESET
# does not touch it, and its driver does not know it. So it is taken back by
# hand.
. "$(dirname "$0")/lib.bash"

seed=${HOSTEL_SEED:-$((RANDOM * 32768 + RANDOM))}
echo "# HOSTEL_SEED=$seed"

# In the guest: works NAME - the card carries a ping; up - ifdown, ifup.
# shellcheck disable=SC2016
setup='io=$(grep -m 1 pcnet /proc/ioports); io=${io%%-*}; io=0x${io##* }
up() { ip link set eth0 down; ip addr flush dev eth0; ip link set eth0 up
	ip addr add 10.0.2.15/24 dev eth0; }
works() { ping -c 1 -W 2 10.0.2.2 >/dev/null ||
	ping -c 3 -W 2 10.0.2.2 >/dev/null; echo $1 $?; }
reload() { rmmod pcnet32; insmod /lib/pcnet32.ko; up; }
poke() { lancepoke $io $*; }
up; works plain'

# In the guest: one bit each that storms, then all registers, again and again.
# shellcheck disable=SC2016
storms='poke csr 4 0x0195; works uint; up; works uint-up
poke csr 4 0x0111; works txstrt; up; works txstrt-up
poke bcr 2 0x0082; n=0; while [ $n -lt 1000 ]; do n=$((n+1)); done
echo intlevel $?; poke bcr 2 2; up; works intlevel-up'
# shellcheck disable=SC2016
random='for n in 1 2 3 4 5 6; do poke 3000 $((SEED + n)); echo poked $n
poke bcr 2 2; up; works random-up-$n; done
poke 3000 $SEED; poke bcr 2 2; reload; works random-reload'

# boot SCRIPT - run it; the limit is far above what it takes. It goes into an
# archive of its own: an initrd may be several, one behind the other.
boot() {
	echo "$setup; $1" | sed "s/SEED/$seed/g" >"$work/script"
	printf 'dir bin 755\nfile bin/%s 755 %s\nfile bin/%s 755 %s\n' \
		lancepoke "$guest/lancepoke" script "$work/script" |
		"$guest/mkcpio" | gzip | cat "$guest/initrd" - >"$work/initrd"
	timeout -k 5 $((120 * patience)) "$build/hostel" run --kernel "$guest/vmlinuz" \
		--initrd "$work/initrd" --net nat --no-reboot \
		--append "console=ttyS0 panic=-1 hostel.ip=10.0.2.15/24 \
-- sh /bin/script" </dev/null >"$log" 2>&1
}

# told NAME - that step ended with 0
told() { check "$1 ($part)" said "^$1 0"; }

part=storms
check "the guest goes on beside a line that stays up" boot "$storms"
for name in plain uint uint-up txstrt txstrt-up intlevel intlevel-up; do
	told "$name"
done
check "no lockup, no oops ($part)" saw 0 "lockup|BUG|Oops|nobody cared" ||
	tail -n 40 "$log" | sed 's/^/# /'

part=random
check "the guest goes on after random writes" boot "$random"
for n in 1 2 3 4 5 6; do
	told "random-up-$n"
done
told random-reload
check "no lockup, no oops ($part)" saw 0 "lockup|BUG:|Oops" ||
	tail -n 40 "$log" | sed 's/^/# /'
finish
