#!/bin/sh
# get-monit.sh DIRECTORY: monit, for the benchmark (unpack.sh).
set -eu
. "$(dirname "$0")/unpack.sh"
[ -e "$1/complete" ] && exit 0
packages() { echo monit; }
unpack "$1" monit
