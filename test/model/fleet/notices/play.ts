import type { LeaseRow } from '../../../../src/core/fleet/lease.ts';
import type { NoticeRow } from '../../../../src/core/fleet/notice.ts';
import type { Posted } from '../../../../src/core/fleet/outbox.ts';
import { MINUTE, SECOND } from '../../../kit/core/world.ts';
import { Chance } from '../../programs/chance.ts';
import { Clock } from '../../world/clock.ts';
import { Engine } from '../world/engine.ts';
import { sayInto } from '../world/lines.ts';
import { type Blow, type Played, stormOf, strike, type What } from '../world/storm.ts';
import { Host } from './host.ts';
import { LAWS, type Laws } from './laws.ts';

const STORM_MS = 40 * MINUTE;
const CALM_MS = 12 * MINUTE;
const HOSTS = 5;
const WHATS: readonly What[] = [
  ...(['cut', 'elect', 'stop', 'kill', 'lose-answers', 'refuse'] as const),
  ...(['own:off', 'own:off', 'own:switch'] as const),
];
/** The shortest silence after which people are notified, by the fastest clock. */
const SILENT_MS = 50 * SECOND;
/** How soon the caretaker hears that a host is back. */
const BACK_MS = 12 * SECOND;

/** Nobody misses a host that was never heard of. */
const FIRST_MS = 30 * SECOND;

export const noticeStorm = (seed: number): readonly Blow[] =>
  stormOf(seed, { whats: WHATS, members: HOSTS, stormMs: STORM_MS }).filter(({ atMs }) => atMs > FIRST_MS);

/** Hosts that fall silent alone or together, and people who are notified of it. */
export function playNotices(seed: number, blows: readonly Blow[] = noticeStorm(seed), laws: Partial<Laws> = {}): Played {
  const chance = new Chance(seed + 1);
  const clock = new Clock();
  const engine = new Engine(clock, chance);
  const lines: string[] = [];
  const say = sayInto(lines, clock);
  let broken: string | null = null;
  let switchedMs = Number.NEGATIVE_INFINITY;
  let switchedForMs = 0;
  const heardMs = new Map<string, number>();
  const backMs = new Map<string, number>();
  const keys = new Map<string, Set<string>>();
  const last = new Map<string, NoticeRow>();
  const sent = (by: Host, row: NoticeRow, key: string) => {
    say(`${by.name} sends ${key}`);
    const who = `${by.name} ${by.life}`;
    if (keys.get(key)?.has(who) === true) broken ??= `${key} is sent twice by ${by.name}`;
    keys.set(key, (keys.get(key) ?? new Set()).add(who));
    last.set(row.cause, row);
    const host = hosts.find(({ name }) => row.cause === `dead.${name}`);
    if (host === undefined || row.isOver) return;
    const silentForMs = clock.nowMs - (heardMs.get(host.name) ?? 0);
    const wasSilent = silentForMs >= SILENT_MS || clock.nowMs - (backMs.get(host.name) ?? 0) < BACK_MS;
    if (!wasSilent) broken ??= `people are notified of ${host.name}, which has been silent for ${silentForMs} ms`;
    const fell = (name: string) => Math.abs((heardMs.get(name) ?? 0) - switchedMs + 5 * SECOND) < 7 * SECOND;
    if (fell(host.name) && clock.nowMs < switchedMs + switchedForMs && hosts.filter(({ name }) => fell(name)).length > 1)
      broken ??= `people are notified of ${host.name} alone, and the network is gone`;
  };
  const around = {
    ...{ engine, chance, sent, beats: engine.bucket<Posted>() },
    ...{ duties: engine.bucket<LeaseRow>(), notices: engine.bucket<NoticeRow>() },
  };
  const hosts = Array.from({ length: HOSTS }, (_, at) => new Host(`host-${at + 1}`, around, { ...LAWS, ...laws }));
  const revs = new Map<string, number>();
  const see = () => {
    clock.after(500, see);
    for (const { name } of hosts) {
      const { rev } = around.beats.newest(name);
      if (rev !== revs.get(name)) {
        if (clock.nowMs - (heardMs.get(name) ?? 0) >= SILENT_MS) backMs.set(name, clock.nowMs);
        heardMs.set(name, clock.nowMs);
      }
      revs.set(name, rev);
    }
  };
  see();

  for (const blow of blows)
    clock.after(blow.atMs, () => {
      const host = hosts[blow.member]!;
      say(`${blow.what} ${host.name} ${blow.forMs} ms`);
      if (blow.what === 'own:off') {
        if (hosts.filter(({ isOff }) => isOff).length < 2) host.turnOff(chance.oneIn(3) ? Number.POSITIVE_INFINITY : 5 * blow.forMs);
      } else if (blow.what === 'own:switch') {
        [switchedMs, switchedForMs] = [clock.nowMs, blow.forMs + MINUTE];
        for (const one of hosts) if (one !== host) one.cutOff(switchedForMs);
      } else strike(blow, host, engine);
    });
  const run = (untilMs: number) => {
    while (broken === null && clock.step(untilMs));
  };
  run(STORM_MS + 6 * MINUTE);
  engine.calm();
  run(STORM_MS + 6 * MINUTE + CALM_MS);
  for (const { name, isOff } of hosts) {
    const row = last.get(`dead.${name}`);
    if (isOff && last.get('network')?.isOver !== false && (row === undefined || row.isOver)) broken ??= `nobody is notified of ${name}`;
    if (!isOff && row !== undefined && !row.isOver) broken ??= `nobody is notified that ${name} is back`;
  }
  if (hosts.every(({ isOff }) => !isOff) && last.get('network')?.isOver === false) broken ??= 'nobody is notified that the network is back';
  if (broken !== null) say(broken);
  return { broken, lines };
}
