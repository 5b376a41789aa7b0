# SPDX-License-Identifier: MPL-2.0
# What tests/run and examples/demo share: Debian's packages, and a build outside the source. Sourced.

build_packages="autoconf automake libtool pkg-config make gcc g++ libboost-dev kea-dev kea-dhcp4-server kea-dhcp6-server libcurl4-openssl-dev
	libjson-c-dev libmicrohttpd-dev libgnutls28-dev python3"
demo_packages="iproute2 util-linux isc-dhcp-client"
test_packages="$demo_packages check xz-utils git procps kea-admin python3-pytest python3-pytest-xdist debootstrap openssl curl jq"

need_root() {
	[ "$(id -u)" = 0 ] || { echo "$0: run it as root: it installs packages and speaks DHCP" >&2; exit 1; }
}

# Installs those that are missing. Services are kept from starting, by a policy of ours for the time that it takes.
install_packages() {
	local missing="" package policy=/usr/sbin/policy-rc.d ours="" result=0
	for package in "$@"; do
		dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
	done
	[ -n "$missing" ] || return 0
	echo "installing:$missing"
	if [ ! -e $policy ]; then
		ours=yes
		printf '#!/bin/sh\nexit 101\n' >$policy
		chmod 755 $policy
	fi
	apt-get update -qq &&
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null || result=$?
	[ -z "$ours" ] || rm -f $policy
	return $result
}

# build SOURCE FOLDER [configure's words]: builds from a copy in FOLDER/source into FOLDER/build, so that the source stays as it is.
build() {
	local source=$1 folder=$2
	shift 2
	mkdir -p "$folder/source" "$folder/build"
	tar -C "$source" --exclude=.git --exclude=./build --exclude=__pycache__ --exclude='*.o' --exclude='*.lo' --exclude=.libs \
		--exclude=.deps --exclude=config.status --exclude=./Makefile -cf - . | tar -C "$folder/source" -xf -
	echo "building, which takes a minute …"
	{ (cd "$folder/source" && autoreconf -fi) && (cd "$folder/build" && "$folder/source/configure" "$@") &&
		make -C "$folder/build" -j2; } >"$folder/build.log" 2>&1 || { tail -n 60 "$folder/build.log"; return 1; }
}
