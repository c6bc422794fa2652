import { fingerprint } from '../values/fingerprint.ts';
import { type Amounts, amountsOf, inAll, minus, plus } from './amount.ts';
import { minusTokens, mostTokens, sumOf } from './tokens.ts';
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
  /** Short hashes of the ids of turns, and of answers before the latest. */
  readonly counted: readonly string[];
  /** The last total of the attempt as it was said, or null if there was none. */
  readonly total: Amounts | null;
  /** Short hashes of the sessions that said a total in this attempt. Absent if none did. */
  readonly sessions?: readonly string[];
  /** Tokens of the last prompt, with what was read from the cache, or null if unknown. */
  readonly context: number | null;
  /** The model that answered last, or null if unknown. */
  readonly model: string | null;
  /** When it last said what it used: ms since the epoch. */
  readonly atWall: number;
}

/**
 * Answers of several sub-agents alternate, and each is repeated for each part of its content. Lists
 * that are cut only now and then make short changes in the journal.
 */
const LATEST = { least: 8, most: 16 };
const COUNTED = { least: 128, most: 256 };

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

/** What the run has counted of a session whose totals span attempts. */
export interface SessionSpend {
  readonly counted: Amounts;
  /** False until the first total of a session that may be older than the run. */
  readonly isWhole: boolean;
}

/**
 * Folds in what the attempt says it used. `session` is what was counted of that session, by any
 * attempt, or null if that is nothing yet. Returns the same spend if nothing is new.
 */
export function spentMore(
  before: AttemptSpend | undefined,
  usage: Usage,
  session: SessionSpend | null,
  atWall: number,
): AttemptSpend | undefined {
  const spend = before ?? NEW;
  const next = withUsage(spend, usage, session);
  if (next === null) return before;
  const [only] = usage.shares;
  return {
    ...next,
    amounts: plus(next.settled, next.older, ...amountsOfLatest(next)),
    context: usage.context ?? spend.context,
    model: (usage.shares.length === 1 ? only?.model : null) ?? spend.model,
    atWall,
  };
}

/** Null if nothing is new. */
function withUsage(spend: AttemptSpend, usage: Usage, session: SessionSpend | null): AttemptSpend | null {
  switch (usage.of) {
    case 'answer':
      return withAnswer(spend, usage);
    case 'turn':
      return withTurn(spend, usage);
    case 'attempt':
      return withTotal(spend, usage);
    case 'session':
      return withSession(spend, usage, session);
  }
}

function withAnswer(spend: AttemptSpend, usage: Usage): AttemptSpend | null {
  const id = fingerprint(usage.id);
  if (spend.counted.includes(id) || (usage.isInTotal === true && spend.total !== null)) return null;
  const before = spend.latest.find((answer) => answer.id === id);
  const shares = before === undefined ? usage.shares : merged(before.shares, usage.shares);
  if (before !== undefined && JSON.stringify(before.shares) === JSON.stringify(shares)) return null;
  const answer = { id, shares };
  const all = before === undefined ? [...spend.latest, answer] : spend.latest.map((one) => (one === before ? answer : one));
  const old = all.length > LATEST.most ? all.slice(0, -LATEST.least) : [];
  return {
    ...spend,
    older: plus(spend.older, ...old.map((one) => amountsOf(one.shares))),
    latest: all.slice(old.length),
    counted: alsoCounted({ counted: spend.counted, latest: old }),
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

function withTurn(spend: AttemptSpend, usage: Usage): AttemptSpend | null {
  const id = fingerprint(usage.id);
  if (spend.counted.includes(id)) return null;
  return { ...spend, settled: plus(spend.settled, amountsOf(usage.shares)), older: [], latest: [], counted: alsoCounted(spend, id) };
}

function withTotal(spend: AttemptSpend, usage: Usage): AttemptSpend | null {
  const total = amountsOf(usage.shares);
  if (spend.total !== null && !exceeds(total, spend.total)) return null;
  return { ...spend, settled: total, total, older: [], latest: [], counted: alsoCounted(spend) };
}

function withSession(spend: AttemptSpend, usage: Usage, session: SessionSpend | null): AttemptSpend | null {
  const total = amountsOf(usage.shares);
  const { counted, isWhole } = session ?? beforeFirst(usage);
  if (!isWhole) return null;
  const id = fingerprint(usage.id);
  const { sessions = [] } = spend;
  const isFirst = !sessions.includes(id);
  const isMore = exceeds(total, counted);
  const answers = plus(spend.older, ...amountsOfLatest(spend));
  // One that fell was read before, or the agent counts from zero in a new process.
  if (!isMore && !(isFirst && exceeds(counted, total) && exceeds(total, answers))) return null;
  const settled = plus(spend.settled, isMore ? plus(answers, sinceTotal(total, counted)) : total);
  return { ...spend, settled, older: [], latest: [], counted: alsoCounted(spend), sessions: isFirst ? [...sessions, id] : sessions };
}

/**
 * What a total adds to what was counted. One without any price does not take back the money that
 * another source knows: only the tokens beyond it have no price.
 */
function sinceTotal(total: Amounts, counted: Amounts): Amounts {
  if (!isUnpriced(total) || isUnpriced(counted)) return minus(total, counted);
  const tokens = minusTokens(inAll(total).tokens, inAll(counted).tokens);
  return [{ model: null, tokens, statedUsd: 0, computedUsd: 0, unpriced: sumOf(tokens) }];
}

const isUnpriced = (amounts: Amounts): boolean => {
  const { tokens, unpriced } = inAll(amounts);
  return unpriced === sumOf(tokens);
};

/** What the run had counted before the first that it hears of a session. */
const beforeFirst = ({ of, shares, since, mayBeOlder = false }: Usage): SessionSpend => ({
  counted: of === 'session' && since !== undefined ? minus(amountsOf(shares), amountsOf(since)) : [],
  isWhole: since !== undefined || !mayBeOlder,
});

/** What is counted of a session after `usage`, which added `more` to the attempt. */
export function countedOf(session: SessionSpend | null, usage: Usage, more: Amounts): SessionSpend {
  const before = session ?? beforeFirst(usage);
  if (usage.of === 'answer') return more.length === 0 ? before : { ...before, counted: plus(before.counted, more) };
  if (more.length === 0 && before.isWhole) return before;
  const total = amountsOf(usage.shares);
  return { counted: isUnpriced(total) && !isUnpriced(before.counted) ? plus(before.counted, more) : total, isWhole: true };
}

/**
 * Totals only grow: one that does not was read before, unless another source now knows the price of
 * the same tokens.
 */
function exceeds(total: Amounts, before: Amounts): boolean {
  const [now, then] = [inAll(total), inAll(before)];
  const more = sumOf(now.tokens) - sumOf(then.tokens);
  return more > 0 || now.statedUsd > then.statedUsd || (more === 0 && now.unpriced < then.unpriced);
}

const amountsOfLatest = ({ latest }: AttemptSpend): readonly Amounts[] => latest.map(({ shares }) => amountsOf(shares));

/** The latest answers will not be among the latest any more. */
function alsoCounted({ counted, latest }: Pick<AttemptSpend, 'counted' | 'latest'>, ...more: readonly string[]): readonly string[] {
  const all = [...counted, ...latest.map(({ id }) => id), ...more];
  return all.length > COUNTED.most ? all.slice(-COUNTED.least) : all;
}
