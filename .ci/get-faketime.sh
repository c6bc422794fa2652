#!/bin/sh
# get-faketime.sh DIRECTORY: libfaketime, for the tests with another clock (unpack.sh).
set -eu
. "$(dirname "$0")/unpack.sh"
[ -e "$1/complete" ] && exit 0
packages() { echo libfaketime; }
unpack "$1" faketime
