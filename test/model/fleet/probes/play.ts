import type { Posted } from '../../../../src/core/fleet/outbox.ts';
import type { ProbeRow } from '../../../../src/core/fleet/probe.ts';
import { MINUTE, SECOND } from '../../../kit/core/world.ts';
import { Chance } from '../../programs/chance.ts';
import { Clock } from '../../world/clock.ts';
import { Engine } from '../world/engine.ts';
import { sayInto } from '../world/lines.ts';
import { type Blow, type Played, stormOf, strike, type What } from '../world/storm.ts';
import { Account } from './account.ts';
import { Host, PROBES } from './host.ts';
import { LAWS, type Laws } from './laws.ts';

const STORM_MS = 45 * MINUTE;
const CALM_MS = 30 * MINUTE;
const HOSTS = 3;
const WHATS: readonly What[] = [
  ...(['cut', 'elect', 'stop', 'kill', 'lose-answers', 'refuse', 'roll-back'] as const),
  ...(['own:limit', 'own:stop-probe', 'own:long-cut', 'own:off'] as const),
];
/** A host that was heard of more lately is not taken for silent, by the fastest clock. */
const ALIVE_MS = 50 * SECOND;
/** One that probes alone has reached nothing for the time of a lease, by the fastest clock. */
const GONE_MS = 50 * SECOND;
/** It asks every 5 s, and may not notice that an engine is there for less. */
const NOTICED_MS = 10 * SECOND;
/** How soon a host that was cut off is heard of, and has written that it probes. */
const HEALED_MS = 20 * SECOND;
/**
 * Only its beat says that a host probes alone: known to others after their next look and its
 * answer (6 and 2 s), and a claim that was under way before that may take 4 s more.
 */
const KNOWN_MS = 1.2 * 12 * SECOND;

export const probeStorm = (seed: number): readonly Blow[] => stormOf(seed, { whats: WHATS, members: HOSTS, stormMs: STORM_MS });

/** Hosts that wait for one limit, and may try whether it is over. */
export function playProbes(seed: number, blows: readonly Blow[] = probeStorm(seed), laws: Partial<Laws> = {}): Played {
  const chance = new Chance(seed + 1);
  const clock = new Clock();
  const engine = new Engine(clock, chance);
  const account = new Account(clock, chance);
  const lines: string[] = [];
  const say = sayInto(lines, clock);
  let broken: string | null = null;
  let probes = 0;
  const connectedMs = new Map<Host, number>();
  const reachedMs = new Map<Host, number>();
  const isConnected = (host: Host, forMs: number) => clock.nowMs - (connectedMs.get(host) ?? 0) >= forMs;
  const began = (host: Host) => {
    probes += 1;
    say(`${host.name} probes${host.isAlone ? ' alone' : ''}`);
    const goneMs = clock.nowMs - (reachedMs.get(host) ?? 0);
    if (host.isAlone && goneMs < GONE_MS) broken ??= `${host.name} probes alone, and reached the engine ${goneMs} ms ago`;
    for (const other of hosts) {
      if (other.probingMs === null || clock.nowMs - engine.rolledBackMs < 2 * MINUTE) continue;
      // Of another part of the fleet, or not long enough of this one to be known.
      if (host.isAlone || !isConnected(host, 0)) continue;
      const wasHeard = other.isAwake && other.nowMs - other.beating.ackedMs < ALIVE_MS;
      const isKnown = !other.isAlone || other.beating.hasSaidMs(PROBES) > KNOWN_MS;
      if (other === host || (wasHeard && isKnown && isConnected(other, HEALED_MS)))
        broken ??= `${host.name} probes while the probe of ${other.name} is alive`;
    }
  };
  const around = {
    ...{ engine, chance, account, began, beats: engine.bucket<Posted>() },
    ...{ holds: engine.bucket<Posted>(), probes: engine.bucket<ProbeRow>() },
  };
  const hosts = Array.from({ length: HOSTS }, (_, at) => new Host(`host-${at + 1}`, around, { ...LAWS, ...laws }));
  const see = () => {
    clock.after(SECOND, see);
    for (const host of hosts) {
      if (host.isCut || !host.isAwake || engine.isDeaf) connectedMs.set(host, clock.nowMs);
      else if (engine.losesOneIn === 0 && isConnected(host, NOTICED_MS)) reachedMs.set(host, clock.nowMs);
    }
  };
  see();
  chance.of(hosts).meets();

  for (const blow of blows)
    clock.after(blow.atMs, () => {
      const host = hosts[blow.member]!;
      say(`${blow.what} ${host.name} ${blow.forMs} ms`);
      if (blow.what === 'own:long-cut') host.cutOff(10 * blow.forMs);
      else if (blow.what === 'own:off') {
        if (hosts.every(({ isOff }) => !isOff)) host.turnOff();
      } else if (blow.what === 'own:stop-probe') host.stopProbe();
      else if (blow.what !== 'own:limit') strike(blow, host, engine);
      else if (host.hold?.phase === 'released' && host.isAwake) {
        account.limit();
        host.meets();
      }
    });
  const run = (untilMs: number) => {
    while (broken === null && clock.step(untilMs));
  };
  run(STORM_MS + 12 * MINUTE);
  engine.calm();
  run(STORM_MS + 12 * MINUTE + CALM_MS);
  const living = hosts.filter(({ isOff }) => !isOff);
  const held = living.find(({ hold }) => hold?.phase === 'held');
  if (held !== undefined) broken ??= `${held.name} waits for a limit that is over`;
  // The only one that met the limit may be gone before it could say so.
  if (probes === 0 && living.some(({ hold }) => hold !== null)) broken ??= 'nobody probes';
  if (broken !== null) say(broken);
  return { broken, lines };
}
