#!/bin/sh
# get-tmux.sh DIRECTORY: tmux, as DIRECTORY/bin/tmux, for the tests of programs that it starts
# (unpack.sh).
set -eu
. "$(dirname "$0")/unpack.sh"
[ -e "$1/complete" ] && exit 0
packages() {
  echo tmux
  # Their names contain their versions.
  apt-cache depends tmux | sed -n 's/^ *Depends: \(lib\(event-core\|utempter\|tinfo\).*\)/\1/p'
}
mkdir -p "$1/bin"
cat >"$1/bin/tmux" <<'EOF'
#!/bin/sh
here=$(dirname "$(dirname "$(readlink -f "$0")")")
LD_LIBRARY_PATH=$(printf '%s:' "$here"/usr/lib/* "$here"/lib/*) exec "$here/usr/bin/tmux" "$@"
EOF
chmod +x "$1/bin/tmux"
unpack "$1" tmux
