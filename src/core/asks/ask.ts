import type { Instant } from '../values/instant.ts';

/** What an agent asks a person, as its process reports it. */
export interface Asking {
  /** The same for the same question, also in a later attempt. */
  readonly key: string;
  /** A permission is given or refused; a choice is answered in words. */
  readonly of: 'permission' | 'choice';
  /** For people: sanitized, and without secrets. */
  readonly text: string;
}

export interface Answer {
  readonly says: 'yes' | 'no' | 'text';
  /** The words for the agent; empty if there are none. */
  readonly text: string;
  /** `rule`: the operator said that it always holds. `nobody`: no person answered in time. */
  readonly by: 'operator' | 'rule' | 'nobody';
  readonly at: Instant;
}

/** A question of a run: asked once, answered once, and its answer is used once. */
export interface Ask extends Asking {
  readonly number: number;
  readonly attempt: number;
  /** The request of the process that waits for the answer. */
  readonly request: string;
  readonly at: Instant;
  readonly answer: Answer | null;
  /** The process that waited has taken the answer: nothing else gets it. */
  readonly taken: boolean;
  /** The attempt whose prompt says the answer. Absent if none does. */
  readonly prompted?: number;
}

/** An answer that holds for the same question from now on. */
export interface AskRule extends Asking {
  readonly says: Answer['says'];
  readonly words: string;
  readonly at: Instant;
}

export interface Asks {
  /** The highest number of a question so far. */
  readonly last: number;
  readonly all: readonly Ask[];
  readonly rules: readonly AskRule[];
}

/** A run that can be asked for its questions. */
interface Asker {
  readonly asks?: Asks;
  readonly attempt: { readonly number: number; readonly alive: boolean } | null;
}

export const NO_ASKS: Asks = { last: 0, all: [], rules: [] };

/** The longest question and the longest answer, in characters. */
export const MAX_QUESTION = 4000;
export const MAX_ANSWER = 4000;
/** More questions than these are denied at once: no person reads them. */
export const MAX_OPEN = 20;
/**
 * Questions that are over, and rules, of which the newest are kept. An agent that asks much at once
 * still has to find each answer.
 */
const MAX_OVER = MAX_OPEN;
const MAX_RULES = 100;

/** The questions that wait for a person. */
export const openAsks = ({ asks }: Pick<Asker, 'asks'>): readonly Ask[] => asks?.all.filter(({ answer }) => answer === null) ?? [];

/** The first question for whose answer the living attempt waits, or null if there is none. */
export const waitsFor = (run: Asker): Ask | null =>
  run.attempt?.alive === true ? (openAsks(run).find(({ attempt }) => attempt === run.attempt?.number) ?? null) : null;

/**
 * The questions with one in place of that with its number, or added. One that is over becomes the
 * newest of those, however old it is: the process that waits has yet to read its answer.
 */
export function withAsk(asks: Asks, ask: Ask): Asks {
  const others = asks.all.filter(({ number }) => number !== ask.number);
  const isInPlace = others.length < asks.all.length && !ask.taken;
  const all = isInPlace ? asks.all.map((one) => (one.number === ask.number ? ask : one)) : [...others, ask];
  const over = all.filter(({ taken }) => taken);
  const dropped = over.slice(0, Math.max(0, over.length - MAX_OVER));
  return { ...asks, last: Math.max(asks.last, ask.number), all: all.filter((one) => !dropped.includes(one)) };
}

/** The rules with this one in place of an older one for the same question. */
export const withRule = (asks: Asks, rule: AskRule): Asks => ({
  ...asks,
  rules: [...asks.rules.filter(({ key }) => key !== rule.key), rule].slice(-MAX_RULES),
});
