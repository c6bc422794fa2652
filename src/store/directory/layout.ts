import { join } from 'node:path';

/** Where all persistent files are. Directories are 0700, files 0600. */
export interface Layout {
  readonly stateDir: string;
  readonly database: string;
  /** Reserved space, released when the filesystem is full. */
  readonly ballast: string;
  /** The last `status --json`, in a file of fixed size: readable even when the database is not. */
  readonly snapshot: string;
  /** Requests to the watchdog, one file each. */
  readonly inbox: string;
  /** Variables captured for a run, one file each (`RunSpec.environmentFile`). */
  readonly environments: string;
  readonly runs: string;
  /** Files of runs that are being removed. */
  readonly removed: string;
  /** Up to which decision DOGWATCH_ON_EVENT was served. */
  readonly eventCursor: string;
  /** Appended to an attempt's PATH, so that the agent finds `dogwatch`. */
  readonly bin: string;
  /** stdout and stderr of a detached watchdog. */
  readonly watchdogLog: string;
  /** Touched by the watchdog: its age reveals a stopped watchdog. */
  readonly heartbeat: string;
  /** For how long a watchdog has been watching: logs age by this. */
  readonly watchedTime: string;
  /** Locked by the gate while it is running. */
  readonly gateLock: string;
  /** Locked while the database is opened for writing or replaced. */
  readonly openLock: string;
  /**
   * Written by a watchdog that found damage in the database while running; the next one checks all
   * of it.
   */
  readonly damage: string;
  /** Asks the watchdog to compare all that its fleet has of this host. */
  readonly fleetResync: string;
  /** A new database that is about to replace the present one. */
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
  removed: join(stateDir, 'removed'),
  eventCursor: join(stateDir, 'events.json'),
  bin: join(stateDir, 'bin'),
  watchdogLog: join(stateDir, 'watchdog.log'),
  heartbeat: join(stateDir, 'heartbeat'),
  watchedTime: join(stateDir, 'watched-time.json'),
  gateLock: join(stateDir, 'gate.lock'),
  openLock: join(stateDir, 'open.lock'),
  damage: join(stateDir, 'damage'),
  fleetResync: join(stateDir, 'fleet-resync'),
  replacing: join(stateDir, 'replacing'),
});

/**
 * The files of one attempt. The launcher and its shim write them, except `log`, which is the
 * agent's own stdout and stderr.
 */
export interface AttemptFiles {
  readonly directory: string;
  /**
   * Created exclusively by whichever process may start this attempt: a second start finds it and
   * gives up.
   */
  readonly claim: string;
  readonly log: string;
  /** Exit status as the shell reports it, padded; `running` until then. */
  readonly exit: string;
  /** The identity of the command's first process. */
  readonly pid: string;
  /**
   * The mark that all processes of the attempt carry in their environment, followed by the command.
   */
  readonly mark: string;
  /** What the attempt gets on stdin; absent for /dev/null. */
  readonly prompt: string;
  /** The output of the last check of the job after it; absent if there was none. */
  readonly check: string;
  /** The systemd unit in which it was started; absent if there is none. */
  readonly unit: string;
}

/** `run` is the run's id, which is also the name of its directory. */
export const runDirectory = (where: Layout, run: string): string => join(where.runs, run);

export function attemptFiles(where: Layout, run: string, attempt: number): AttemptFiles {
  return filesIn(join(where.runs, run, 'attempts', String(attempt)));
}

/** The same for a recovery agent. */
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

/**
 * The FIFO of an attempt. Its shim holds the write end, so end of file means that it died. A run
 * has two, used in turn: the shim of the next attempt may already hold the other one.
 */
export const aliveFifo = (where: Layout, run: string, attempt: number): string => join(where.runs, run, `alive-${attempt % 2}`);

/** The FIFO of every attempt that was started by a version that made no standbys. */
export const formerAliveFifo = (where: Layout, run: string): string => join(where.runs, run, 'alive');

/** Which processes of a run wait to become its next attempt. */
export const standbyRecord = (where: Layout, run: string): string => join(where.runs, run, 'standby');

/** The command of one standby: it exists only from the decision until it was started. */
export const standbyCommand = (where: Layout, run: string, standby: string): string => join(where.runs, run, `standby-${standby}`);

/**
 * Why a run does not continue by itself any more; absent if it does. It corrects a state that is
 * older than this file.
 */
export const restFile = (where: Layout, run: string): string => join(where.runs, run, 'rest');
