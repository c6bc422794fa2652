import type { LeaseRow } from '../../../../src/core/fleet/lease.ts';
import { step } from '../../../../src/core/fleet/step.ts';
import { MINUTE, SECOND } from '../../../kit/core/world.ts';
import { Chance } from '../../programs/chance.ts';
import { Clock } from '../../world/clock.ts';
import { Engine } from '../world/engine.ts';
import { sayInto } from '../world/lines.ts';
import { type Around, Host, LEASE, type Step, type Token } from './host.ts';

const STORM_MS = 20 * MINUTE;
/** Long enough for a host to see that nobody holds the lease, and to take it. */
const CALM_MS = 6 * MINUTE;

export interface Played {
  /** What was broken, in words, or null. */
  readonly broken: string | null;
  /** How often work began. */
  readonly begun: number;
  readonly lines: readonly string[];
}

export interface Faults {
  /** The engine may lose acknowledged rows, as one does that does not sync each of them. */
  readonly losesPower?: boolean;
}

/** One storm over a few hosts that want one lease, and the calm after it. */
export function play(seed: number, faults: Faults = {}, by: Step = step): Played {
  const chance = new Chance(seed);
  const clock = new Clock();
  const engine = new Engine(clock, chance);
  const leases = engine.bucket<LeaseRow>();
  const lines: string[] = [];
  const tokens: Token[] = [];
  let broken: string | null = null;
  const say = sayInto(lines, clock);
  const hosts: Host[] = [];
  const began = (host: Host, token: Token) => {
    say(`${host.name} begins to work, epoch ${token.epoch}`);
    const other = hosts.find((one) => one !== host && one.isWorking);
    if (other !== undefined) broken ??= `${host.name} begins while the work of ${other.name} is alive`;
    const before = tokens.at(-1);
    if (before !== undefined && (token.epoch < before.epoch || (token.epoch === before.epoch && token.nonce !== before.nonce)))
      broken ??= `epoch ${token.epoch} of ${host.name} comes after epoch ${before.epoch}`;
    tokens.push(token);
  };
  const held = (host: Host) => {
    const other = hosts.find((one) => one !== host && one.holds);
    if (faults.losesPower !== true && other !== undefined) broken ??= `${host.name} holds the lease while ${other.name} does`;
  };
  const ended = (host: Host) => {
    say(`${host.name} gives its work up`);
    const { row } = leases.newest(LEASE);
    if (!host.wasDue && host.isWorking && (row === null || row.nonce === host.token?.nonce))
      broken ??= `${host.name} gives up what nobody took`;
  };
  const around: Around = { clock, chance, leases, workspace: { token: null }, step: by, began, held, ended };
  for (let number = 1; number <= chance.between(2, 4); number++) hosts.push(new Host(`host-${number}`, around));

  const storm = () => {
    if (clock.nowMs > STORM_MS) return;
    clock.after(chance.oneIn(4) ? chance.upTo(2 * SECOND) : chance.between(SECOND, MINUTE), storm);
    // Most of what can go wrong goes wrong at the holder.
    const holder = hosts.find(({ holds }) => holds);
    say(blow(holder !== undefined && chance.oneIn(2) ? holder : chance.of(hosts), engine, clock, chance, faults));
  };
  clock.after(chance.upTo(MINUTE), storm);
  while (broken === null && clock.step(STORM_MS));
  engine.losesOneIn = 0;
  for (const host of hosts) host.wants = true;
  while (broken === null && clock.step(STORM_MS + CALM_MS));
  if (broken === null && hosts.filter(({ isWorking }) => isWorking).length !== 1) broken = 'nobody works after the storm';
  return { broken, begun: tokens.length, lines };
}

function blow(host: Host, engine: Engine, clock: Clock, chance: Chance, { losesPower = false }: Faults): string {
  switch (chance.upTo(losesPower ? 8 : 7)) {
    case 0: {
      const forMs = chance.between(SECOND, 2 * MINUTE);
      cut(host, forMs, clock);
      return `${host.name} is cut off for ${forMs} ms`;
    }
    case 1: {
      const forMs = chance.between(SECOND, 15 * SECOND);
      engine.deafen(forMs);
      return `the engine elects a leader for ${forMs} ms`;
    }
    case 2: {
      const forMs = chance.between(SECOND, 90 * SECOND);
      host.sleep(forMs);
      return `the program on ${host.name} is stopped for ${forMs} ms`;
    }
    case 3: {
      const afterMs = chance.between(100, 90 * SECOND);
      host.restart(afterMs);
      return `the program on ${host.name} is killed, and starts again after ${afterMs} ms`;
    }
    case 4:
      engine.losesOneIn = chance.of([0, 2, 4, 10]);
      return `one answer in ${engine.losesOneIn} is lost`;
    case 5: {
      const forMs = chance.between(SECOND, MINUTE);
      engine.refuse(forMs);
      return `the engine refuses every write for ${forMs} ms`;
    }
    case 6: {
      const forMs = chance.between(10 * SECOND, 33 * SECOND);
      const isCut = chance.oneIn(2);
      host.sleepOnceAsked(forMs, () => {
        if (isCut) cut(host, MINUTE, clock);
      });
      return `the program on ${host.name} is stopped for ${forMs} ms while it waits for an answer${isCut ? ', and then cut off' : ''}`;
    }
    case 7: {
      host.leave();
      clock.after(chance.between(SECOND, 2 * MINUTE), () => {
        host.wants = true;
      });
      return `${host.name} gives the lease up`;
    }
    default: {
      const ms = chance.between(SECOND, 30 * SECOND);
      engine.rollBack(ms);
      return `the engine loses what was written in the last ${ms} ms`;
    }
  }
}

function cut(host: Host, forMs: number, clock: Clock): void {
  host.isCut = true;
  clock.after(forMs, () => {
    host.isCut = false;
  });
}
