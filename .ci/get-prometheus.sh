#!/bin/sh
# get-prometheus.sh DIRECTORY: Prometheus with promtool, for the tests of the metrics (unpack.sh).
# Touches no service.
set -eu
. "$(dirname "$0")/unpack.sh"
[ -e "$1/complete" ] && exit 0
packages() { echo prometheus; }
unpack "$1" Prometheus
