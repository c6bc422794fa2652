#!/bin/sh
# get-runit.sh DIRECTORY: runit, for the benchmark (unpack.sh).
set -eu
. "$(dirname "$0")/unpack.sh"
[ -e "$1/complete" ] && exit 0
packages() { echo runit; }
unpack "$1" runit
