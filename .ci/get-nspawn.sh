#!/bin/sh
# get-nspawn.sh DIRECTORY: unpacks systemd-nspawn from Debian's package there, for the tests under a real systemd. Nothing is installed; what is
# there already is left as it is. Says why on stderr where that is not possible.
set -eu
directory=$1
[ -e "$directory/complete" ] && exit 0
[ -x /lib/systemd/systemd ] || { echo 'systemd is not installed' >&2; exit 1; }
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || { echo 'systemd-nspawn is not installed, and this is no Debian' >&2; exit 1; }
mkdir -p "$directory/packages"
cd "$directory/packages"
download() { apt-get -qq -o APT::Sandbox::User=root download systemd-container; }
download 2>/dev/null || { apt-get -qq update && download; } >&2 || { echo 'the package of systemd-nspawn can not be downloaded' >&2; exit 1; }
for package in *.deb; do dpkg-deb -x "$package" "$directory"; done
rm -r "$directory/packages"
touch "$directory/complete"
