import { DAY, HOUR, MINUTE } from '../../kit/core/world.ts';
import { Chance } from './chance.ts';
import type { Event } from './program.ts';

/**
 * In some worlds images are built and the machine is switched off. Uses a separate random sequence,
 * so the other worlds stay the same.
 */
export function engineEvents(seed: number, stormMs: number): readonly Event[] {
  if (seed % 5 !== 1) return [];
  const chance = new Chance(seed ^ 0x1b7e);
  return Array.from({ length: chance.between(4, 16) }, () => {
    const atMs = chance.upTo(stormMs);
    const event = chance.of(KINDS)(chance);
    const isAway = event.kind === 'off' || event.kind === 'unwatched';
    return isAway ? { ...event, forMs: Math.min(event.forMs, stormMs - atMs), atMs } : { ...event, atMs };
  });
}

type Undated<E> = E extends Event ? Omit<E, 'atMs'> : never;

/**
 * One of these is chosen; entries that occur twice are twice as likely. Images from the sixth on
 * are built ones.
 */
const KINDS: readonly ((chance: Chance) => Undated<Event>)[] = [
  (chance) => anyBuild(chance),
  (chance) => anyBuild(chance),
  (chance) => anyBuild(chance),
  (chance) => ({ kind: 'container', image: chance.between(5, 9), forMs: chance.upTo(6 * HOUR) }),
  (chance) => ({ kind: 'off', forMs: chance.of([MINUTE, 3 * HOUR, 5 * HOUR]), wallMs: chance.of(WRONG), rightAfterMs: chance.of(RIGHT) }),
  (chance) => ({ kind: 'container', image: chance.between(1, 5), forMs: MINUTE }),
  (chance) => ({ kind: 'container', image: chance.between(1, 5), forMs: MINUTE }),
  (chance) => ({ kind: 'unwatched', forMs: chance.of([HOUR, 3 * HOUR, 5 * HOUR]), forgets: chance.oneIn(2) }),
  (chance) => ({ kind: 'unwatched', forMs: chance.of([HOUR, 3 * HOUR, 5 * HOUR]), forgets: chance.oneIn(2) }),
  () => ({ kind: 'reclaim' }),
  () => ({ kind: 'reclaim' }),
  () => ({ kind: 'reclaim' }),
  () => ({ kind: 'reclaim' }),
  () => ({ kind: 'engine-restarts' }),
  (chance) => ({ kind: 'stop-watchdog', forMs: chance.of([5 * MINUTE, 3 * HOUR]) }),
];

const WRONG = [0, 0, HOUR, 30 * DAY, 365 * DAY, -365 * DAY] as const;
const RIGHT = [MINUTE, HOUR, 4 * HOUR] as const;

const anyBuild = (chance: Chance): Undated<Event & { readonly kind: 'build' }> => ({
  kind: 'build',
  bases: [chance.upTo(7), chance.upTo(5)],
  forMs: chance.of([MINUTE, HOUR, 4 * HOUR]),
  isClassic: chance.oneIn(2),
  isKept: chance.oneIn(3),
});
