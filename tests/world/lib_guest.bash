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
	[ -z "$vm" ] || kill -9 "$vm" 2>/dev/null
	[ -z "$beside" ] || kill -9 "$beside" 2>/dev/null
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

group_of() { ps -o pgid= -p "$1" | tr -d ' '; }

# is_ours PID PARENT GROUP NAME - did this script start it, at whatever remove?
# hostel and vmnetd carry our VMNet folder in their environment, which is no
# other's; the VMM and the NAT have none, hostel-app and vmnet-switch show none,
# but all have a parent. Whoever was ours once stays so ($work/ours). Another
# test beside us may kill a parent, too: an orphan is ours if it is of our
# process group (each test has one). A vmnetd that lets nobody look, where we
# are not root, is taken for ours.
is_ours() {
	local env=/proc/$1/environ
	grep -qsx "$1" "$work/ours" && return
	case $4 in
	vmnetd) [ ! -r "$env" ] ||
		grep -qzsxF "HOSTEL_VMNET_DIR=$HOSTEL_VMNET_DIR" "$env" ;;
	hostel) grep -qzsxF "HOSTEL_VMNET_DIR=$HOSTEL_VMNET_DIR" "$env" ;;
	*) grep -qsx "$2" "$work/ours" ||
		{ ! grep -Eqsx 'hostel|hostel-app|vmnetd' "/proc/$2/comm" &&
			[ "$3" = "$(group_of $$)" ]; } ;;
	esac || return
	echo "$1" >>"$work/ours"
}

# processes - all of ours that run, one per line: "PID COMMAND". Parents are
# looked at before their children. One look at all there are: it is asked often.
processes() {
	local pid parent group name
	ps -eo pid=,ppid=,pgid=,comm= | awk '
		$4 ~ /^(hostel|vmnetd)$/ { print 1, $1, $2, $3, $4; next }
		$4 == "hostel-app" { print 2, $1, $2, $3, $4; next }
		$4 == "vmnet-switch" { print 3, $1, $2, $3, $4; next }
		$4 ~ /^(.*-(vmm|nat|disk|nbd)|vmnet-dhcp)$/ {
			print 4, $1, $2, $3, $4
		}' |
		sort -sn -k 1,1 | while read -r _ pid parent group name; do
		! is_ours "$pid" "$parent" "$group" "$name" ||
			echo "$pid $name"
	done
}

# child NAME - the process id of our NAME (as in comm), waiting up to 5 s
child() {
	local pid
	for _ in $(seq 50); do
		pid=$(processes | awk -v n="$1" '$2 == n { print $1; exit }')
		[ -z "$pid" ] || { echo "$pid"; return 0; }
		sleep 0.1
	done
	return 1
}

none_left() { [ -z "$(processes)" ]; }
