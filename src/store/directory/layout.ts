import { join } from 'node:path';

/** Where everything durable lies. Directories are 0700, files 0600. */
export interface Layout {
  readonly stateDir: string;
  readonly database: string;
  /** Reserved space, given back when the filesystem is full. */
  readonly ballast: string;
  /** The last `status --json`, in a file of fixed size: readable when the database is not. */
  readonly snapshot: string;
  /** Requests to the watchdog, one file each. */
  readonly inbox: string;
  /** Variables captured for a run, one file each (`RunSpec.environmentFile`). */
  readonly environments: string;
  readonly runs: string;
  /** Goes to the end of an attempt's PATH, so that the agent finds `dogwatch`. */
  readonly bin: string;
  /** stdout and stderr of a detached watchdog. */
  readonly watchdogLog: string;
  /** Touched by the watchdog: its age tells a stopped one. */
  readonly heartbeat: string;
  /** For how long somebody watched: what logs age by. */
  readonly watchedTime: string;
  /** Locked by the gate while it is at work. */
  readonly gateLock: string;
  /** Locked while the database is opened for writing, or another one is put in its place. */
  readonly openLock: string;
  /** What a watchdog met that found the database damaged at work: the next one looks at all of it. */
  readonly damage: string;
  /** A database on its way into the place of the one that is there. */
  readonly replacing: string;
}

export const layout = (stateDir: string): Layout => ({
  stateDir,
  database: join(stateDir, 'dogwatch.db'),
  ballast: join(stateDir, 'ballast'),
  snapshot: join(stateDir, 'snapshot.json'),
  inbox: join(stateDir, 'inbox'),
  environments: join(stateDir, 'environments'),
  runs: join(stateDir, 'runs'),
  bin: join(stateDir, 'bin'),
  watchdogLog: join(stateDir, 'watchdog.log'),
  heartbeat: join(stateDir, 'heartbeat'),
  watchedTime: join(stateDir, 'watched-time.json'),
  gateLock: join(stateDir, 'gate.lock'),
  openLock: join(stateDir, 'open.lock'),
  damage: join(stateDir, 'damage'),
  replacing: join(stateDir, 'replacing'),
});

/** Files of one attempt. Written by the launcher and its shim, except `log`, which is the agent's own stdout and stderr. */
export interface AttemptFiles {
  readonly directory: string;
  /** Created exclusively by whoever may start this attempt: a second start finds it and gives up. */
  readonly claim: string;
  readonly log: string;
  /** Exit status as the shell tells it, padded; `running` until then. */
  readonly exit: string;
  /** The identity of the command's first process. */
  readonly pid: string;
  /** The mark that all processes of the attempt carry in their environment, and the command. */
  readonly mark: string;
  /** What the attempt gets on stdin; absent: /dev/null. */
  readonly prompt: string;
  /** What the last check of the job said after it; absent: none was asked. */
  readonly check: string;
  /** The systemd unit that it was started in; absent: none. */
  readonly unit: string;
}

/** `run` is the run's id, which is its directory's name. */
export function attemptFiles(where: Layout, run: string, attempt: number): AttemptFiles {
  return filesIn(join(where.runs, run, 'attempts', String(attempt)));
}

/** The same of a recovery agent. */
export const recoveryFiles = (where: Layout, run: string, recovery: number): AttemptFiles =>
  filesIn(join(where.runs, run, 'recoveries', String(recovery)));

function filesIn(directory: string): AttemptFiles {
  const file = (name: string) => join(directory, name);
  return {
    directory,
    claim: file('claim'),
    log: file('log'),
    exit: file('exit'),
    pid: file('pid'),
    mark: file('mark'),
    prompt: file('prompt'),
    check: file('check'),
    unit: file('unit'),
  };
}

/** FIFO of a run: the shim of the living attempt holds its write end, so that its end of file is the death. */
export const aliveFifo = (where: Layout, run: string): string => join(where.runs, run, 'alive');

/** Why a run does not go on by itself any more; absent: it does. For a state that is older than it. */
export const restFile = (where: Layout, run: string): string => join(where.runs, run, 'rest');
