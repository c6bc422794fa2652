#!/bin/sh
# get-faketime.sh DIRECTORY: unpacks libfaketime from Debian's package there, for the tests with another clock. Nothing is installed; what is
# there already is left as it is. Says why on stderr where that is not possible.
set -eu
directory=$1
[ -e "$directory/complete" ] && exit 0
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || { echo 'faketime is not installed, and this is no Debian' >&2; exit 1; }
mkdir -p "$directory/packages"
cd "$directory/packages"
download() { apt-get -qq -o APT::Sandbox::User=root download libfaketime; }
download 2>/dev/null || { apt-get -qq update && download; } >&2 || { echo 'the package of libfaketime can not be downloaded' >&2; exit 1; }
for package in *.deb; do dpkg-deb -x "$package" "$directory"; done
rm -r "$directory/packages"
touch "$directory/complete"
