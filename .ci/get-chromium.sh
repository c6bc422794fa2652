#!/bin/sh
# get-chromium.sh DIRECTORY: Chromium with what it needs and this machine lacks, as
# DIRECTORY/bin/chromium, for the tests of the page (unpack.sh).
set -eu
. "$(dirname "$0")/unpack.sh"
[ -e "$1/complete" ] && exit 0
packages() {
  apt-get -s -o Debug::NoLocking=1 install --no-install-recommends chromium fonts-dejavu-core | sed -n 's/^Inst \([^ ]*\) .*/\1/p'
}
mkdir -p "$1/bin"
cat >"$1/bin/chromium" <<'EOS'
#!/bin/sh
here=$(dirname "$(dirname "$(readlink -f "$0")")")
[ -e "$here/etc/fonts/fonts.conf" ] && export FONTCONFIG_SYSROOT="$here"
LD_LIBRARY_PATH=$(printf '%s:' "$here"/usr/lib/chromium "$here"/usr/lib/*-linux-gnu* "$here"/usr/lib/*-linux-gnu*/pulseaudio "$here"/lib/*-linux-gnu*) exec "$here/usr/lib/chromium/chromium" "$@"
EOS
chmod +x "$1/bin/chromium"
unpack "$1" Chromium
