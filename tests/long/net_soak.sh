#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# net_soak.sh - many machines, and everything at once: 16 guests that send at
# random (guests/chatter.c), while their cards are moved, their cables pulled,
# their links made bad, their frames captured, and VMNet's processes killed; for
# ten minutes, or HOSTEL_SOAK seconds. All the time, and at the end, every sum
# holds; no machine has ended; each is heard again; what a guest takes is what
# one has sent; two of them, whom nobody moves, lose nothing but when VMNet itself
# is killed; and nothing is left behind.
#
# HOSTEL_SEED repeats what is done, and in which order.
#
# usage: tests/long/net_soak.sh [SECONDS [MACHINES]]
. "$(dirname "$0")/../boot/lib.bash"
export XDG_RUNTIME_DIR=$work XDG_STATE_HOME=$work XDG_CONFIG_HOME=$work
hostel=$build/hostel
seconds=${1:-${HOSTEL_SOAK:-600}}
machines=${2:-16}
seed=${HOSTEL_SEED:-$(($(date +%s) % 32768))}
RANDOM=$seed
echo "# HOSTEL_SEED=$seed"
networks=(nat hostonly vmnet5 vmnet5 vmnet6 vmnet7)
victims=(vmnet-switch vmnetd vmnet-nat vmnet-nat vmnet-dhcp vmnet-capture)
declare -A vm did
switches=0 odd=0 wrong=0

# keepers - each vmnetd of ours
keepers() {
	local p
	for p in $(pgrep -x vmnetd); do
		grep -qzxF "HOSTEL_VMNET_DIR=$HOSTEL_VMNET_DIR" \
			"/proc/$p/environ" 2>/dev/null && echo "$p"
	done
}

# ours NAME - processes of VMNet's of that name, below our vmnetd
ours() {
	local p
	case $1 in
	vmnetd) keepers ;;
	vmnet-capture) pgrep -f "vmnet-capture.*$work/shot" ;;
	*) for p in $(keepers); do pgrep -P "$p" -x "$1"; done ;;
	esac
}

# start N - machine N
start() {
	local net=vmnet5
	[ "$1" -gt 1 ] || net=vmnet9
	"$hostel" run --kernel "$guest/chatter" --memory 8M --name "soak$1" \
		--net "$net,mac=$(printf 00:50:56:00:00:%02x "$1")" \
		</dev/null >"$work/log$1" 2>&1 &
	vm[$1]=$!
	pids="$pids $!"
}

# field N K - the K-th number of machine N's last whole line
field() {
	local line
	line=$(tr -d '\r' <"$work/log$1" | grep -aE '^C( [0-9a-f]{8}){7}$' |
		tail -n 1 | cut -d ' ' -f "$(($2 + 1))")
	echo $((16#${line:-0}))
}

# ask STATUS WORDS... - a command of hostel's, which may end so and not otherwise
ask() {
	local allowed=$1 rc
	shift
	"$hostel" "$@" >"$work/said" 2>&1
	rc=$?
	case " $allowed " in
	*" $rc "*) ;;
	*)	wrong=$((wrong + 1))
		echo "# hostel $*: status $rc"
		sed 's/^/# /' "$work/said" | head -n 40
		;;
	esac
}

# --- what is done; "69": VMNet has just been killed, or what it is about
do_move() { ask "0 69" ctl "soak$1" connect 0 "${networks[RANDOM % 6]}"; }
do_unplug() { ask 0 ctl "soak$1" link 0 down; }
do_plug() { ask 0 ctl "soak$1" link 0 up; }
do_sums() { ask "0 69" net stats; }
do_clear() { ask "0 69" net link "soak$1" clear; }
do_link() {
	local words=("loss=$((RANDOM % 30))%" "delay=$((RANDOM % 80))ms"
		"rate=$((RANDOM % 9 + 1))M" "duplicate=5%" "reorder=10%:3"
		"gilbert=5%:25%" "delay=20ms jitter=10ms" "seed=$RANDOM")
	local way=(in out both)
	# shellcheck disable=SC2086
	ask "0 69" net link "soak$1" "${way[RANDOM % 3]}" \
		${words[RANDOM % ${#words[@]}]}
}
do_capture() {
	local from=("soak$1" all vmnet5 nat)
	[ "$(ours vmnet-capture | wc -l)" -lt 3 ] || return 0
	(timeout -s INT $((RANDOM % 4 + 1)) "$hostel" net capture \
		"${from[RANDOM % 4]}" -w "$work/shot" >/dev/null 2>&1 &)
}
do_kill() {
	local name=${victims[RANDOM % ${#victims[@]}]} p
	p=$(ours "$name" | shuf -n 1)
	[ -n "$p" ] && kill -9 "$p" 2>/dev/null || return 0
	echo "# killed $name"
	case $name in
	vmnetd | vmnet-switch) switches=$((switches + 1)) ;;
	esac
}

acts=(move move unplug plug plug sums sums clear clear link link link capture
	kill)
run() {
	local end=$((SECONDS + seconds)) act
	while [ "$SECONDS" -lt "$end" ]; do
		act=${acts[RANDOM % ${#acts[@]}]}
		"do_$act" $((RANDOM % (machines - 2) + 2))
		did[$act]=$((${did[$act]:-0} + 1))
		sleep "0.$((RANDOM % 4 + 1))"
	done
}

# --- what is to be so afterwards
none_ended() {
	local i
	for i in "${!vm[@]}"; do
		gone "${vm[$i]}" && { echo "# soak$i has ended"; return 1; }
	done
	return 0
}

# each_heard - every machine sends and hears more than when it was last asked
declare -A sent heard
each_heard() {
	local i more=0
	for ((i = 0; i < machines; i++)); do
		[ "$(field "$i" 2)" -gt "${sent[$i]:-0}" ] &&
			[ "$(field "$i" 4)" -gt "${heard[$i]:-0}" ] || more=1
	done
	return $more
}
look() {
	local i
	for ((i = 0; i < machines; i++)); do
		sent[$i]=$(field "$i" 2) heard[$i]=$(field "$i" 4)
	done
}

# whole - nobody took what nobody sent
whole() {
	local i none=0
	for ((i = 0; i < machines; i++)); do
		[ "$(field "$i" 5)" -eq 0 ] || {
			echo "# soak$i: $(field "$i" 5) bad frames"
			grep -a '^B' "$work/log$i" | head -n 5 | sed 's/^/# /'
			none=1
		}
	done
	return $none
}

# lost N - frames lost, by name, at the ports of the two whom nobody moves, and
# at the card of this one: a guest that a busy host runs late loses its own
lost() {
	{
		"$hostel" net stats --json
		"$hostel" ctl "soak$1" report
	} 2>/dev/null | "${HOSTEL_PYTHON:-/usr/bin/python3}" -E -c '
import json, sys
text, at, lost = sys.stdin.read(), 0, 0
stats, at = json.JSONDecoder().raw_decode(text)
for network in stats["networks"]:
    for port in network["ports"]:
        if port.get("machine") in ("soak0", "soak1"):
            for hop in port["hops"]:
                lost += sum(hop["drops"].values())
report, at = json.JSONDecoder().raw_decode(text[at:].lstrip())
for nic in report["nics"]:
    lost += sum(nic["drops"].values())
print(lost)'
}

# undisturbed N - what its partner sent and it has not heard was lost when a
# switch was killed; twice, if its own plug was back later than the other's. Or
# it is counted where these two lose their own.
undisturbed() {
	local own
	own=$(lost "$1")
	echo "# soak$1 heard $(field "$1" 4), missed $(field "$1" 7) in" \
		"$(field "$1" 6) gaps; $switches switches were killed;" \
		"${own:-?} lost by the two themselves"
	[ "$(field "$1" 6)" -le $((switches * 2)) ] ||
		[ "$(field "$1" 7)" -le "${own:-0}" ]
}

# all_there - VMNet says so, too
all_there() {
	"$hostel" net list >"$work/said" 2>&1 || return
	[ "$(grep -c 'soak[0-9]*:0' "$work/said")" -eq "$machines" ]
}

# left - what of it all is still there; machines' own lock stays, by design
left() {
	keepers
	ours vmnet-capture
	find "$HOSTEL_VMNET_DIR" ! -type d ! -path '*/machines/lock'
}
nothing_left() { [ -z "$(left)" ]; }

for ((i = 0; i < machines; i++)); do
	start "$i"
done
check "$machines machines talk" soon 60 each_heard || {
	tail -n 3 "$work"/log* | sed 's/^/# /'
	finish
}
run
echo "# $(for act in "${!did[@]}"; do echo -n "$act ${did[$act]}, "; done)done"
check "no command of hostel's failed, and no sum was wrong" [ "$wrong" -eq 0 ]
check "no machine has ended" none_ended
check "all of them are on VMNet" soon 30 all_there || sed 's/^/# /' "$work/said"
for ((i = 2; i < machines; i++)); do
	do_clear "$i"
	do_plug "$i"
	ask 0 ctl "soak$i" connect 0 vmnet5
done
look
check "each sends and hears again" soon 60 each_heard || {
	"$hostel" net list | sed 's/^/# /'
}
check "what was taken is what was sent" whole
check "two whom nobody moves lose only what VMNet's end costs (0)" undisturbed 0
check "... (1)" undisturbed 1
"$hostel" net stats >"$work/said" 2>&1
result "every sum holds" $? "$work/said"
for ((i = 0; i < machines; i++)); do
	ask 0 ctl "soak$i" quit
done
for p in "${vm[@]}"; do
	wait "$p"
	[ $? -eq 130 ] || odd=$((odd + 1))	# as hostel ctl has it end
done
check "each ends as it was told" [ "$odd" -eq 0 ]
check "nothing is left behind" soon 20 nothing_left || left | sed 's/^/# /'
finish
