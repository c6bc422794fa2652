#!/bin/sh
# get-docker.sh DIRECTORY: unpacks a Docker engine from Debian's packages there, for the tests of real components. Nothing is installed, no
# service is touched; what is there already is left as it is. Says why on stderr where that is not possible.
set -eu
directory=$1
[ -e "$directory/complete" ] && exit 0
[ "$(id -u)" = 0 ] || { echo 'a Docker engine needs root' >&2; exit 1; }
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || { echo 'a Docker engine is unpacked from Debian packages, and this is no Debian' >&2; exit 1; }
mkdir -p "$directory/packages"
cd "$directory/packages"
download() { apt-get -qq -o APT::Sandbox::User=root download docker.io containerd runc tini busybox-static; }
download 2>/dev/null || { apt-get -qq update && download; } >&2 || { echo 'the packages of a Docker engine can not be downloaded' >&2; exit 1; }
for package in *.deb; do dpkg-deb -x "$package" "$directory"; done
rm -r "$directory/packages"
touch "$directory/complete"
