import type { Command } from '../../../src/core/model/facts.ts';
import { HOUR, MINUTE } from '../../kit/core/world.ts';
import { Chance } from './chance.ts';
import type { Event, PlannedRun } from './program.ts';

/** What happens between the moment in which an attempt is being started and its claim. */
export type AtStart = 'watchdog-dies' | 'watchdog-stops' | 'standby-dies' | 'slow' | 'stop' | 'environment' | 'kill-all';

/**
 * In some worlds much happens to what waits to be started. Uses a separate random sequence, so the
 * other worlds stay the same.
 */
export function standbyEvents(seed: number, stormMs: number, runs: readonly PlannedRun[]): readonly Event[] {
  if (seed % 6 !== 5) return [];
  const chance = new Chance(seed ^ 0x57b1);
  return Array.from({ length: chance.between(4, 24) }, () => {
    const { name: run } = chance.of(runs);
    const atMs = chance.upTo(chance.oneIn(4) ? stormMs : HOUR);
    const make = chance.of(KINDS);
    return { ...make(chance, run), atMs } as Event;
  });
}

const grace = (chance: Chance): Command => {
  const minutes = chance.between(1, 3);
  return { kind: 'set', policy: { graceMs: minutes * MINUTE }, words: `DOGWATCH_GRACE ${minutes}m` };
};

/** Those that occur more often are likelier. */
const AT_START: readonly AtStart[] = [
  'standby-dies',
  'standby-dies',
  'standby-dies',
  'watchdog-dies',
  'watchdog-dies',
  'watchdog-stops',
  'slow',
  'slow',
  'slow',
  'slow',
  'slow',
  'environment',
  'kill-all',
  'stop',
];

/** One of these is chosen; entries that occur twice are twice as likely. */
const KINDS: readonly ((chance: Chance, run: string) => object)[] = [
  (chance) => ({ kind: 'at-start', how: chance.of(AT_START) }),
  (chance) => ({ kind: 'at-start', how: chance.of(AT_START) }),
  (chance) => ({ kind: 'at-start', how: chance.of(AT_START) }),
  (_, run) => ({ kind: 'environment', run }),
  (_, run) => ({ kind: 'environment', run }),
  (_, run) => ({ kind: 'environment', run }),
  (_, run) => ({ kind: 'environment', run }),
  (_, run) => ({ kind: 'environment', run }),
  (_, run) => ({ kind: 'kill-agent', run }),
  (_, run) => ({ kind: 'kill-agent', run }),
  (_, run) => ({ kind: 'kill-agent', run }),
  (_, run) => ({ kind: 'kill-agent', run }),
  (_, run) => ({ kind: 'standby-fails', run }),
  (chance, run) => ({ kind: 'operator', run, command: grace(chance) }),
  (chance, run) => ({ kind: 'operator', run, command: grace(chance) }),
  (chance, run) => ({ kind: 'operator', run, command: grace(chance) }),
  (_, run) => ({ kind: 'operator', run, command: { kind: 'stop', because: 'enough' } }),
  () => ({ kind: 'kill-standbys' }),
  () => ({ kind: 'intrude' }),
  () => ({ kind: 'kill-watchdog' }),
];
