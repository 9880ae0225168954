#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# clients.sh - programs that people use, through VMNet's NAT without root: this
# host's curl fetches from a web server in a stock guest by a forwarded port,
# one file, and thirty at a time; the guest's wget fetches from one here. (Its
# udhcpc, tftp, ping and nc are in other tests.)
# tests/run: waits
. "$(dirname "$0")/lib.bash"
python=${HOSTEL_PYTHON:-/usr/bin/python3}
command -v curl >/dev/null || {
	echo "ok clients # SKIP curl is not installed"
	exit 0
}

# --- a web server on this host, which the guest reaches as 10.0.2.2
mkdir "$work/here"
head -c 3M /dev/urandom >"$work/here/f"
cat >"$work/serve.py" <<'END'
import functools, http.server, sys
handler = functools.partial(http.server.SimpleHTTPRequestHandler,
                            directory=sys.argv[1])
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
print(server.server_port, flush=True)
server.serve_forever()
END
"$python" -E "$work/serve.py" "$work/here" >"$work/port" 2>"$work/served" &
pids="$pids $!"
check "a web server here" soon 20 [ -s "$work/port" ] || finish
inward=$(free_port)

# --- and one in the guest, with what it has fetched, and changed
cmd="wget -q -O /tmp/f http://10.0.2.2:$(cat "$work/port")/f; mkdir /tmp/w"
cmd="$cmd; tac /tmp/f >/tmp/w/f; sha256sum /tmp/f /tmp/w/f"
cmd="$cmd; i=0; while [ \$i -lt 30 ]; do echo file \$i >/tmp/w/\$i"
cmd="$cmd; i=\$((i + 1)); done; httpd -p 80 -h /tmp/w; echo guest serves"
timeout -k 1 $((200 * patience)) "$build/hostel" run --kernel "$guest/vmlinuz" \
	--initrd "$guest/initrd" --memory 96M --no-reboot \
	--net "nat,host-loopback,forward=tcp:$inward:80" \
	--append "console=ttyS0 panic=-1 -- \"$cmd; sleep 100\"" \
	</dev/null >"$log" 2>&1 &
vm=$!
pids="$pids $vm"
sum() { sha256sum "$1" | cut -d ' ' -f 1; }
url=http://127.0.0.1:$inward

check "the guest serves" soon 120 said '^guest serves' || {
	tail -n 30 "$log" | sed 's/^/# /'
	finish
}
check "wget in the guest: the file is ours" \
	said "^$(sum "$work/here/f")  /tmp/f"
curl -s -m 60 -o "$work/f" "$url/f"
check "curl here: a file of 3 MB" [ $? -eq 0 ]
check "... is the guest's" said "^$(sum "$work/f")  /tmp/w/f"
# The guest's httpd has room for nine that it has not accepted yet; on a busy
# host its kernel forgets some of the others, and who is forgotten asks again.
curl -s -m 15 --retry 5 --retry-all-errors --parallel --parallel-max 30 \
	-o "$work/#1" "$url/[0-29]"
check "curl: thirty at a time" [ $? -eq 0 ]
all_right() {
	local i
	for ((i = 0; i < 30; i++)); do
		[ "$(cat "$work/$i")" = "file $i" ] || return
	done
}
check "... each is right" all_right
[ "$(curl -s -m 60 -o /dev/null -w '%{http_code}' "$url/none")" = 404 ]
check "... and what is not there is not" [ $? -eq 0 ]
kill "$vm"
wait "$vm"
[ "$failures" -eq 0 ] || tail -n 30 "$log" | sed 's/^/# /'
finish
