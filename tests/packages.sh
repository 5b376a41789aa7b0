# SPDX-License-Identifier: MPL-2.0
# What building and testing need of Debian's packages; sourced by tests/run and examples/demo.
build_packages="autoconf automake libtool pkg-config make gcc g++ libboost-dev kea-dev kea-dhcp4-server libcurl4-openssl-dev libjson-c-dev
	libmicrohttpd-dev libgnutls28-dev check python3 xz-utils"
test_packages="git iproute2 util-linux procps kea-admin python3-pytest debootstrap openssl"

# Installs those that are missing. Services are kept from starting: a policy of our own stands for the time that it takes.
install_packages() {
	local missing="" package policy=/usr/sbin/policy-rc.d
	for package in "$@"; do
		dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
	done
	[ -n "$missing" ] || return 0
	echo "installing:$missing"
	if [ ! -e $policy ]; then
		printf '#!/bin/sh\nexit 101\n' >$policy
		chmod 755 $policy
		trap "rm -f $policy" RETURN
	fi
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}
