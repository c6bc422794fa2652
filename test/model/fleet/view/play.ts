import type { Posted } from '../../../../src/core/fleet/outbox.ts';
import { SECOND } from '../../../kit/core/world.ts';
import { Chance } from '../../programs/chance.ts';
import { Clock } from '../../world/clock.ts';
import { Engine } from '../world/engine.ts';
import { sayInto } from '../world/lines.ts';
import { type Blow, type Played, stormOf, strike, type What } from '../world/storm.ts';
import { Host } from './host.ts';
import { LAWS, type Laws } from './laws.ts';
import { Viewer } from './viewer.ts';

const STORM_MS = 900 * SECOND;
const CALM_MS = 240 * SECOND;
/** The oldest that may be shown as of now, by the slowest clock. */
const NOW_MS = 33 * SECOND;
const HOSTS = 3;
const WHATS: readonly What[] = [
  'cut',
  'elect',
  'stop',
  'kill',
  'lose-answers',
  'refuse',
  'silence',
  'silence',
  'roll-back',
  'lose-engine',
  'own:restore',
];

export const viewStorm = (seed: number): readonly Blow[] => stormOf(seed, { whats: WHATS, members: HOSTS + 1, stormMs: STORM_MS });

/** Hosts whose runs change, somebody who looks all the time, and somebody who looks now and then. */
export function playView(seed: number, blows: readonly Blow[] = viewStorm(seed), laws: Partial<Laws> = {}): Played {
  const chance = new Chance(seed + 1);
  const clock = new Clock();
  const engine = new Engine(clock, chance);
  const rows = engine.bucket<Posted>();
  const beats = engine.bucket<Posted>();
  const all = { ...LAWS, ...laws };
  const hosts = Array.from({ length: HOSTS }, (_, at) => new Host(`host-${at + 1}`, engine, chance, rows, beats, all));
  const watching = new Viewer('viewer', engine, chance, rows, beats, all);
  const glancing = new Viewer('glance', engine, chance, rows, beats, all);
  glancing.every(17 * SECOND, () => glancing.lookOnce());
  const lines: string[] = [];
  const say = sayInto(lines, clock);
  let broken: string | null = null;

  for (const blow of blows)
    clock.after(blow.atMs, () => {
      const member = [...hosts, watching][blow.member]!;
      say(`${blow.what} ${member.name} ${blow.forMs} ms`);
      if (blow.what === 'own:restore') (member instanceof Host ? member : hosts[0]!).restore(blow.forMs);
      else strike(blow, member, engine);
    });

  const compare = (viewer: Viewer, sinceMs: number) => {
    for (const { name, truth } of hosts) {
      if (viewer.age(name).kind !== 'now') continue;
      for (const run of truth.runs) {
        const document = viewer.shows(name, run);
        if (!truth.wasSince(sinceMs, run, document))
          broken ??= `${viewer.name} shows ${document} of ${run} on ${name} as true now: it is ${truth.now.get(run) ?? null}`;
      }
    }
  };
  const check = () => {
    clock.after(SECOND, check);
    for (const viewer of [watching, glancing]) if (viewer.isAwake) compare(viewer, clock.nowMs - NOW_MS);
  };
  check();
  while (broken === null && clock.step(STORM_MS + 120 * SECOND));
  engine.calm();
  for (const host of hosts) host.isQuiet = true;
  while (broken === null && clock.step(STORM_MS + 120 * SECOND + CALM_MS));
  if (broken === null) compare(watching, clock.nowMs);
  const old = hosts.find(({ name }) => watching.age(name).kind !== 'now');
  if (old !== undefined) broken ??= `${old.name} is shown as ${JSON.stringify(watching.age(old.name))} long after the storm`;
  if (broken !== null) say(broken);
  return { broken, lines };
}
