import type { Command } from '../../../src/core/model/facts.ts';
import type { DayRules } from '../../../src/core/spend/day-cap.ts';
import { GIB } from '../../kit/core/disks.ts';
import { HOUR, MINUTE, SECOND } from '../../kit/core/world.ts';
import { anyLives, anyMendings, type Life, type Mending, withChild, withFlood } from '../world/lives.ts';
import { type Asks, askEvents, asksIn } from './asks.ts';
import { Chance } from './chance.ts';
import { dayIn, spendingDaily } from './days.ts';
import { engineEvents } from './engine-events.ts';
import { type AtCommit, groupEvents } from './groups.ts';
import { type Nowhere, nowhereIn } from './nowhere.ts';
import { type Spending, spendingIn } from './spending.ts';
import { type AtStart, standbyEvents } from './standbys.ts';
import { capOfLogs, unknownEvents, unknownIn } from './unknown.ts';
import { type Waits, waitsIn } from './waits.ts';

/** A planned run, and what its attempts will do, one life after the other. */
export interface PlannedRun {
  readonly atMs: number;
  readonly name: string;
  readonly account: string;
  readonly hasCheck: boolean;
  readonly isForeign: boolean;
  readonly maxResumes: number;
  readonly lives: readonly Life[];
  /** What every life after those does. */
  readonly lastLife: 'finishes' | 'dies';
  readonly mendings: readonly Mending[];
  /** From when on the job's progress can be seen. Left out: from the beginning. */
  readonly evidenceFromMs?: number;
  /** What its agents cost, and its cap. Left out: they do not say. */
  readonly spending?: Spending;
  /** How its work goes nowhere in its first lives. Left out: it does not. */
  readonly nowhere?: Nowhere;
  /** What keeps it from working at any time. Left out: nothing does. */
  readonly waits?: Waits;
  /** What its agents ask a person. Left out: they do not. */
  readonly asks?: Asks;
  /** The contents of its files can be seen, too. */
  readonly hasFiles?: boolean;
}

/** An outside event or a failure, and when it happens (ms since the program began). */
export type Event = { readonly atMs: number } & (
  | { readonly kind: 'operator'; readonly run: string; readonly command: Command }
  | { readonly kind: 'ack' | 'kill-agent' | 'start-fails' | 'end-fails'; readonly run: string }
  | { readonly kind: 'kill-watchdog' | 'second-watchdog' | 'reboot' | 'log-in' | 'kill-all' | 'supervise' }
  | { readonly kind: 'stop-watchdog' | 'channel-down'; readonly forMs: number }
  | { readonly kind: 'jump'; readonly wallMs: number }
  | { readonly kind: 'store-fails'; readonly isWritten: boolean }
  | { readonly kind: 'delivery'; readonly how: 'lost' | 'twice' | 'late'; readonly times: number }
  | { readonly kind: 'write'; readonly bytes: number }
  | { readonly kind: 'container'; readonly image: number; readonly forMs: number }
  | {
      readonly kind: 'build';
      readonly bases: readonly number[];
      readonly forMs: number;
      readonly isClassic: boolean;
      readonly isKept: boolean;
    }
  /**
   * The machine is off for this long. Afterwards its clock is wrong by `wallMs`, until someone sets
   * it right.
   */
  | { readonly kind: 'off'; readonly forMs: number; readonly wallMs: number; readonly rightAfterMs: number }
  /** No watchdog runs for this long, and the engine may lose its record of events. */
  | { readonly kind: 'unwatched'; readonly forMs: number; readonly forgets: boolean }
  /** A copy of the complete state of this age replaces it, while agents live. */
  | { readonly kind: 'restore'; readonly ageMs: number }
  /** The disk is read-only for this long. */
  | { readonly kind: 'read-only'; readonly forMs: number }
  | { readonly kind: 'reclaim' | 'engine-restarts' | 'kill-standbys' | 'intrude' }
  | { readonly kind: 'environment' | 'standby-fails'; readonly run: string }
  /** Happens while the next attempt is being started. */
  | { readonly kind: 'at-start'; readonly how: AtStart }
  /** Happens when several decisions are stored together. */
  | { readonly kind: 'at-commit'; readonly how: AtCommit }
);

export interface Program {
  readonly seed: number;
  readonly recovers: boolean;
  /** How a log that exceeds its limit is shortened. Left out: no log has a limit. */
  readonly cutsLogs?: 'punched' | 'emptied' | null;
  /** What all runs may cost in a day. Left out: whatever they like. */
  readonly day?: DayRules | null;
  readonly runs: readonly PlannedRun[];
  readonly events: readonly Event[];
}

/** Faults stop after this time; then the world is left alone. */
const STORM_MS = 10 * HOUR;
const MAX_RUNS = 4;
const MAX_EVENTS = 24;

export function programOf(seed: number): Program {
  const chance = new Chance(seed);
  const runs = Array.from({ length: chance.between(1, MAX_RUNS) }, (_, index) => plannedRun(chance, index));
  const events = Array.from({ length: chance.upTo(MAX_EVENTS) }, () => anyEvent(chance, runs));
  const recovers = chance.oneIn(2);
  events.push(
    ...engineEvents(seed, STORM_MS),
    ...restores(seed),
    ...unknownEvents(seed),
    ...standbyEvents(seed, STORM_MS, runs),
    ...groupEvents(seed, STORM_MS, runs),
    ...askEvents(seed, runs),
  );
  const planned = runs
    .map(nowhereIn(seed))
    .map(spendingIn(seed))
    .map(spendingDaily(seed))
    .map(unknownIn(seed))
    .map(childIn(seed))
    .map(floodIn(seed))
    .map(waitsIn(seed))
    .map(asksIn(seed));
  return { seed, recovers, cutsLogs: capOfLogs(seed), day: dayIn(seed), runs: planned, events: events.sort((a, b) => a.atMs - b.atMs) };
}

/**
 * In some worlds the first agent has a child that writes whatever it likes. This consumes no
 * randomness, so all other worlds stay the same.
 */
const childIn =
  (seed: number) =>
  (run: PlannedRun, index: number): PlannedRun =>
    seed % 11 === 5 && index === 0 ? { ...run, lives: run.lives.map((life, number) => (number === 0 ? withChild(life) : life)) } : run;

/** In some worlds its log fills the disk. */
const floodIn =
  (seed: number) =>
  (run: PlannedRun, index: number): PlannedRun =>
    seed % 7 === 4 && index === 0 && capOfLogs(seed) === null
      ? { ...run, lives: [withFlood(run.lives[0] ?? []), ...run.lives.slice(1)] }
      : run;

const plannedRun = (chance: Chance, index: number): PlannedRun => ({
  atMs: chance.upTo(index === 0 ? 0 : HOUR),
  name: `run-${index + 1}`,
  account: chance.of(['a', 'a', 'b']),
  hasCheck: chance.oneIn(2),
  isForeign: chance.oneIn(5),
  maxResumes: chance.of([0, 1, 3, 20]),
  lives: anyLives(chance),
  lastLife: chance.oneIn(3) ? 'dies' : 'finishes',
  mendings: anyMendings(chance),
});

/** In some worlds an older copy of the state is put back. */
function restores(seed: number): readonly Event[] {
  if (seed % 7 !== 3) return [];
  const chance = new Chance(seed ^ 0x2e57);
  const atMs = chance.between(MINUTE, chance.of([2 * HOUR, STORM_MS]));
  return [{ kind: 'restore', atMs, ageMs: Math.min(atMs, chance.of([SECOND, MINUTE, 10 * MINUTE, HOUR, 3 * HOUR])) }];
}

const YEAR = 365 * 24 * HOUR;

const COMMANDS: readonly Command[] = [
  { kind: 'pause', because: 'maintenance' },
  { kind: 'unpause' },
  { kind: 'resume', prompt: null },
  { kind: 'stop', because: 'enough' },
];

function anyEvent(chance: Chance, runs: readonly PlannedRun[]): Event {
  const atMs = chance.oneIn(2) ? chance.upTo(STORM_MS) : chance.upTo(HOUR);
  const { name: run } = chance.of(runs);
  const make = chance.of(KINDS);
  return { ...make(chance, run), atMs } as Event;
}

const named =
  (kind: 'ack' | 'kill-agent' | 'start-fails' | 'end-fails') =>
  (_: Chance, run: string): object => ({ kind, run });
const plain = (kind: Event['kind']) => (): object => ({ kind });

/** One of these is chosen; entries that occur twice are twice as likely. */
const KINDS: readonly ((chance: Chance, run: string) => object)[] = [
  (chance, run) => ({ kind: 'operator', run, command: chance.of(COMMANDS) }),
  (chance, run) => ({ kind: 'operator', run, command: chance.of(COMMANDS) }),
  named('ack'),
  named('kill-agent'),
  named('start-fails'),
  named('end-fails'),
  plain('kill-watchdog'),
  plain('kill-watchdog'),
  plain('second-watchdog'),
  plain('reboot'),
  plain('log-in'),
  plain('kill-all'),
  plain('supervise'),
  (chance) => ({ kind: 'stop-watchdog', forMs: chance.of([2 * SECOND, 30 * SECOND, 90 * SECOND, 2 * HOUR]) }),
  (chance) => ({ kind: 'channel-down', forMs: chance.upTo(3 * HOUR) }),
  (chance) => ({ kind: 'jump', wallMs: chance.of([-HOUR, HOUR, YEAR, -YEAR]) }),
  (chance) => ({ kind: 'store-fails', isWritten: chance.oneIn(2) }),
  (chance) => ({ kind: 'delivery', how: chance.of(['lost', 'twice', 'late']), times: chance.between(1, 5) }),
  (chance) => ({ kind: 'delivery', how: chance.of(['lost', 'twice', 'late']), times: chance.between(1, 5) }),
  (chance) => ({ kind: 'write', bytes: chance.between(1, 12) * 50 * GIB }),
  (chance) => ({ kind: 'container', image: chance.upTo(5), forMs: chance.upTo(10 * HOUR) }),
  (chance) => ({ kind: 'container', image: chance.upTo(5), forMs: chance.upTo(10 * HOUR) }),
  (chance) => ({ kind: 'write', bytes: chance.between(1, 12) * 50 * GIB }),
];

export const LAST_STORM_MS = STORM_MS + 10 * MINUTE;
