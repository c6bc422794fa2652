#!/bin/sh
# get-docker.sh DIRECTORY: a Docker engine, for the tests of real components (unpack.sh). Touches no
# service.
set -eu
. "$(dirname "$0")/unpack.sh"
[ -e "$1/complete" ] && exit 0
[ "$(id -u)" = 0 ] || { echo "a Docker engine needs root" >&2; exit 1; }
packages() { echo docker.io containerd runc tini busybox-static; }
unpack "$1" "a Docker engine"
