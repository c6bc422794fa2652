import type { Attempt, Run } from '../model/run.ts';
import { type Amounts, inAll } from '../spend/amount.ts';
import type { CapState } from '../spend/cap-state.ts';
import { costOf, tokensOf } from '../spend/cost.ts';
import type { DayCap } from '../spend/day-cap.ts';
import { counted } from '../values/counted.ts';
import { MICROS, tokensInWords, usdAsTyped, usdInWords } from '../values/money.ts';
import { hasWorked } from './repeated.ts';

type Raised = NonNullable<CapState['raised']>;

/** A cap that is reached. */
export interface ReachedCap {
  /** What was spent of what. */
  readonly because: string;
  /** The option of `dogwatch resume` that raises it far enough. */
  readonly option: string;
  /** An attempt is ended in the middle of its turn. */
  readonly isBeyondGrace: boolean;
}

const NO_RAISE: Raised = { micros: 0, tokens: 0 };

/** The caps in force, in millionths of a US dollar and in tokens; 0 for none. */
export function capsOf({ spec: { policy }, caps }: Pick<Run, 'spec' | 'caps'>): Raised {
  const raised = caps?.raised ?? NO_RAISE;
  const { maxCostMicros = 0, maxTokens = 0 } = policy;
  return {
    micros: maxCostMicros === 0 ? 0 : maxCostMicros + raised.micros,
    tokens: maxTokens === 0 ? 0 : maxTokens + raised.tokens,
  };
}

/** The cap of the run that is reached, or null if none is. */
export function reachedCap(run: Pick<Run, 'spec' | 'caps' | 'spend'>): ReachedCap | null {
  const caps = capsOf(run);
  if (caps.micros === 0 && caps.tokens === 0) return null;
  const { usd } = costOf(run);
  const tokens = tokensOf(run)?.total ?? 0;
  const { maxCostMicros = 0, maxTokens = 0, costGracePercent = 0 } = run.spec.policy;
  const grace = 1 + costGracePercent / 100;
  if (caps.micros > 0 && usd !== null && usd * MICROS >= caps.micros) {
    const more = stepBeyond(usd * MICROS - caps.micros, maxCostMicros);
    return {
      because: `it has cost ${usdInWords(usd)} of ${usdInWords(caps.micros / MICROS)} (DOGWATCH_MAX_COST)`,
      option: `--add-cost ${usdAsTyped(more)}`,
      isBeyondGrace: usd * MICROS > caps.micros * grace,
    };
  }
  if (caps.tokens > 0 && tokens >= caps.tokens)
    return {
      because: `it has used ${tokensInWords(tokens)} of ${tokensInWords(caps.tokens)} tokens (DOGWATCH_MAX_TOKENS)`,
      option: `--add-tokens ${stepBeyond(tokens - caps.tokens, maxTokens)}`,
      isBeyondGrace: tokens > caps.tokens * grace,
    };
  return null;
}

/** A multiple of the cap as it was set, so that at least half of it can be spent again. */
const stepBeyond = (beyond: number, cap: number): number => Math.ceil(beyond / cap + 0.5) * cap;

/** What was spent since the last milestone, and what of it is unknown, in words. */
export function spentInWords(run: Run): string {
  const cost = costOf(run);
  const tokens = tokensOf(run)?.total ?? 0;
  const before = run.caps?.atMilestone ?? { usd: 0, tokens: 0 };
  const since = run.milestone === null ? 'there is no milestone yet' : `${amount(cost.usd, tokens, before)} since the last milestone`;
  const unknown = [
    ...(cost.unpricedTokens > 0 ? [`${tokensInWords(cost.unpricedTokens)} tokens without a known price`] : []),
    ...(cost.untoldAttempts > 0 ? [`the last answers of ${counted(cost.untoldAttempts, 'attempt')}`] : []),
  ];
  return unknown.length === 0 ? since : `${since}; not counted: ${unknown.join(', ')}`;
}

const amount = (usd: number | null, tokens: number, before: { readonly usd: number; readonly tokens: number }): string =>
  usd === null ? `${tokensInWords(Math.max(0, tokens - before.tokens))} tokens` : usdInWords(Math.max(0, usd - before.usd));

/** What it has cost so far, to be compared at the next milestone. */
export const costSoFar = (run: Pick<Run, 'spend'>): { readonly usd: number; readonly tokens: number } => ({
  usd: costOf(run).usd ?? 0,
  tokens: tokensOf(run)?.total ?? 0,
});

/** Turns that ended and tools that were called: between them an attempt may be ended. */
export const stepsOf = ({ turns, tools }: Attempt): number => turns + tools;

/** A cap that cannot be kept because a cost is unknown, in words, or null if there is none. */
export const uncounted = (run: Run, day: DayCap | null | undefined): string | null =>
  unknownInAttempt(run, day) ?? unknownInRecovery(run, day);

/** The names of the caps that a cost counts against. */
function capNames(run: Run, day: DayCap | null | undefined): { readonly ofMoney: string | null; readonly first: string } | null {
  const caps = capsOf(run);
  const ofMoney = caps.micros > 0 ? 'DOGWATCH_MAX_COST' : day == null ? null : 'DOGWATCH_MAX_COST_PER_DAY';
  if (ofMoney === null && caps.tokens === 0) return null;
  return { ofMoney, first: caps.tokens > 0 && caps.micros === 0 ? 'DOGWATCH_MAX_TOKENS' : (ofMoney ?? 'DOGWATCH_MAX_TOKENS') };
}

function unknownInAttempt(run: Run, day: DayCap | null | undefined): string | null {
  const { attempt, spec } = run;
  const names = capNames(run, day);
  if (attempt === null || names === null) return null;
  // It may say so at its end.
  if (attempt.alive && attempt.turns === 0) return null;
  if (attempt.spend === undefined)
    return hasWorked(attempt, spec.policy.promptAfterMs)
      ? `attempt ${attempt.number} worked and did not say what it used: ${names.first} cannot be kept`
      : null;
  const unpriced = unpricedOf(attempt.spend.amounts);
  return unpriced === null ? null : unpricedInWords(unpriced, `attempt ${attempt.number}`, names.ofMoney);
}

/** The cap that the last recovery agent keeps from being counted, in words, or null if none. */
export function unknownInRecovery(run: Run, day: DayCap | null | undefined): string | null {
  const unknown = run.caps?.unknownRecovery;
  const names = capNames(run, day);
  if (unknown === undefined || names === null) return null;
  const who = `recovery agent ${unknown.number}`;
  if (unknown.unpriced === null) return `${who} did not say what it used: ${names.first} cannot be kept`;
  return unpricedInWords(unknown.unpriced, who, names.ofMoney);
}

/** The run with what is unknown of the cost of its recovery agent. */
export function withRecoveryCost(run: Run, number: number, amounts: Amounts | null): Run {
  const unpriced = amounts === null ? null : unpricedOf(amounts);
  if (amounts !== null && unpriced === null) return run;
  return { ...run, caps: { ...run.caps, unknownRecovery: { number, unpriced } } };
}

type Unpriced = NonNullable<NonNullable<CapState['unknownRecovery']>['unpriced']>;

function unpricedOf(amounts: Amounts): Unpriced | null {
  const tokens = inAll(amounts).unpriced;
  const models = amounts.filter(({ unpriced }) => unpriced > 0).map(({ model }) => model ?? 'a model without a name');
  return tokens === 0 ? null : { tokens, models };
}

const unpricedInWords = ({ tokens, models }: Unpriced, who: string, cap: string | null): string | null =>
  cap === null
    ? null
    : `the price of ${models.join(', ')} is unknown (${tokensInWords(tokens)} tokens of ${who}; DOGWATCH_PRICES gives it): ${cap} cannot be kept`;

/**
 * The run with its attempt's steps noted when a cap is first found to be reached. `before` is the
 * run before the observation: a cap of the day was reached by then, its own one by this
 * observation.
 */
export function withCapMark(run: Run, before: Run | null, day: DayCap | null | undefined): Run {
  const { attempt } = run;
  if (attempt === null) return run;
  const isReached = reachedCap(run) !== null;
  if (!isReached && day?.spent == null) {
    if (attempt.stepsAtCap === undefined) return run;
    const { stepsAtCap: _, ...unmarked } = attempt;
    return { ...run, attempt: unmarked };
  }
  if (attempt.stepsAtCap !== undefined || !attempt.alive) return run;
  const known = before?.attempt?.number === attempt.number ? before.attempt : null;
  const stepsAtCap = isReached || known === null ? stepsOf(attempt) : stepsOf(known);
  return { ...run, attempt: { ...attempt, stepsAtCap } };
}

/** The run with its caps raised, or why they cannot be. */
export function withRaisedCaps(run: Run, add: Raised): { readonly run: Run; readonly refused: string | null } {
  const { maxCostMicros = 0, maxTokens = 0 } = run.spec.policy;
  if (add.micros > 0 && maxCostMicros === 0) return { run, refused: 'it has no cap on its cost (DOGWATCH_MAX_COST)' };
  if (add.tokens > 0 && maxTokens === 0) return { run, refused: 'it has no cap on its tokens (DOGWATCH_MAX_TOKENS)' };
  const { micros, tokens } = run.caps?.raised ?? NO_RAISE;
  const raised = { micros: micros + add.micros, tokens: tokens + add.tokens };
  return { run: { ...run, caps: { ...run.caps, raised } }, refused: null };
}

/** The caps after they were raised, in words. */
export function raisedInWords(run: Run, add: Raised): string {
  const caps = capsOf(run);
  return [
    ...(add.micros > 0 ? [`it may cost ${usdInWords(caps.micros / MICROS)} in all`] : []),
    ...(add.tokens > 0 ? [`it may use ${tokensInWords(caps.tokens)} tokens in all`] : []),
  ].join(', ');
}
