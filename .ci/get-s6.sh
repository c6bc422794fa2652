#!/bin/sh
# get-s6.sh DIRECTORY: s6, for the benchmark (unpack.sh).
set -eu
. "$(dirname "$0")/unpack.sh"
[ -e "$1/complete" ] && exit 0
libraries() { apt-cache depends s6 | sed -n "s/.*Depends: \(lib\(s6\|skarnet\|execline\).*\)/\1/p"; }
packages() { echo s6 $(libraries); }
unpack "$1" s6
