#!/bin/sh
# get-nix.sh DIRECTORY: unpacks Nix and the libraries it needs from Debian's packages there, for the tests of the NixOS module. Nothing is
# installed; what is there already is left as it is. Says why on stderr where that is not possible.
set -eu
directory=$1
[ -e "$directory/complete" ] && exit 0
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || { echo 'Nix is not installed, and this is no Debian' >&2; exit 1; }
mkdir -p "$directory/packages"
cd "$directory/packages"
libraries() { apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances nix-bin | grep '^lib' | grep -v '^libc6$'; }
download() { apt-get -qq -o APT::Sandbox::User=root download nix-bin $(libraries); }
download 2>/dev/null || { apt-get -qq update && download; } >&2 || { echo 'the packages of Nix can not be downloaded' >&2; exit 1; }
for package in *.deb; do dpkg-deb -x "$package" "$directory"; done
rm -r "$directory/packages"
touch "$directory/complete"
