# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# lib_guest.bash - for the world tests: tiny guests, and who of us is running.
#
# HOSTEL_VMNET_DIR lies in $work, so that no test sees another's network. What
# is $vm or $beside ends with the script.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/../lib_check.bash"
export HOSTEL_VMNET_DIR=$work/net
mkdir -m 700 "$HOSTEL_VMNET_DIR"
vm=
beside=

tidy() {
	# shellcheck disable=SC2086
	kill_group $vm $beside
	wait
	sleep 0.2
	rm -rf "$work"
}
trap 'exit 1' INT TERM

# guest NAME - build $work/NAME from the assembler text on standard input:
# an ELF32 image with a multiboot header, started at _start in flat mode. It has
# the macros outb VALUE, PORT; master MASK: the first 8259 has its vectors from
# 20h, and that mask; config OFFSET: in EDX, the data port of that register of
# the first card's configuration space; idt_of VECTOR: at idtr, an IDT that ends
# with that vector's gate, whose handler's address is to be put at gate.
guest() {
	{
		echo '.text; .long 0x1badb002, 0, -0x1badb002; .globl _start'
		cat <<'END'
	.macro outb value, port
	mov $\value, %al
	mov $\port, %dx
	out %al, %dx
	.endm
	.macro master mask
	outb 0x11, 0x20
	outb 0x20, 0x21
	outb 0x04, 0x21
	outb 0x01, 0x21
	outb \mask, 0x21
	.endm
	.macro config offset
	mov $0x80001000 + \offset, %eax
	mov $0xcf8, %dx
	out %eax, %dx
	mov $0xcfc + (\offset & 2), %dx
	.endm
	/* the gate that idt_of makes leads to this label, from now on */
	.macro handled_by label
	lidt idtr
	mov $\label, %eax
	mov %ax, gate
	shr $16, %eax
	mov %ax, gate + 6
	.endm
	.macro idt_of vector
	.balign 8
idt:	.fill \vector, 8, 0
gate:	.word 0, 0x10, 0x8e00, 0
idtr:	.word . - idt - 1
	.long idt
	.endm
END
		cat
	} >"$work/$1.s"
	gcc -m32 -nostdlib -static -Wl,-Ttext=0x100000,--build-id=none \
		-o "$work/$1" "$work/$1.s" || {
		echo "not ok the guest $1 can be built"
		exit 1
	}
}

# bytes COUNT - what those guests send that count from 0: 0 to 127, over and over
bytes() {
	printf '%b' "$(awk -v n="$1" 'BEGIN {
		for (i = 0; i < n; i++) printf "\\0%03o", i % 128 }')"
}

# few PATH - sets $count: how many bytes go that way. Where each access is a
# world switch, a tenth.
few() {
	count=200000
	[ "$1" != hosted ] || count=20000
}

# ctl_refuses STATUS TEXT WORDS... - hostel ctl does, with a sentence that has TEXT:
# by the script's ctl(), which puts what is said into $work/said
ctl_refuses() {
	local want=$1 text=$2 status
	shift 2
	ctl "$@"
	status=$?
	[ "$status" -eq "$want" ] && grep -q -- "$text" "$work/said" &&
		[ "$(wc -l <"$work/said")" -eq 1 ] ||
		{ echo "# status $status"; sed 's/^/# /' "$work/said"; false; }
}

# stat_of PID - sets $parent and $group, of what runs
stat_of() {
	local line
	{ read -r line <"/proc/$1/stat"; } 2>/dev/null || return
	# shellcheck disable=SC2086
	set -- ${line##*) }
	parent=$2 group=$3
}

# keeps_folder PID - it has our VMNet folder in its environment
keeps_folder() {
	local each
	local -a words=()
	{ mapfile -d '' -t words <"/proc/$1/environ"; } 2>/dev/null
	for each in "${words[@]}"; do
		[ "$each" != "HOSTEL_VMNET_DIR=$HOSTEL_VMNET_DIR" ] || return 0
	done
	return 1
}

# is_orphan PARENT GROUP - none of us is its parent, and it is of our group
is_orphan() {
	local name= parent group
	{ read -r name <"/proc/$1/comm"; } 2>/dev/null
	case $name in hostel | hostel-app | vmnetd) return 1 ;; esac
	stat_of $$ && [ "$group" = "$2" ]
}

# is_ours PID NAME - did this script start it, at whatever remove?
# hostel and vmnetd carry our VMNet folder in their environment, which is no
# other's; the VMM and the NAT have none, hostel-app and vmnet-switch show none,
# but all have a parent. Whoever was ours once stays so ($work/ours; processes()
# has them in known). Another test beside us may kill a parent, too: an orphan is
# ours if it is of our process group (each test has one). A vmnetd that lets
# nobody look, where we are not root, is taken for ours.
is_ours() {
	local parent group
	[ -z "${known[$1]-}" ] || return 0
	case $2 in
	vmnetd) [ ! -r "/proc/$1/environ" ] || keeps_folder "$1" ;;
	hostel) keeps_folder "$1" ;;
	*) stat_of "$1" && { [ "${known[$parent]-}" ] ||
		is_orphan "$parent" "$group"; } ;;
	esac || return
	known[$1]=yes
	echo "$1" >>"$work/ours"
}

# processes - all of ours that run, one per line: "PID COMMAND". Parents are
# looked at before their children. It is asked often: it starts no process.
processes() {
	local entry pid name found1= found2= found3= found4=
	local -A known=()
	[ ! -e "$work/ours" ] ||
		while read -r pid; do known[$pid]=yes; done <"$work/ours"
	for entry in /proc/[0-9]*; do
		pid=${entry#/proc/}
		{ read -r name <"$entry/comm"; } 2>/dev/null || continue
		case $name in
		hostel | vmnetd) found1+="$pid $name"$'\n' ;;
		hostel-app) found2+="$pid $name"$'\n' ;;
		vmnet-switch) found3+="$pid $name"$'\n' ;;
		*-vmm | *-nat | *-disk | *-nbd | vmnet-dhcp)
			found4+="$pid $name"$'\n' ;;
		esac
	done
	while read -r pid name; do
		[ -z "$pid" ] || ! is_ours "$pid" "$name" || echo "$pid $name"
	done <<<"$found1$found2$found3$found4"
}

# child NAME - the process id of our NAME (as in comm), waiting up to 5 s
child() {
	local i pid name
	for ((i = 0; i < 50; i++)); do
		while read -r pid name; do
			[ "$name" != "$1" ] || { echo "$pid"; return 0; }
		done <<<"$(processes)"
		rest 0.1
	done
	return 1
}

none_left() { [ -z "$(processes)" ]; }
