#!/bin/sh
# get-sshd.sh DIRECTORY: the ssh server of OpenSSH, as DIRECTORY/usr/sbin/sshd, for the test of
# `dogwatch fleet status` (unpack.sh). It is not installed, and not started.
set -eu
. "$(dirname "$0")/unpack.sh"
[ -e "$1/complete" ] && exit 0
packages() { echo openssh-server; echo libwrap0; }
mkdir -p "$1"
unpack "$1" sshd
