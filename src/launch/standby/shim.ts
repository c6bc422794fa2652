/**
 * The shim of an attempt that nobody has decided yet: started in advance, with the environment and
 * the directory of the attempt, it waits for one word, and so does its child that becomes the
 * command. On the word the child reads the command, claims the attempt and calls exec, so that
 * nothing is forked and no shell starts between the decision and the command; the shim only waits
 * for it.
 *
 * Before the word, nothing is claimed or written: a standby is not an attempt. If the word is
 * another one, or its channel ends because the watchdog has died or closed it, both exit. A channel
 * that ends must never start anything: the decision might not be recorded.
 *
 * The text is fixed: everything from the user comes in the environment or in the command's file, in
 * which each word is quoted.
 * - $1: boot id
 * - $2: directory of the attempt's files (named by `attemptFiles`), which need not exist yet
 * - $3: FIFO, which only this attempt's shim holds open
 * - $4: the command's umask
 * - $5: the word
 * - $6: the file with the command: sets dogwatch_stdin, the variables of only this start, and the
 *   parameters
 * - descriptor 3: where it reports "ready" with the lines of both in /proc, and then "started",
 *   "claimed", or what went wrong
 * - descriptor 4: the channel of the word; only the watchdog can write to it
 */
export const STANDBY = String.raw`
exec 2>&3
umask 077
trap : HUP INT QUIT PIPE ALRM TERM USR1 USR2
dogwatch_claim=$2/claim dogwatch_mark=$2/mark dogwatch_exit=$2/exit dogwatch_pid=$2/pid dogwatch_log=$2/log
dogwatch_umask=$4 dogwatch_word=$5 dogwatch_command=$6
IFS= read -r dogwatch_shim </proc/self/stat
exec 9<>"$3"
dogwatch_shim="$1 $dogwatch_shim"
# Where the kernel counts how often its OOM killer has struck in this control group.
dogwatch_events=
while IFS=: read -r dogwatch_line dogwatch_controller dogwatch_group; do
  case $dogwatch_controller in
    '') dogwatch_file=/sys/fs/cgroup$dogwatch_group/memory.events ;;
    memory) dogwatch_file=/sys/fs/cgroup/memory$dogwatch_group/memory.oom_control ;;
    *) continue ;;
  esac
  if [ -r "$dogwatch_file" ]; then dogwatch_events=$dogwatch_file; fi
done </proc/self/cgroup
dogwatch_count_kills() {
  dogwatch_kills=0
  [ -r "$dogwatch_events" ] || return 0
  while read -r dogwatch_line dogwatch_value; do
    case $dogwatch_line in oom_kill) dogwatch_kills=$dogwatch_value ;; esac
  done <"$dogwatch_events"
}
(
  exec 9>&-
  IFS= read -r dogwatch_stat </proc/self/stat
  printf 'ready\n%s\n%s\n' "$dogwatch_shim" "$1 $dogwatch_stat" >&3
  dogwatch_stat="$1 $dogwatch_stat"
  IFS= read -r dogwatch_line <&4 || exit 0
  [ "$dogwatch_line" = "$dogwatch_word" ] || exit 0
  . "$dogwatch_command"
  # Exclusive (O_EXCL): only one start of an attempt wins.
  set -C
  if ! { true >"$dogwatch_claim"; } 2>/dev/null && [ -e "$dogwatch_claim" ]; then echo claimed >&3; exit 0; fi
  set +C
  # The kills until now are another attempt's.
  dogwatch_count_kills
  printf '%s\n%s\n' "$dogwatch_shim" "$dogwatch_kills" >"$dogwatch_claim" || exit 1
  { printf '%s\n' "$DOGWATCH_ATTEMPT" && printf '%s\0' "$@"; } >"$dogwatch_mark" || exit 1
  printf '%-15s\n' running >"$dogwatch_exit" || exit 1
  exec <"$dogwatch_stdin" >>"$dogwatch_log"
  printf '%s\n' "$dogwatch_stat" >"$dogwatch_pid"
  echo started >&3
  exec 2>&1 3>&- 4<&-
  umask "$dogwatch_umask"
  exec "$@"
)
dogwatch_status=$?
exec 2>/dev/null 3>&- 4<&-
# Whose claim it is tells whether the attempt was started by this one.
{ IFS= read -r dogwatch_line && IFS= read -r dogwatch_before; } <"$dogwatch_claim" || exit 0
[ "$dogwatch_line" = "$dogwatch_shim" ] && [ -s "$dogwatch_exit" ] || exit 0
dogwatch_count_kills
[ "$dogwatch_kills" = "$dogwatch_before" ] || dogwatch_status="$dogwatch_status memory"
printf '%-15s\n' "$dogwatch_status" 1<>"$dogwatch_exit"
`
  .replaceAll(/^ *#.*\n/gm, '')
  .trimStart();
