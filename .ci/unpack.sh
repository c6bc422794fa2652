# unpack DIRECTORY NAME: unpacks Debian packages there, for the tests of real components. Sourced by
# the get-*.sh beside it, each of which says what it unpacks (NAME, for people) and defines
# `packages`, which prints the packages' names. Installs nothing, and leaves what is there
# unchanged. Says why on stderr if that is impossible.
unpack() {
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || { echo "$2 is not installed, and this is not Debian" >&2; exit 1; }
  mkdir -p "$1/packages"
  cd "$1/packages"
  download() { apt-get -qq -o APT::Sandbox::User=root download $(packages); }
  download 2>/dev/null || { apt-get -qq update && download; } >&2 || { echo "the packages of $2 cannot be downloaded" >&2; exit 1; }
  for package in *.deb; do dpkg-deb -x "$package" "$1"; done
  rm -r "$1/packages"
  touch "$1/complete"
}
