import { type Amounts, minus, plus } from './amount.ts';
import { type AttemptSpend, countedOf, type SessionSpend, spentMore } from './attempt.ts';
import type { PromptPrice, Usage } from './usage.ts';

/** What a run has spent: all its attempts and recovery agents. */
export interface RunSpend {
  readonly amounts: Amounts;
  /** The part of its recovery agents. */
  readonly recoveries: Amounts;
  /** Of each session whose totals span attempts, by its id. */
  readonly sessions: Readonly<Record<string, SessionSpend>>;
  /**
   * Attempts and recovery agents that ended while an answer may have been under way, or that said
   * nothing of what they used: what that cost is unknown.
   */
  readonly untold: number;
  /**
   * The attempt before the present one, so that lines of it that are read late count. Absent if
   * nothing was said before it ended.
   */
  readonly earlier?: EarlierSpend;
  /** The last prompt of the main session. Null if unknown. */
  readonly last: LastPrompt | null;
}

interface EarlierSpend {
  readonly attempt: number;
  /** Absent if it did not say what it used. */
  readonly spend?: AttemptSpend;
}

interface LastPrompt {
  readonly tokens: number;
  readonly model: string | null;
  /** When its answer was read: ms since the epoch. */
  readonly atWall: number;
  /** What it costs once more. Absent if its price is unknown. */
  readonly again?: PromptPrice;
}

/** What of a run and of its attempt has to be known here. Absent: nothing was said yet. */
export interface Spending {
  readonly spend?: RunSpend;
  readonly attempt: { readonly spend?: AttemptSpend } | null;
}

export const NOTHING_SPENT: RunSpend = { amounts: [], recoveries: [], sessions: {}, untold: 0, last: null };

/** More sessions than this are not remembered: each is a fresh start or a sub-agent's. */
const MOST_SESSIONS = 32;

/** What an attempt's report changes in its run and in itself, or null if nothing is new. */
export function attemptSpent(
  { spend = NOTHING_SPENT, attempt }: Spending,
  usage: Usage,
  atWall: number,
): { readonly spend: RunSpend; readonly attempt?: AttemptSpend } | null {
  const before = attempt?.spend;
  const id = usage.of === 'session' ? usage.id : usage.session;
  const session = (id === undefined ? null : spend.sessions[id]) ?? null;
  const now = spentMore(before, usage, session, atWall);
  const more = now === undefined ? [] : minus(now.amounts, before?.amounts ?? []);
  const counted = id === undefined ? null : countedOf(session, usage, more);
  if (now === before && counted === session) return null;
  const hasContext = now !== before && usage.context != null;
  return {
    ...(now !== undefined && { attempt: now }),
    spend: {
      ...spend,
      amounts: plus(spend.amounts, more),
      sessions: id === undefined || counted === null ? spend.sessions : withSession(spend.sessions, id, counted),
      last: hasContext ? lastPrompt(usage, now?.model ?? null, atWall) : spend.last,
    },
  };
}

/** The spend of a run whose next attempt begins. Absent while nothing was said. */
export function afterAttempt(
  spend: RunSpend | undefined,
  attempt: { readonly number: number; readonly spend?: AttemptSpend } | null,
): RunSpend | undefined {
  if (spend === undefined || attempt === null) return spend;
  return { ...spend, earlier: { attempt: attempt.number, ...(attempt.spend !== undefined && { spend: attempt.spend }) } };
}

/**
 * The spend of a run after a line of its earlier attempt was read, or null if nothing is new. The
 * last prompt stays that of the present attempt.
 */
export function earlierSpent(spend: RunSpend | undefined, attempt: number, usage: Usage, atWall: number): RunSpend | null {
  const { earlier, last } = spend ?? {};
  // What an attempt said that is no longer remembered may be counted already.
  if (spend !== undefined && earlier?.attempt !== attempt) return null;
  const more = attemptSpent({ ...(spend !== undefined && { spend }), attempt: earlier ?? null }, usage, atWall);
  if (more === null) return null;
  const now = more.attempt ?? earlier?.spend;
  return { ...more.spend, last: last ?? null, earlier: { attempt, ...(now !== undefined && { spend: now }) } };
}

const lastPrompt = ({ context, again }: Usage, model: string | null, atWall: number): LastPrompt => ({
  tokens: context ?? 0,
  model,
  atWall,
  ...(again !== undefined && { again }),
});

const withSession = (sessions: RunSpend['sessions'], id: string, counted: SessionSpend): RunSpend['sessions'] =>
  Object.fromEntries([...Object.entries(sessions).filter(([name]) => name !== id), [id, counted] as const].slice(-MOST_SESSIONS));

/** The run after a recovery agent ended, which used this. Null if it did not say. */
export function recoverySpent(spend: RunSpend = NOTHING_SPENT, amounts: Amounts | null): RunSpend {
  if (amounts === null) return { ...spend, untold: spend.untold + 1 };
  return { ...spend, amounts: plus(spend.amounts, amounts), recoveries: plus(spend.recoveries, amounts) };
}

/** The run after an attempt ended of whose last answer nothing is known. */
export const leftUntold = (spend: RunSpend = NOTHING_SPENT): RunSpend => ({ ...spend, untold: spend.untold + 1 });
