/**
 * The shim: a few lines of /bin/sh between dogwatch and an attempt, in a session of its own. It
 * claims the attempt, holds the run's FIFO open as long as it lives, runs the command, and writes
 * its exit status to a file. The text is fixed: everything from the user is passed as parameters.
 * - $1: boot id
 * - $2: directory of the attempt's files (named by `attemptFiles`)
 * - $3: FIFO
 * - $4: the command's stdin
 * - $5: its umask
 * - $6…: the command
 * - environment: the command's own; a shell passes on only variables with names valid in a shell
 * - descriptor 3: where it reports "started", "claimed", or what went wrong to the launcher
 */
export const SHIM = String.raw`
exec 2>&3
umask 077
# Caught, not ignored: the shim must survive a signal to the whole group to report the end, and
# exec resets caught signals to their defaults for the command.
trap : HUP INT QUIT PIPE ALRM TERM USR1 USR2
dogwatch_boot=$1 dogwatch_alive=$3 dogwatch_stdin=$4 dogwatch_umask=$5
dogwatch_claim=$2/claim dogwatch_mark=$2/mark dogwatch_exit=$2/exit dogwatch_pid=$2/pid dogwatch_log=$2/log
shift 5
IFS= read -r dogwatch_stat </proc/self/stat
# Exclusive (O_EXCL): only one start of an attempt wins.
set -C
if ! { true >"$dogwatch_claim"; } 2>/dev/null && [ -e "$dogwatch_claim" ]; then echo claimed >&3; exit 0; fi
set +C
printf '%s %s\n' "$dogwatch_boot" "$dogwatch_stat" >"$dogwatch_claim" || exit 1
{ printf '%s\n' "$DOGWATCH_ATTEMPT" && printf '%s\0' "$@"; } >"$dogwatch_mark" || exit 1
# Filled now and overwritten in place later, so that a full disk cannot lose the status.
printf '%-15s\n' running >"$dogwatch_exit" || exit 1
exec 9<>"$dogwatch_alive" <"$dogwatch_stdin" >>"$dogwatch_log"
echo started >&3
exec 2>/dev/null 3>&-
# How often the kernel's OOM killer has struck in this control group, or below it.
dogwatch_count_kills() {
  dogwatch_kills=0
  while IFS=: read -r dogwatch_word dogwatch_controller dogwatch_group; do
    case $dogwatch_controller in
      '') dogwatch_events=/sys/fs/cgroup$dogwatch_group/memory.events ;;
      memory) dogwatch_events=/sys/fs/cgroup/memory$dogwatch_group/memory.oom_control ;;
      *) continue ;;
    esac
    [ -r "$dogwatch_events" ] || continue
    while read -r dogwatch_word dogwatch_value; do
      case $dogwatch_word in oom_kill) dogwatch_kills=$dogwatch_value ;; esac
    done <"$dogwatch_events"
  done </proc/self/cgroup
}
dogwatch_count_kills
dogwatch_before=$dogwatch_kills
(
  exec 9>&- 2>&1
  IFS= read -r dogwatch_stat </proc/self/stat
  printf '%s %s\n' "$dogwatch_boot" "$dogwatch_stat" >"$dogwatch_pid"
  umask "$dogwatch_umask"
  exec "$@"
)
dogwatch_status=$?
dogwatch_count_kills
[ "$dogwatch_kills" = "$dogwatch_before" ] || dogwatch_status="$dogwatch_status memory"
printf '%-15s\n' "$dogwatch_status" 1<>"$dogwatch_exit"
`
  .replaceAll(/^#.*\n/gm, '')
  .trimStart();
