#!/bin/sh
# get-nix.sh DIRECTORY: Nix and the libraries it needs, for the tests of the NixOS module
# (unpack.sh).
set -eu
. "$(dirname "$0")/unpack.sh"
[ -e "$1/complete" ] && exit 0
libraries() { apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances nix-bin | grep "^lib" | grep -v "^libc6$"; }
packages() { echo nix-bin $(libraries); }
unpack "$1" Nix
