#!/bin/sh
# get-nats.sh DIRECTORY: nats-server out of two newer Debians than this one, for the tests of a
# fleet's engine: the newest as DIRECTORY/usr/sbin/nats-server, and the oldest that is supported as
# DIRECTORY/2.10/usr/sbin/nats-server. They need nothing but the C library. The package lists are in
# DIRECTORY: this machine's stay unchanged. Each ends within three minutes: a slower archive counts
# as unavailable.
set -eu
[ -e "$1/complete" ] && exit 0
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || { echo "nats-server is not installed, and this is not Debian" >&2; exit 1; }

# The archive that this machine uses, and Debian's key.
uri=$(apt-get indextargets --format '$(LABEL)|$(COMPONENT)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | sed -n '/^Debian|main|/{s///;p;q}')
[ -n "$uri" ] || { echo "nats-server is unavailable: no archive of Debian is set up here, or apt-get update was never run" >&2; exit 1; }
key=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e "$key" ] && options="[signed-by=$key]" || options=

get() {
  refused() { echo "nats-server is unavailable from Debian's $suite: ${1:-it took too long}" >&2; exit 1; }
  suite=$2
  apt=$1/apt
  rm -rf "$apt"
  mkdir -p "$apt/lists/partial" "$apt/archives/partial"
  echo "deb $options $uri $suite main" > "$apt/newer.list"
  : > "$apt/status"
  newer() {
    timeout "$1" apt-get -qq -o APT::Sandbox::User=root -o Dir::Etc::sourcelist="$apt/newer.list" -o Dir::Etc::sourceparts=/dev/null \
      -o Dir::Etc::preferencesparts=/dev/null -o Dir::State::lists="$apt/lists" -o Dir::State::status="$apt/status" \
      -o Dir::Cache::archives="$apt/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Acquire::Languages=none \
      -o Acquire::http::Timeout=20 -o Acquire::Retries=1 -o Acquire::Check-Valid-Until=false \
      -o APT::Update::Error-Mode=any $2
  }
  newer 90 update >"$apt/log" 2>&1 || refused "$(grep -m 1 '^E:' "$apt/log")"
  (cd "$apt/archives" && newer 90 'download nats-server') >"$apt/log" 2>&1 || refused "$(grep -m 1 '^E:' "$apt/log")"
  for package in "$apt"/archives/*.deb; do dpkg-deb -x "$package" "$1"; done
  rm -r "$apt"
  "$1/usr/sbin/nats-server" --version >/dev/null 2>&1 || refused "it does not run here"
}

get "$1" sid
get "$1/2.10" trixie
touch "$1/complete"
