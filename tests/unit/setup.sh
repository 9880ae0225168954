#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# setup.sh - tools/setup tells packages that are there from those that are not,
# also where the same ones are installed for a second architecture. dpkg and apt
# are played here.
. "$(dirname "$0")/../lib_check.bash"
mkdir "$work/bin"
echo 'echo amd64' >"$work/bin/dpkg"
cat >"$work/bin/dpkg-query" <<'END'
[ "$1 $2" = "-W -f" ] || exit 2
declare -A state
while read -r name text; do
	state[$name]=$text
done <"$PACKAGES"
format=$3
shift 3
for name; do
	for line in ${state[$name]-${state[other]}}; do
		text=${format//'${Package}'/$name}
		text=${text//'${Architecture}'/${line%=*}}
		printf "${text//'${db:Status-Status}'/${line#*=}}"
	done
done
END
echo 'echo "$*" >>"$PACKAGES.apt"' >"$work/bin/apt-get"
sed -i '1i #!/usr/bin/env bash' "$work"/bin/*
chmod +x "$work"/bin/*

# setup LINE... - what it has apt install, or tells its user to, where packages
# are so: "NAME ARCHITECTURE=STATE ...", "other" for all that have no line
setup() {
	rm -f "$work/packages.apt"
	printf '%s\n' "$@" >"$work/packages"
	PATH=$work/bin:$PATH PACKAGES=$work/packages tools/setup \
		>"$work/said" 2>&1
	cat "$work/said" "$work/packages.apt" 2>/dev/null |
		sed -n 's/.*install -y --no-install-recommends //p'
}

check "all is there" [ -z "$(setup 'other amd64=installed')" ]
check "for any machine" [ -z "$(setup 'other amd64=installed' \
	'seabios all=installed')" ]
check "for another one, too" [ -z "$(setup 'other amd64=installed' \
	'zlib1g-dev amd64=installed i386=installed')" ]
check "for another one only" [ "$(setup 'other amd64=installed' \
	'zlib1g-dev i386=installed')" = zlib1g-dev ]
check "removed, but for its settings" [ "$(setup 'other amd64=installed' \
	'make amd64=config-files')" = make ]
check "not there" [ "$(setup 'other amd64=installed' 'make ' \
	'xz-utils ')" = "make xz-utils" ]
finish
