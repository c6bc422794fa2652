import { MINUTE, SECOND } from '../../../kit/core/world.ts';
import { Chance } from '../../programs/chance.ts';
import type { Engine } from './engine.ts';
import type { Member } from './member.ts';

/** What may happen to a fleet. */
export type What =
  | 'cut'
  | 'elect'
  | 'stop'
  | 'kill'
  | 'lose-answers'
  | 'refuse'
  | 'silence'
  | 'roll-back'
  | 'lose-engine'
  /** What only one world knows. */
  | `own:${string}`;

export interface Blow {
  readonly atMs: number;
  readonly what: What;
  /** Whom it hits, by number. */
  readonly member: number;
  readonly forMs: number;
}

export interface Played {
  /** What was broken, in words, or null. */
  readonly broken: string | null;
  readonly lines: readonly string[];
}

/** How long each lasts: at least and at most. */
const LASTS: Readonly<Record<string, readonly [number, number]>> = {
  cut: [SECOND, 4 * MINUTE],
  elect: [SECOND, 15 * SECOND],
  stop: [SECOND, 90 * SECOND],
  kill: [100, 2 * MINUTE],
  'lose-answers': [SECOND, MINUTE],
  refuse: [SECOND, MINUTE],
  silence: [SECOND, 13 * SECOND],
  'roll-back': [SECOND, 30 * SECOND],
};

interface Storm {
  readonly whats: readonly What[];
  readonly members: number;
  readonly stormMs: number;
  /** By how much longer everything takes. */
  readonly slower?: number;
}

/** All blows of a storm, at random. */
export function stormOf(seed: number, { whats, members, stormMs, slower = 1 }: Storm): readonly Blow[] {
  const chance = new Chance(seed);
  const blows: Blow[] = [];
  const next = () => slower * (chance.oneIn(4) ? chance.upTo(2 * SECOND) : chance.between(SECOND, MINUTE));
  for (let atMs = next(); atMs < stormMs; atMs += next()) {
    const what = chance.of(whats);
    const forMs = slower * chance.between(...(LASTS[what] ?? [SECOND, MINUTE]));
    blows.push({ atMs, what, member: chance.upTo(members - 1), forMs });
  }
  return blows;
}

const STRIKES: Readonly<Record<string, (member: Member, engine: Engine, forMs: number) => void>> = {
  cut: (member, _engine, forMs) => member.cutOff(forMs),
  elect: (_member, engine, forMs) => engine.deafen(forMs),
  stop: (member, _engine, forMs) => member.sleep(forMs),
  kill: (member, _engine, forMs) => member.restart(forMs),
  'lose-answers': (_member, engine, forMs) => engine.loseAnswers(forMs),
  refuse: (_member, engine, forMs) => engine.refuse(forMs),
  silence: (_member, engine, forMs) => engine.silence(forMs),
  'roll-back': (_member, engine, forMs) => engine.rollBack(forMs),
  'lose-engine': (_member, engine) => engine.lose(),
};

/** Lets one happen that every fleet knows. */
export function strike({ what, forMs }: Blow, member: Member, engine: Engine): void {
  const happen = STRIKES[what];
  if (happen === undefined) throw new Error(`nobody here knows how to play ${what}`);
  happen(member, engine, forMs);
}

/** How many shorter storms are tried at most. */
const MAX_TRIES = 400;

/** The blows of a storm that are needed to break the same. */
export function shortest(blows: readonly Blow[], breaks: (fewer: readonly Blow[]) => boolean): readonly Blow[] {
  let best = blows;
  let tries = 0;
  for (let step = Math.ceil(best.length / 2); step >= 1 && tries < MAX_TRIES; step = step === 1 ? 0 : Math.ceil(step / 2))
    for (let at = 0; at < best.length && tries < MAX_TRIES; tries++) {
      const fewer = [...best.slice(0, at), ...best.slice(at + step)];
      if (breaks(fewer)) best = fewer;
      else at += step;
    }
  return best;
}
