#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# top.sh - `hostel top`: two stock guests in batches, as JSON and on a screen
# (a pty); no machine, one that is silent, one that ends in between, a reader
# that goes, a terminal of any size, the keys.
# tests/run: waits
. "$(dirname "$0")/lib.bash"
hostel=$build/hostel

# top WORDS... - into $work/t
top() { timeout 60 "$hostel" top "$@" >"$work/t" 2>&1; }
says() { grep -Eq -- "$1" "$work/t"; }
show() { sed 's/^/# /' "$work/t"; }
# value NAME KEY - of that machine, in one table
value() {
	timeout 60 "$hostel" top --json | "${HOSTEL_PYTHON:-/usr/bin/python3}" -c "import json, sys
for m in json.load(sys.stdin)['machines']:
	if m['name'] == '$1': print(m['$2'])"
}
# above LEAST NAME KEY - it is more
above() { "${HOSTEL_PYTHON:-/usr/bin/python3}" -c "import sys; sys.exit(not float(sys.argv[1]) > $1)" \
	"$(value "$2" "$3")"; }

mkdir -p "$HOSTEL_VMNET_DIR" && chmod 700 "$HOSTEL_VMNET_DIR"
top --once
check "no machine: that is said, with 0" [ $? -eq 0 ]
check "... in words" says '^no machine of yours runs'
top --json
check "... and to programs" says '"machines":\[\]'
for words in "--batch 0" "--batch" "--interval 0" "--interval x" \
	"--sort nothing" "--nothing" "word" "--once=1"; do
	# shellcheck disable=SC2086
	top $words </dev/null
	check "top $words is refused with a sentence" \
		[ $? -eq 64 -a "$(wc -l <"$work/t")" -eq 1 ]
done
top </dev/null
check "without a terminal it says what to do" says '--batch'

boot() {
	"$hostel" run --kernel "$guest/vmlinuz" --initrd "$guest/initrd" \
		--name "$1" --net nat,host-loopback --no-reboot \
		--append "console=ttyS0 quiet panic=-1 -- \"echo ready; $2\"" \
		</dev/null >"$work/$1" 2>&1 &
	pids="$pids $!"
	soon 120 grep -qs '^ready' "$work/$1"
}
check "a busy guest" boot busy "while :; do :; done"
check "one that pings" boot pings "ping -q -i 0.02 10.0.2.2"
check "two tables" top --batch 2 --interval 0.5
check "... of two machines" says '^hostel top: 2 machines, 1 network'
check "... each with both" [ "$(grep -Ec '^(busy|pings) .* running' \
	"$work/t")" -eq 4 ] || show
check "... and the network" says '^vmnet8 +nat +4 '
check "the busy one comes first" [ "$(grep -Ec -A 1 '^NAME' "$work/t" |
	head -1)" -eq 2 -a "$(grep -A 1 '^NAME' "$work/t" | sed -n 2p |
	cut -d ' ' -f 1)" = busy ] || show
# In some interval: others want the CPUs, too.
check "its guest has the time" soon 10 above 30 busy guest
check "... and world switches" above 0 busy switches
check "the other one moves frames" soon 10 above 20 pings frames_out
check "... both ways" soon 10 above 20 pings frames_in
top --once --sort name --reverse
check "by name, from the end" [ "$(grep -A 1 '^NAME' "$work/t" | sed -n 2p |
	cut -d ' ' -f 1)" = pings ] || show

before=$SECONDS
timeout 60 "$hostel" top --batch 100000 --interval 0.1 | head -n 1 >"$work/t"
check "a reader that goes ends it" [ $((SECONDS - before)) -lt 30 ]

timeout 60 "$hostel" ctl pings pause
check "a paused machine" soon 20 eval \
	'top --once && says "^pings .* paused"'
timeout 60 "$hostel" ctl pings resume

cat >"$work/screen.py" <<'PY'
"""screen.py HOSTEL - hostel top on a terminal: what each state of it shows."""
import fcntl, os, pty, re, select, signal, struct, sys, termios, time

def size(fd, rows, columns, pid=0):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    if pid:
        os.kill(pid, signal.SIGWINCH)

def start(rows, columns, term="vt100"):
    pid, fd = pty.fork()
    if pid == 0:
        time.sleep(0.3)         # until it has its size
        os.environ["TERM"] = term
        os.execv(sys.argv[1], [sys.argv[1], "top", "--interval", "0.5"])
    size(fd, rows, columns)
    return pid, fd

def shown(fd, pattern, seconds=15):
    """is such a text drawn, since the last one that was waited for?"""
    text, end = "", time.monotonic() + seconds
    while time.monotonic() < end:
        if select.select([fd], [], [], 0.2)[0]:
            try:
                text += os.read(fd, 65536).decode(errors="replace")
            except OSError:
                return False
        plain = re.sub(r"\x1b(\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>78])|\x0f|\x0e", "", text)
        if re.search(pattern, plain):
            return True
    print("# not shown:", repr(plain[-300:]))
    return False

def ended(pid, fd, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if select.select([fd], [], [], 0.05)[0]:
            try:
                os.read(fd, 65536)
            except OSError:
                pass
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) == 0
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return False

def check(name, good):
    print("ok" if good else "not ok", "screen:", name)

pid, fd = start(24, 140)
check("both machines", shown(fd, r"(?s)busy.*pings"))
check("with figures", shown(fd, r"[0-9]\.[0-9]"))
os.write(fd, b"h")
check("h: the keys", shown(fd, "sort by another column"))
os.write(fd, b"h")
check("h: and back", shown(fd, "GUEST%"))
os.write(fd, b"\x1bOC")
check("right: by the next column", shown(fd, "guest"))
os.write(fd, b"r")
check("r: least first", shown(fd, "least first"))
os.write(fd, b"\x1bOB\x1bOB\x1bOA\x1b[5~\x1b[99~xyz \x1b")
size(fd, 3, 9, pid)
check("a terminal of 9 columns and 3 lines", shown(fd, "hostel to"))
size(fd, 1, 1, pid)
time.sleep(1)
size(fd, 24, 80, pid)
check("and large again", shown(fd, "(?s)NAME.*BUSY%"))
os.write(fd, b"q")
check("q ends it", ended(pid, fd))
pid, fd = start(24, 80)
check("again", shown(fd, "busy"))
os.write(fd, b"\x03")
check("Ctrl-C ends it", ended(pid, fd))
pid, fd = start(24, 80)
check("and again", shown(fd, "busy"))
os.close(fd)
time.sleep(3)
done, status = os.waitpid(pid, os.WNOHANG)
check("a terminal that goes ends it", done == pid)
if not done:
    os.kill(pid, signal.SIGKILL)
pid, fd = start(24, 80, "no-such-terminal")
check("a terminal that nobody knows is told", shown(fd, "set TERM"))
os.waitpid(pid, 0)
PY
check "a screen" timeout $((120 * patience)) "${HOSTEL_PYTHON:-/usr/bin/python3}" "$work/screen.py" "$hostel" >"$work/s" 2>&1
grep -E '^(not )?ok |^#' "$work/s" || sed 's/^/# /' "$work/s"
[ "$(grep -c '^not ok' "$work/s")" -eq 0 ] || failures=$((failures + 1))

# A machine that stands still keeps nobody, and is told.
keeper=$("$hostel" ctl busy status | sed -n 's/^pid *//p')
stopped="$keeper $(pgrep -P "$keeper" | tr '\n' ' ')"
# shellcheck disable=SC2086
kill -STOP $stopped
check "a machine that is stopped is silent, the other is not" soon 20 eval \
	'top --once && says "^busy .* silent" && says "^pings .* running"' || show
# shellcheck disable=SC2086
kill -CONT $stopped

top --batch 30 --interval 0.1 &
looking=$!
sleep 0.5
timeout 20 "$hostel" ctl busy quit
sleep 0.5
timeout 20 "$hostel" ctl pings quit
check "machines that end in between" wait "$looking"
check "... are gone from the last table" \
	[ "$(tail -n 3 "$work/t" | grep -c '^no machine')" -eq 1 ] || show
finish
