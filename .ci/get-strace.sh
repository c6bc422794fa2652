#!/bin/sh
# get-strace.sh DIRECTORY: strace, for the drills in which a system call fails or kills (unpack.sh).
# Not needed if it is installed.
set -eu
. "$(dirname "$0")/unpack.sh"
[ -e "$1/complete" ] && exit 0
packages() { echo strace libunwind8; }
unpack "$1" strace
