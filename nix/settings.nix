# The settings of dogwatch, as in src/settings. Made by `npm test -- test/nix -u`: don't edit.
{
  DOGWATCH_ENABLED = {
    kind = "flag";
    scope = "both";
    meaning = "With 0, for the run or for the host, dogwatch observes and explains, but never acts.";
  };
  DOGWATCH_SUPERVISE = {
    kind = "flag";
    scope = "host";
    meaning = "With 0, `dogwatch supervise` only reports, and does nothing.";
  };
  DOGWATCH_STATE_DIR = {
    kind = "path";
    scope = "host";
    meaning = "Directory for all persistent files.";
  };
  DOGWATCH_ALLOW_INSIDE = {
    kind = "text";
    scope = "host";
    meaning = "What runs may request besides done, blocked and progress (run, stop, pause …): 1 anything, own only what is about themselves, 0 nothing.";
  };
  DOGWATCH_IDLE = {
    kind = "duration";
    scope = "run";
    meaning = "A running attempt without activity and without a running tool is ended and resumed after this.";
  };
  DOGWATCH_STARTUP = {
    kind = "duration";
    scope = "run";
    meaning = "An attempt that shows no activity within this time is a failed start; one that stays silent for this long after its turn ended is lingering.";
  };
  DOGWATCH_MAX_TOOL = {
    kind = "duration";
    scope = "run";
    meaning = "Longest time that a single tool of the agent may run.";
  };
  DOGWATCH_MAX_REPEATS = {
    kind = "text";
    scope = "run";
    meaning = "An attempt whose agent makes the same tool calls with the same results this often in a row is ended and resumed, with a prompt that names them; the second time a person decides. 0: never.";
  };
  DOGWATCH_MAX_STALL = {
    kind = "duration";
    scope = "run";
    meaning = "An attempt that is active for this long without a milestone is ended and resumed, with a prompt that says so; the second time in a row a person decides. 0: never.";
  };
  DOGWATCH_QUIET = {
    kind = "duration";
    scope = "run";
    meaning = "A running attempt without activity for this long is called quiet.";
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
    meaning = "An attempt that was active for longer than this is resumed without waiting.";
  };
  DOGWATCH_LINGER = {
    kind = "duration";
    scope = "run";
    meaning = "An attempt that keeps running after its run is complete is ended after this.";
  };
  DOGWATCH_PERMISSION_GRACE = {
    kind = "duration";
    scope = "run";
    meaning = "An attempt that waits for a permission is ended and resumed after this; a question (DOGWATCH_ASK) is denied after this.";
  };
  DOGWATCH_ASK = {
    kind = "flag";
    scope = "run";
    meaning = "With 1, a permission that the agent lacks is a question to a person: `dogwatch questions`, `dogwatch answer`. Only with agents that can wait for an answer (claude).";
  };
  DOGWATCH_GRACE = {
    kind = "duration";
    scope = "run";
    meaning = "Time between TERM and KILL when processes are ended.";
  };
  DOGWATCH_CHECK_TIMEOUT = {
    kind = "duration";
    scope = "run";
    meaning = "Longest time that the --check command may take.";
  };
  DOGWATCH_EVIDENCE_TIMEOUT = {
    kind = "duration";
    scope = "run";
    meaning = "Longest time that git and the --progress command may take.";
  };
  DOGWATCH_LIMIT_SLACK = {
    kind = "duration";
    scope = "run";
    meaning = "Shortest wait after the stated reset of a usage limit; the actual wait is random, up to two and a half times as long.";
  };
  DOGWATCH_LIMIT_PROBE = {
    kind = "duration";
    scope = "run";
    meaning = "Wait before retrying a usage limit without a stated reset; doubled after each refusal.";
  };
  DOGWATCH_LIMIT_PROBE_MAX = {
    kind = "duration";
    scope = "run";
    meaning = "Longest wait before retrying such a limit.";
  };
  DOGWATCH_LIMIT_CEILING = {
    kind = "duration";
    scope = "run";
    meaning = "A stated reset further away than this is not believed: the limit is retried as if no reset was stated.";
  };
  DOGWATCH_STAGGER = {
    kind = "duration";
    scope = "run";
    meaning = "Resumes of runs that become due together, after a limit or a reboot, are spread over this time.";
  };
  DOGWATCH_LIMIT_RESERVE = {
    kind = "text";
    scope = "run";
    meaning = "The part of an account's usage windows that is left to people: at it nothing is started, and living attempts end with their turn.";
  };
  DOGWATCH_HOURS = {
    kind = "text";
    scope = "run";
    meaning = "When attempts and recovery agents may be started, such as `Mon-Fri 19:00-07:00, Sat-Sun; Europe/Berlin`.";
  };
  DOGWATCH_HOURS_LIVING = {
    kind = "text";
    scope = "run";
    meaning = "What becomes of an attempt that lives when the hours end: finish leaves it alone, turn ends it when its turn is over, end at once.";
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
    meaning = "With 1, decisions are written to the system journal with fields, by `logger --journald`; auto: if the watchdog runs as a service.";
  };
  DOGWATCH_HISTORY_MAX_AGE = {
    kind = "duration";
    scope = "host";
    meaning = "For a run that ended longer ago than this, the history keeps only how it ended.";
  };
  DOGWATCH_BALLAST = {
    kind = "size";
    scope = "host";
    meaning = "Space kept in reserve, so that dogwatch can go on when the disk is full.";
  };
  DOGWATCH_LAUNCHER = {
    kind = "text";
    scope = "run";
    meaning = "How attempts are started; auto: in a systemd unit if dogwatch itself is a service, else as a process.";
  };
  DOGWATCH_STANDBY = {
    kind = "count";
    scope = "host";
    meaning = "Number of runs whose next attempt is prepared while the present one works, so that it starts faster; 0 prepares none.";
  };
  DOGWATCH_KEEP_WORKTREE = {
    kind = "size";
    scope = "run";
    meaning = "Before each attempt the git worktree is kept in its repository for `dogwatch diff` and `dogwatch rewind`, unless more than this is changed or untracked; 0 keeps nothing.";
  };
  DOGWATCH_FLEET = {
    kind = "text";
    scope = "host";
    meaning = "The NATS servers of the fleet that this host joined (`dogwatch fleet join`), separated by commas; none: it acts alone.";
  };
  DOGWATCH_FLEET_CREDENTIALS = {
    kind = "path";
    scope = "host";
    meaning = "The file with the keys of this host in its fleet, which `dogwatch fleet join` writes.";
  };
  DOGWATCH_FLEET_LABELS = {
    kind = "text";
    scope = "host";
    meaning = "Labels of this host in its fleet, separated by commas; none: those of its invitation.";
  };
  DOGWATCH_FLEET_RENEW = {
    kind = "duration";
    scope = "host";
    meaning = "How often this host shows its fleet that it lives.";
  };
  DOGWATCH_FLEET_FENCE = {
    kind = "duration";
    scope = "host";
    meaning = "A host that could not show for this long that it lives gives up what it has of the fleet: at least three times DOGWATCH_FLEET_RENEW.";
  };
  DOGWATCH_FLEET_TAKE = {
    kind = "duration";
    scope = "host";
    meaning = "A host that is not heard of for this long is silent: people are notified, and another host takes over its duty. The same on all hosts.";
  };
  DOGWATCH_FLEET_SSH = {
    kind = "text";
    scope = "host";
    meaning = "The hosts that `dogwatch fleet status` asks by ssh, separated by commas; . is this machine.";
  };
  DOGWATCH_MAX_COST = {
    kind = "text";
    scope = "run";
    meaning = "What a run may cost, with its fresh sessions and recovery agents; then it is a person's turn.";
  };
  DOGWATCH_MAX_TOKENS = {
    kind = "text";
    scope = "run";
    meaning = "How many tokens a run may use, cached ones included.";
  };
  DOGWATCH_MAX_COST_PER_DAY = {
    kind = "text";
    scope = "host";
    meaning = "What all runs of the watchdog may cost in a day; then nothing is started until the next day.";
  };
  DOGWATCH_DAY_ZONE = {
    kind = "text";
    scope = "host";
    meaning = "Time zone in which such a day begins; local: the one of the watchdog.";
  };
  DOGWATCH_COST_GRACE = {
    kind = "text";
    scope = "run";
    meaning = "An attempt is ended at the end of the step that reaches a cap, and at once when it is further beyond it than this.";
  };
  DOGWATCH_ON_UNKNOWN_COST = {
    kind = "text";
    scope = "run";
    meaning = "If a cap is set and the agent does not say what it uses: warn notifies a person once, stop resumes nothing.";
  };
  DOGWATCH_FRESH_ABOVE = {
    kind = "text";
    scope = "run";
    meaning = "A session with a larger context than this is continued as a fresh one, with a digest, once the provider's cache is cold.";
  };
  DOGWATCH_PRICES = {
    kind = "text";
    scope = "host";
    meaning = "A JSON file with your own prices of models, which come before the list that ships with dogwatch.";
  };
  DOGWATCH_RECOVERY_COMMAND = {
    kind = "text";
    scope = "host";
    meaning = "A run that was handed off is given to this agent at the next `dogwatch supervise`, with a digest on stdin.";
  };
  DOGWATCH_RECOVERY_MODEL = {
    kind = "text";
    scope = "host";
    meaning = "If only this is set and no command, the agent is `opencode run -m` with this model.";
  };
  DOGWATCH_RECOVERY_TIMEOUT = {
    kind = "duration";
    scope = "host";
    meaning = "A recovery agent is ended after this.";
  };
  DOGWATCH_MAX_RECOVERIES = {
    kind = "count";
    scope = "host";
    meaning = "Most recovery agents for a run since its last milestone, and in 24 hours; 0 means none.";
  };
  DOGWATCH_RECLAIM_MIN_AGE = {
    kind = "duration";
    scope = "host";
    meaning = "Images, build cache and leftovers of agents are removed when unused for this long.";
  };
  DOGWATCH_PRERECLAIM = {
    kind = "flag";
    scope = "host";
    meaning = "With 0, stale images are not removed before the first attempt of a run.";
  };
  DOGWATCH_PRERECLAIM_MIN_AGE = {
    kind = "duration";
    scope = "host";
    meaning = "Images unused for this long are removed before the first attempt of a run.";
  };
  DOGWATCH_PRERECLAIM_TIMEOUT = {
    kind = "duration";
    scope = "host";
    meaning = "Longest time that this removal may delay the start of a run.";
  };
  DOGWATCH_KEEP_LABEL = {
    kind = "text";
    scope = "host";
    meaning = "An image with this label is kept.";
  };
  DOGWATCH_RECLAIM_KEEP = {
    kind = "words";
    scope = "host";
    meaning = "Images with a name that matches one of these patterns are kept.";
  };
  DOGWATCH_RECLAIM_ONLY = {
    kind = "words";
    scope = "host";
    meaning = "Only images whose every name matches one of these patterns are removed. The default, `*`, includes untagged images.";
  };
  DOGWATCH_RECLAIM_IMAGES = {
    kind = "flag";
    scope = "host";
    meaning = "With 0, no Docker image that has a name is removed.";
  };
  DOGWATCH_RECLAIM_DANGLING = {
    kind = "flag";
    scope = "host";
    meaning = "With 0, no Docker image without a name is removed.";
  };
  DOGWATCH_RECLAIM_BUILD_CACHE = {
    kind = "flag";
    scope = "host";
    meaning = "With 0, Docker's build cache is left alone.";
  };
  DOGWATCH_RECLAIM_LOGS = {
    kind = "flag";
    scope = "host";
    meaning = "With 0, no old log of an attempt is removed.";
  };
  DOGWATCH_LOGS_MAX_AGE = {
    kind = "duration";
    scope = "host";
    meaning = "Logs of attempts are removed when older than this.";
  };
  DOGWATCH_LOGS_MAX_TOTAL = {
    kind = "size";
    scope = "host";
    meaning = "The oldest logs of attempts are removed while all of them together are larger than this.";
  };
  DOGWATCH_MAX_LOG = {
    kind = "size";
    scope = "host";
    meaning = "The oldest part of a running attempt's log is discarded when the log takes more than this; with 0, only when it has filled its disk.";
  };
  DOGWATCH_RECLAIM_LEFTOVERS = {
    kind = "flag";
    scope = "host";
    meaning = "With 1, opencode's old logs and snapshots are removed.";
  };
  DOGWATCH_RECLAIM_COMMANDS = {
    kind = "commands";
    scope = "host";
    meaning = "Your own commands that free space, run last.";
  };
  DOGWATCH_RECLAIM_COMMAND_TIMEOUT = {
    kind = "duration";
    scope = "host";
    meaning = "Longest time that one of these commands may take.";
  };
  DOGWATCH_DOCKER_HOSTS = {
    kind = "words";
    scope = "host";
    meaning = "Docker engines whose images and build cache are reclaimed; by default the one of DOCKER_HOST, DOCKER_CONTEXT or the current context.";
  };
  DOGWATCH_DISK_PROBES = {
    kind = "commands";
    scope = "host";
    meaning = "How to measure the free space on a remote engine's disk: ENDPOINT=COMMAND.";
  };
  DOGWATCH_DISK_SOFT = {
    kind = "mark";
    scope = "host";
    meaning = "A filesystem with less available than this (the smaller of the two) is under pressure, and space is freed.";
  };
  DOGWATCH_DISK_CRITICAL = {
    kind = "mark";
    scope = "host";
    meaning = "With less available than this (the smaller of the two), no run on it is resumed either.";
  };
  DOGWATCH_INODES_SOFT = {
    kind = "percent";
    scope = "host";
    meaning = "Like `DOGWATCH_DISK_SOFT`, for inodes.";
  };
  DOGWATCH_INODES_CRITICAL = {
    kind = "percent";
    scope = "host";
    meaning = "Like `DOGWATCH_DISK_CRITICAL`, for inodes.";
  };
  DOGWATCH_MIN_RECLAIM = {
    kind = "mark";
    scope = "host";
    meaning = "Pressure ends with this much available above its threshold (the larger of the two), but at most twice the threshold in all.";
  };
  DOGWATCH_DISK_HOLD = {
    kind = "duration";
    scope = "host";
    meaning = "Pressure ends when enough has been available for this long.";
  };
  DOGWATCH_DISK_GRACE = {
    kind = "duration";
    scope = "host";
    meaning = "Pressure begins when too little has been available for this long; at once if it is critical.";
  };
  DOGWATCH_NOTIFY = {
    kind = "words";
    scope = "host";
    meaning = "Where notices are sent when a run needs a person: channels, separated by spaces or commas.";
  };
  DOGWATCH_HEARTBEAT_URL = {
    kind = "text";
    scope = "host";
    meaning = "This URL is requested once a minute while the watchdog is running, so that an external alarm notices when it is not.";
  };
  DOGWATCH_REPORT = {
    kind = "text";
    scope = "host";
    meaning = "When `dogwatch report` is sent to the channels each day: a time such as 07:00; Europe/Berlin. Nothing is sent if nothing ran.";
  };
  DOGWATCH_ON_EVENT = {
    kind = "text";
    scope = "host";
    meaning = "Each decision that changed something is sent here as JSON, in order, and retried; at most 1000 wait, then the oldest are dropped.";
  };
}
