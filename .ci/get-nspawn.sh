#!/bin/sh
# get-nspawn.sh DIRECTORY: systemd-nspawn, for the tests under a real systemd (unpack.sh).
set -eu
. "$(dirname "$0")/unpack.sh"
[ -e "$1/complete" ] && exit 0
[ -x /lib/systemd/systemd ] || { echo "systemd is not installed" >&2; exit 1; }
packages() { echo systemd-container; }
unpack "$1" systemd-nspawn
