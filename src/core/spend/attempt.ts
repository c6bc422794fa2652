import { fingerprint } from '../values/fingerprint.ts';
import { type Amounts, amountsOf, inAll, minus, plus } from './amount.ts';
import { mostTokens, sumOf } from './tokens.ts';
import type { Share, Usage } from './usage.ts';

/**
 * What an attempt has spent, with all that is needed to go on counting: a watchdog that reads on
 * after a restart, or reads lines once more, counts nothing twice.
 */
export interface AttemptSpend {
  /** In all: the settled ones, the older answers and the latest. */
  readonly amounts: Amounts;
  /** What the totals said. They include the answers before them. */
  readonly settled: Amounts;
  /** Answers since the last total that are not among the latest any more. */
  readonly older: Amounts;
  /** The latest answers, which may be repeated with other numbers, by a short hash of their ids. */
  readonly latest: readonly { readonly id: string; readonly shares: readonly Share[] }[];
  /** Short hashes of the ids of answers before the latest. */
  readonly counted: readonly string[];
  /** The last total as it was said, or null if there was none. */
  readonly total: Amounts | null;
  /** Tokens of the last prompt, with what was read from the cache, or null if unknown. */
  readonly context: number | null;
  /** The model that answered last, or null if unknown. */
  readonly model: string | null;
  /** When it last said what it used: ms since the epoch. */
  readonly atWall: number;
}

/** Answers of several sub-agents alternate, and each is repeated for each part of its content. */
const LATEST = 16;
const COUNTED = 256;

const NEW: AttemptSpend = {
  amounts: [],
  settled: [],
  older: [],
  latest: [],
  counted: [],
  total: null,
  context: null,
  model: null,
  atWall: 0,
};

/**
 * Folds in what the attempt says it used. `session` is the last total of that session, by any
 * attempt, or null if there was none. Returns the same spend if nothing is new.
 */
export function spentMore(before: AttemptSpend | undefined, usage: Usage, session: Amounts | null, atWall: number): AttemptSpend {
  const spend = before ?? NEW;
  const next = usage.of === 'answer' ? withAnswer(spend, usage) : withTotal(spend, usage, session);
  if (next === null) return spend;
  const answers = next.latest.map(({ shares }) => amountsOf(shares));
  const [only] = usage.shares;
  return {
    ...next,
    amounts: plus(next.settled, next.older, ...answers),
    context: usage.context ?? spend.context,
    model: (usage.shares.length === 1 ? only?.model : null) ?? spend.model,
    atWall,
  };
}

/** Null if nothing is new. */
function withAnswer(spend: AttemptSpend, usage: Usage): AttemptSpend | null {
  const id = fingerprint(usage.id);
  if (spend.counted.includes(id)) return null;
  const before = spend.latest.find((answer) => answer.id === id);
  const shares = before === undefined ? usage.shares : merged(before.shares, usage.shares);
  if (before !== undefined && JSON.stringify(before.shares) === JSON.stringify(shares)) return null;
  const answer = { id, shares };
  const all = before === undefined ? [...spend.latest, answer] : spend.latest.map((one) => (one === before ? answer : one));
  const old = all.slice(0, Math.max(0, all.length - LATEST));
  return {
    ...spend,
    older: plus(spend.older, ...old.map((one) => amountsOf(one.shares))),
    latest: all.slice(old.length),
    counted: alsoCounted(spend, old),
  };
}

/** What is known of a repeated answer: as it begins, its length is unknown. */
function merged(before: readonly Share[], now: readonly Share[]): readonly Share[] {
  const [one, other] = [before[0], now[0]];
  if (one === undefined || other === undefined || before.length + now.length > 2) return now;
  const isMore = sumOf(other.tokens) >= sumOf(one.tokens);
  const money = isMore ? (other.money ?? one.money) : (one.money ?? other.money);
  return [{ model: other.model ?? one.model, tokens: mostTokens(one.tokens, other.tokens), money }];
}

/** Null if the total was known. */
function withTotal(spend: AttemptSpend, usage: Usage, session: Amounts | null): AttemptSpend | null {
  const total = amountsOf(usage.shares);
  if (spend.total !== null && !exceeds(total, spend.total)) return null;
  const settled = usage.of === 'attempt' ? total : plus(spend.settled, sinceTotal(total, session));
  return { ...spend, settled, total, older: [], latest: [], counted: alsoCounted(spend, spend.latest) };
}

/** What the total of a session adds to its last one. If it fell, the agent counts from zero. */
function sinceTotal(total: Amounts, before: Amounts | null): Amounts {
  if (before === null) return total;
  const more = minus(total, before);
  return more.length === 0 || exceeds(total, before) ? more : total;
}

/** Totals only grow: one that does not was read before. */
function exceeds(total: Amounts, before: Amounts): boolean {
  const [now, then] = [inAll(total), inAll(before)];
  return sumOf(now.tokens) > sumOf(then.tokens) || now.statedUsd > then.statedUsd;
}

const alsoCounted = ({ counted }: AttemptSpend, answers: AttemptSpend['latest']): readonly string[] =>
  [...counted, ...answers.map(({ id }) => id)].slice(-COUNTED);
