#!/bin/sh
# get-docker-newer.sh DIRECTORY: the engine and containerd of a newer Debian than this one, for the
# tests of real components. They run with the runc and the docker command of get-docker.sh, because
# their own need a newer C library. The package lists are in DIRECTORY: this machine's stay
# unchanged. It ends within three minutes: a slower archive counts as unavailable.
set -eu
SUITE=forky
[ -e "$1/complete" ] && exit 0
[ "$(id -u)" = 0 ] || { echo "a Docker engine needs root" >&2; exit 1; }
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || { echo "a newer Docker engine is not installed, and this is not Debian" >&2; exit 1; }
refused() { echo "the packages of a newer Docker engine are unavailable from Debian's $SUITE: ${1:-it took too long}" >&2; exit 1; }

# The archive that this machine uses, and Debian's key.
uri=$(apt-get indextargets --format '$(LABEL)|$(COMPONENT)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | sed -n '/^Debian|main|/{s///;p;q}')
[ -n "$uri" ] || refused "no archive of Debian is set up here, or apt-get update was never run"
key=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e "$key" ] && options="[signed-by=$key]" || options=
apt=$1/apt
rm -rf "$apt"
mkdir -p "$apt/lists/partial" "$apt/archives/partial"
echo "deb $options $uri $SUITE main" > "$apt/newer.list"
: > "$apt/status"
newer() {
  timeout "$1" apt-get -qq -o APT::Sandbox::User=root -o Dir::Etc::sourcelist="$apt/newer.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::Etc::preferencesparts=/dev/null -o Dir::State::lists="$apt/lists" -o Dir::State::status="$apt/status" \
    -o Dir::Cache::archives="$apt/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Acquire::Languages=none \
    -o Acquire::http::Timeout=20 -o Acquire::Retries=1 -o Acquire::Check-Valid-Until=false \
    -o APT::Update::Error-Mode=any $2
}
newer 60 update >"$apt/log" 2>&1 || refused "$(grep -m 1 '^E:' "$apt/log")"
(cd "$apt/archives" && newer 100 'download docker.io containerd') >"$apt/log" 2>&1 || refused "$(grep -m 1 '^E:' "$apt/log")"
for package in "$apt"/archives/*.deb; do dpkg-deb -x "$package" "$1"; done
rm -r "$apt"
# The libraries that it links to are this Debian's.
"$1/usr/sbin/dockerd" --version >/dev/null 2>&1 && "$1/usr/bin/containerd" --version >/dev/null 2>&1 || refused "they do not run here"
touch "$1/complete"
