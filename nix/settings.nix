# The settings of dogwatch, as src/settings has them. Made by `npm test -- test/nix -u`: don't edit.
{
  DOGWATCH_ENABLED = {
    kind = "flag";
    scope = "both";
    meaning = "With 0, for the run or for the host, dogwatch observes and explains, but never acts.";
  };
  DOGWATCH_SUPERVISE = {
    kind = "flag";
    scope = "host";
    meaning = "With 0, `dogwatch supervise` looks and says, but does nothing.";
  };
  DOGWATCH_STATE_DIR = {
    kind = "path";
    scope = "host";
    meaning = "Directory where everything durable lies.";
  };
  DOGWATCH_ALLOW_INSIDE = {
    kind = "text";
    scope = "host";
    meaning = "What runs may ask for beside done, blocked and progress (run, stop, pause …): 1 anything, own only what is about themselves, 0 nothing.";
  };
  DOGWATCH_IDLE = {
    kind = "duration";
    scope = "run";
    meaning = "A living attempt without activity and without a running tool is ended and resumed after this.";
  };
  DOGWATCH_STARTUP = {
    kind = "duration";
    scope = "run";
    meaning = "An attempt that shows no activity within this is a failed start; one that is silent so long after its turn ended lingers.";
  };
  DOGWATCH_MAX_TOOL = {
    kind = "duration";
    scope = "run";
    meaning = "Longest time that one tool of the agent may run.";
  };
  DOGWATCH_QUIET = {
    kind = "duration";
    scope = "run";
    meaning = "A living attempt without activity for this is called quiet.";
  };
  DOGWATCH_MAX_RESUMES = {
    kind = "count";
    scope = "run";
    meaning = "Resumes since the last milestone before the run is handed off.";
  };
  DOGWATCH_MAX_RESUMES_TOTAL = {
    kind = "count";
    scope = "run";
    meaning = "Resumes in all before the run is handed off.";
  };
  DOGWATCH_BACKOFF_MIN = {
    kind = "duration";
    scope = "run";
    meaning = "Wait before a resume after the first short attempt; doubled after each further one.";
  };
  DOGWATCH_BACKOFF_MAX = {
    kind = "duration";
    scope = "run";
    meaning = "Longest wait before a resume after short attempts.";
  };
  DOGWATCH_PROMPT_AFTER = {
    kind = "duration";
    scope = "run";
    meaning = "An attempt that was active for longer than this is resumed without a wait.";
  };
  DOGWATCH_LINGER = {
    kind = "duration";
    scope = "run";
    meaning = "An attempt that lives on after its run is complete is ended after this.";
  };
  DOGWATCH_PERMISSION_GRACE = {
    kind = "duration";
    scope = "run";
    meaning = "An attempt that waits for a permission is ended and resumed after this.";
  };
  DOGWATCH_GRACE = {
    kind = "duration";
    scope = "run";
    meaning = "Time that processes have between TERM and KILL.";
  };
  DOGWATCH_CHECK_TIMEOUT = {
    kind = "duration";
    scope = "run";
    meaning = "Longest time that the command of --check may take.";
  };
  DOGWATCH_EVIDENCE_TIMEOUT = {
    kind = "duration";
    scope = "run";
    meaning = "Longest time that git and the command of --progress may take.";
  };
  DOGWATCH_LIMIT_SLACK = {
    kind = "duration";
    scope = "run";
    meaning = "Least wait after the stated reset of a usage limit; up to two and a half times as much, by chance.";
  };
  DOGWATCH_LIMIT_PROBE = {
    kind = "duration";
    scope = "run";
    meaning = "Wait before a usage limit whose reset nobody stated is tried again; doubled after each refusal.";
  };
  DOGWATCH_LIMIT_PROBE_MAX = {
    kind = "duration";
    scope = "run";
    meaning = "Longest wait before such a limit is tried again.";
  };
  DOGWATCH_LIMIT_CEILING = {
    kind = "duration";
    scope = "run";
    meaning = "A reset that is stated to be further away than this is not believed: the limit is tried again as if none was stated.";
  };
  DOGWATCH_STAGGER = {
    kind = "duration";
    scope = "run";
    meaning = "Runs that come back together, after a limit or a reboot, are spread over this.";
  };
  DOGWATCH_RESUME_PROMPT = {
    kind = "text";
    scope = "run";
    meaning = "Template of the prompt that a resumed agent gets.";
  };
  DOGWATCH_LEASE_TIMEOUT = {
    kind = "duration";
    scope = "host";
    meaning = "A watchdog that has been stopped for longer than this is replaced.";
  };
  DOGWATCH_JOURNAL = {
    kind = "text";
    scope = "host";
    meaning = "With 1 decisions go to the system journal with fields, by `logger --journald`; auto: where the watchdog runs as a service.";
  };
  DOGWATCH_HISTORY_MAX_AGE = {
    kind = "duration";
    scope = "host";
    meaning = "Of a run that ended so long ago, only how it ended stays in the history.";
  };
  DOGWATCH_BALLAST = {
    kind = "size";
    scope = "host";
    meaning = "Space that is kept in reserve, so that dogwatch can go on when the disk is full.";
  };
  DOGWATCH_LAUNCHER = {
    kind = "text";
    scope = "run";
    meaning = "What attempts are started as; auto: a systemd unit where dogwatch itself is a service, else a process.";
  };
  DOGWATCH_RECOVERY_COMMAND = {
    kind = "text";
    scope = "host";
    meaning = "A run that was handed off is given to this agent at the next `dogwatch supervise`, with a digest on stdin.";
  };
  DOGWATCH_RECOVERY_MODEL = {
    kind = "text";
    scope = "host";
    meaning = "With this and no command, the agent is `opencode run -m` with this model.";
  };
  DOGWATCH_RECOVERY_TIMEOUT = {
    kind = "duration";
    scope = "host";
    meaning = "A recovery agent is ended after this.";
  };
  DOGWATCH_MAX_RECOVERIES = {
    kind = "count";
    scope = "host";
    meaning = "Recovery agents that a run is given since its last milestone, and in 24 hours; 0 is none.";
  };
  DOGWATCH_RECLAIM_MIN_AGE = {
    kind = "duration";
    scope = "host";
    meaning = "Images, build cache and leftovers of agents go when they were unused for this long.";
  };
  DOGWATCH_PRERECLAIM = {
    kind = "flag";
    scope = "host";
    meaning = "With 0 stale images are not removed before the first attempt of a run.";
  };
  DOGWATCH_PRERECLAIM_MIN_AGE = {
    kind = "duration";
    scope = "host";
    meaning = "Images go before the first attempt of a run when they were unused for this long.";
  };
  DOGWATCH_PRERECLAIM_TIMEOUT = {
    kind = "duration";
    scope = "host";
    meaning = "Longest time that this may hold up the start of a run.";
  };
  DOGWATCH_KEEP_LABEL = {
    kind = "text";
    scope = "host";
    meaning = "An image with this label is kept.";
  };
  DOGWATCH_RECLAIM_KEEP = {
    kind = "words";
    scope = "host";
    meaning = "Images with a name like one of these are kept.";
  };
  DOGWATCH_RECLAIM_ONLY = {
    kind = "words";
    scope = "host";
    meaning = "Only images all of whose names are like one of these go; by default all, those without a name as well.";
  };
  DOGWATCH_RECLAIM_IMAGES = {
    kind = "flag";
    scope = "host";
    meaning = "With 0 no Docker image that has a name is removed.";
  };
  DOGWATCH_RECLAIM_DANGLING = {
    kind = "flag";
    scope = "host";
    meaning = "With 0 no Docker image without a name is removed.";
  };
  DOGWATCH_RECLAIM_BUILD_CACHE = {
    kind = "flag";
    scope = "host";
    meaning = "With 0 Docker's build cache is left alone.";
  };
  DOGWATCH_RECLAIM_LOGS = {
    kind = "flag";
    scope = "host";
    meaning = "With 0 no old log of an attempt is removed.";
  };
  DOGWATCH_LOGS_MAX_AGE = {
    kind = "duration";
    scope = "host";
    meaning = "Logs of attempts go when they are older than this.";
  };
  DOGWATCH_LOGS_MAX_TOTAL = {
    kind = "size";
    scope = "host";
    meaning = "The oldest logs of attempts go while all of them together are larger than this.";
  };
  DOGWATCH_MAX_LOG = {
    kind = "size";
    scope = "host";
    meaning = "The oldest part of a living attempt's log is given back when the log takes more than this; with 0 only when it has filled its disk.";
  };
  DOGWATCH_RECLAIM_LEFTOVERS = {
    kind = "flag";
    scope = "host";
    meaning = "With 1 opencode's old logs and snapshots are removed.";
  };
  DOGWATCH_RECLAIM_COMMANDS = {
    kind = "commands";
    scope = "host";
    meaning = "Commands of yours that free space, run last.";
  };
  DOGWATCH_RECLAIM_COMMAND_TIMEOUT = {
    kind = "duration";
    scope = "host";
    meaning = "Longest time that one of these commands may take.";
  };
  DOGWATCH_DOCKER_HOSTS = {
    kind = "words";
    scope = "host";
    meaning = "Docker engines whose images and build cache are reclaimed; where not set, the one of DOCKER_HOST, DOCKER_CONTEXT or the current context.";
  };
  DOGWATCH_DISK_PROBES = {
    kind = "commands";
    scope = "host";
    meaning = "How much room the disk of an engine elsewhere has: ENDPOINT=COMMAND.";
  };
  DOGWATCH_DISK_SOFT = {
    kind = "mark";
    scope = "host";
    meaning = "With less available than this (of both whichever is less) a filesystem is under pressure, and space is freed.";
  };
  DOGWATCH_DISK_CRITICAL = {
    kind = "mark";
    scope = "host";
    meaning = "With less available than this (of both whichever is less) no run on it is resumed either.";
  };
  DOGWATCH_INODES_SOFT = {
    kind = "percent";
    scope = "host";
    meaning = "The same as `DOGWATCH_DISK_SOFT`, of inodes.";
  };
  DOGWATCH_INODES_CRITICAL = {
    kind = "percent";
    scope = "host";
    meaning = "The same as `DOGWATCH_DISK_CRITICAL`, of inodes.";
  };
  DOGWATCH_MIN_RECLAIM = {
    kind = "mark";
    scope = "host";
    meaning = "Pressure ends with so much available above its mark: of both whichever is more, but at most twice the mark in all.";
  };
  DOGWATCH_DISK_HOLD = {
    kind = "duration";
    scope = "host";
    meaning = "Pressure ends when there was enough for this long.";
  };
  DOGWATCH_DISK_GRACE = {
    kind = "duration";
    scope = "host";
    meaning = "Pressure begins when there was too little for this long; at once where it is critical.";
  };
  DOGWATCH_NOTIFY = {
    kind = "words";
    scope = "host";
    meaning = "Where notices go when a run needs a person: channels, separated by blanks or commas.";
  };
  DOGWATCH_HEARTBEAT_URL = {
    kind = "text";
    scope = "host";
    meaning = "This URL is asked for once a minute as long as the watchdog works: somebody else's alarm hears when it does not.";
  };
}
