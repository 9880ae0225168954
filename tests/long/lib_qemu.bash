# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# lib_qemu.bash - QEMU's emulation beside a machine of ours: its monitor, its
# screen as text and as a picture.
#
# One at a time; its files are in $work/qemu. Images are copied: it locks what
# it opens, as we do.
[ -z "${machine:-}" ] && machine=beside$$
qemu=$work/qemu
mkdir -p "$qemu"

# qemu_begin OPTION... - start it, its stdin and stdout ours
qemu_begin() {
	rm -f "$qemu"/monitor.*
	mkfifo "$qemu/monitor.in" "$qemu/monitor.out"
	qemu-system-i386 -M pc -accel tcg -nodefaults -display none -vga std \
		-monitor "pipe:$qemu/monitor" "$@" <&0 &
	qemu_pid=$!
	pids="$pids $qemu_pid"
	cat "$qemu/monitor.out" >"$qemu/monitor.log" &
	pids="$pids $!"
	exec 7>"$qemu/monitor.in"
	soon 20 qemu_prompts 1
}

# qemu_prompts N - the monitor has shown so many
qemu_prompts() {
	[ "$(grep -ao '(qemu) ' "$qemu/monitor.log" | wc -l)" -ge "$1" ]
}

# qemu_do COMMAND... - one of the monitor's; it is done when this returns
qemu_do() {
	local n
	n=$(grep -ao '(qemu) ' "$qemu/monitor.log" | wc -l)
	printf '%s\n' "$*" >&7
	soon 20 qemu_prompts $((n + 1))
}

# qemu_end - stop it
qemu_end() {
	exec 7>&-
	kill "$qemu_pid" 2>/dev/null
	wait "$qemu_pid" 2>/dev/null
}

# qemu_crtc INDEX - a register of its VGA
qemu_crtc() {
	qemu_do "i/b 0x3d4.$1"
	sed -n 's/.*portb\[0x03d5\] = 0x\([0-9a-f]*\).*/\1/p' \
		"$qemu/monitor.log" | tail -n 1
}

# qemu_screen - its screen of 80 by 25 characters, as 'hostel ctl' says ours.
# (iconv leaves codes below 32 alone, which have pictures, too.)
qemu_screen() {
	local start
	start=$((0x$(qemu_crtc 12)$(qemu_crtc 13) * 2))
	rm -f "$qemu/page"
	qemu_do "pmemsave $((0xb8000 + start)) 4000 \"$qemu/page\""
	LC_ALL=C od -An -v -tu1 -w2 "$qemu/page" | LC_ALL=C awk '
		{ printf "%c", $1 == 0 || $1 == 10 || $1 == 255 ? 32 : $1 }
		NR % 80 == 0 { printf "\n" }' |
		iconv -f CP437 -t UTF-8 |
		sed $'s/\x10/\u25ba/g; s/\x11/\u25c4/g; s/\x18/\u2191/g
			s/\x19/\u2193/g; s/\x1a/\u2192/g; s/\x1b/\u2190/g
			s/\x1e/\u25b2/g; s/\x1f/\u25bc/g; s/ *$//'
}
