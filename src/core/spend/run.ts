import { type Amounts, amountsOf, minus, plus } from './amount.ts';
import { type AttemptSpend, spentMore } from './attempt.ts';
import type { Usage } from './usage.ts';

/** What a run has spent: all its attempts and recovery agents. */
export interface RunSpend {
  readonly amounts: Amounts;
  /** The part of its recovery agents. */
  readonly recoveries: Amounts;
  /** The last total of each session whose totals span attempts, by the session's id. */
  readonly sessions: Readonly<Record<string, Amounts>>;
  /**
   * Attempts and recovery agents that ended while an answer may have been under way, or that said
   * nothing of what they used: what that cost is unknown.
   */
  readonly untold: number;
  /** The last prompt of the main session. Null if unknown. */
  readonly last: LastPrompt | null;
}

export interface LastPrompt {
  readonly tokens: number;
  readonly model: string | null;
  /** When its answer was read: ms since the epoch. */
  readonly atWall: number;
}

/** What of a run and of its attempt has to be known here. Absent: nothing was said yet. */
export interface Spending {
  readonly spend?: RunSpend;
  readonly attempt: { readonly spend?: AttemptSpend } | null;
}

export const NOTHING_SPENT: RunSpend = { amounts: [], recoveries: [], sessions: {}, untold: 0, last: null };

/** More sessions than this are not remembered: each is a fresh start. */
const MOST_SESSIONS = 8;

/** What an attempt's report changes in its run and in itself, or null if nothing is new. */
export function attemptSpent(
  { spend = NOTHING_SPENT, attempt }: Spending,
  usage: Usage,
  atWall: number,
): { readonly spend: RunSpend; readonly attempt: AttemptSpend } | null {
  const before = attempt?.spend;
  const isOfSession = usage.of === 'session';
  const now = spentMore(before, usage, (isOfSession ? spend.sessions[usage.id] : null) ?? null, atWall);
  if (now === before) return null;
  const hasContext = usage.context != null;
  return {
    attempt: now,
    spend: {
      ...spend,
      amounts: plus(spend.amounts, minus(now.amounts, before?.amounts ?? [])),
      sessions: isOfSession ? withSession(spend.sessions, usage) : spend.sessions,
      last: hasContext ? { tokens: usage.context ?? 0, model: now.model, atWall } : spend.last,
    },
  };
}

const withSession = (sessions: RunSpend['sessions'], { id, shares }: Usage): RunSpend['sessions'] =>
  Object.fromEntries([...Object.entries(sessions).filter(([name]) => name !== id), [id, amountsOf(shares)] as const].slice(-MOST_SESSIONS));

/** The run after a recovery agent ended, which used this. Null if it did not say. */
export function recoverySpent(spend: RunSpend = NOTHING_SPENT, amounts: Amounts | null): RunSpend {
  if (amounts === null) return { ...spend, untold: spend.untold + 1 };
  return { ...spend, amounts: plus(spend.amounts, amounts), recoveries: plus(spend.recoveries, amounts) };
}

/** The run after an attempt ended of whose last answer nothing is known. */
export const leftUntold = (spend: RunSpend = NOTHING_SPENT): RunSpend => ({ ...spend, untold: spend.untold + 1 });
