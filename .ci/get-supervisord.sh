#!/bin/sh
# get-supervisord.sh DIRECTORY: supervisord, for the benchmark (unpack.sh).
set -eu
. "$(dirname "$0")/unpack.sh"
[ -e "$1/complete" ] && exit 0
packages() { echo supervisor python3-pkg-resources; }
unpack "$1" supervisord
