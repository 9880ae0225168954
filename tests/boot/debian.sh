#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# debian.sh - Debian's own programs in a guest do what they do elsewhere: shells,
# interpreters, a compiler whose output does not depend on where programs lie,
# packers, a data base; and `hostel bench real`, in short.
# tests/run: needs the translator
. "$(dirname "$0")/lib.bash"
if [ ! -s "$guest/debian.initrd" ]; then
	echo "ok Debian's programs # SKIP no $guest/debian.initrd:" \
		"run make guest-debian"
	exit 0
fi

# in_guest WORDS - what a shell in the guest says to them is in $log; 0 if it
# ended well
in_guest() {
	timeout $((200 * patience)) "$build/hostel" run --memory 512M --no-reboot --net none \
		--kernel "$guest/vmlinuz" --initrd "$guest/debian.initrd" \
		--append "console=ttyS0 panic=-1 hostel.net=off quiet -- \"$1\"" \
		</dev/null >"$log" 2>&1 && said '^hostel-guest: exit 0$'
}
words="cd /root/real; echo bash \$(bash -c 'echo \$((6 * 7))')
echo python \$(python3 -c 'print(6 * 7)')
echo perl \$(perl -e 'print 6 * 7'); echo sql \$(sqlite3 :memory: 'select 6 * 7')
for p in xz bzip2 gzip; do \$p -c big.c | \$p -dc | cmp - big.c && echo \$p same; done
gcc -O2 -c -o 1.o project/unit8.c
echo 0 >/proc/sys/kernel/randomize_va_space
gcc -O2 -c -o 2.o project/unit8.c; cmp 1.o 2.o && echo gcc same
make -s -j2 -C project unit1.o unit2.o && echo make done
echo 'int main(void) { return 42; }' >m.c; gcc -o m m.c; ./m; echo program \$?
sha256sum big.c"
in_guest "${words//$'\n'/; }"
result "Debian's programs run" $? "$log"
for line in "bash 42" "python 42" "perl 42" "sql 42" "xz same" "bzip2 same" \
	"gzip same" "gcc same" "make done" "program 42"; do
	check "Debian's programs: $line" said "^$line\$"
done
check "Debian's programs: sha256sum" said \
	"^$(sha256sum <"$guest/real/big.c" | cut -d ' ' -f 1) "

json=$work/r.json
mkdir "$work/tmp"
export TMPDIR=$work/tmp
timeout $((250 * patience)) "$build/hostel" bench real --quick \
	--only exec_pie,exec_fixed,perl,latency,boot,fork_2g \
	--json "$work/r.json" >"$work/out" 2>"$work/err"
result "bench real: status 0" $? "$work/err"
check "bench real: it is JSON" "$build/hostel" report "$work/r.json" \
	>"$work/report"
for row in exec_pie exec_fixed perl latency boot fork_2g; do
	check "bench real: $row" cell "$row" hostel
done
for row in perl latency; do
	check "bench real: $row natively" cell "$row" native
	check_qemu "bench real: $row in QEMU" "$row"
done
check "bench real: beside itself with ASLR off" \
	grep -q '^ .* times that with ASLR off' "$work/out"
check "bench real: where the time went" \
	grep -Eq '^ .* % (translating|instructions that need no)' "$work/out"
check "bench real: how often, each time" \
	grep -q '^ .*each time [0-9.]* fragments .*of [0-9.]* KB' "$work/out"
check "bench real: what is translated twice" \
	grep -q ' fragments ([0-9.]* % made anew) of .* % in others before)' \
	"$work/out"
check "bench real: faults taken and avoided" \
	grep -q ' faults: [0-9.]* hidden, [0-9.]* avoided, ' "$work/out"
check "bench real: a row that there is not" \
	eval '! "$build/hostel" bench real --only what 2>/dev/null'
HOSTEL_HOST=no-translator "$build/hostel" bench real >"$work/out" 2>"$work/err"
check "bench real, no translator: status 1" [ $? -eq 1 ]
check "bench real, no translator: so it says" \
	grep -q "measures the translator" "$work/err"

# left - processes of a bench name its folder in their arguments
echo "$TMPDIR" >"$work/folder"
left() { grep -lsaf "$work/folder" /proc/[0-9]*/cmdline; }
none_left() { [ -z "$(left)" ] && [ -z "$(ls "$TMPDIR")" ]; }
"$build/hostel" bench real --quick --only gcc_O0 >"$work/out" 2>&1 &
pids="$pids $!"
vm_runs() { [ -e "$(echo "$TMPDIR"/*/report)" ] && [ -n "$(left)" ]; }
check "bench real runs a VM" soon 100 vm_runs
kill -TERM $!
status=0
wait $! || status=$?
check "bench real, SIGTERM: status 143" [ "$status" -eq 143 ]
check "bench real, SIGTERM: nothing stays" soon 5 none_left ||
	left | sed 's/^/# /'
finish
