import type { Signal } from '../../../src/core/model/facts.ts';
import { HOUR, MINUTE, SECOND } from '../../kit/core/world.ts';
import type { Act, Life } from '../world/lives.ts';
import type { PlannedRun } from './program.ts';

/** How the work of a run goes nowhere, or seems to. */
export type Nowhere = 'circles' | 'polls' | 'stalls' | 'unseen';

/**
 * In some worlds the first agent makes the same calls, polls, or works on without a result, which
 * may also be one that nobody can see, ever or for a long time. This consumes no randomness, so all
 * other worlds stay the same.
 */
export const nowhereIn =
  (seed: number) =>
  (run: PlannedRun, index: number): PlannedRun => {
    const nowhere = KINDS[seed % 23];
    if (nowhere === undefined || index !== 0) return run;
    const lives = [...Array<Life>(TIMES[nowhere]).fill(LIVES[nowhere]), ...run.lives];
    return { ...run, nowhere, lives, ...(nowhere === 'unseen' && { evidenceFromMs: seed % 2 === 0 ? SEEN_LATE_MS : NEVER_MS }) };
  };

const KINDS: Readonly<Record<number, Nowhere>> = { 2: 'circles', 7: 'polls', 12: 'stalls', 18: 'unseen' };
const TIMES: Readonly<Record<Nowhere, number>> = { circles: 4, polls: 1, stalls: 3, unseen: 1 };

const NEVER_MS = Number.MAX_SAFE_INTEGER;
/** Later than an attempt is ended that makes no milestone, and before the end of that life. */
const SEEN_LATE_MS = 4.8 * HOUR;

const call = (print: string): readonly Signal[] => [{ kind: 'tool' }, { kind: 'returned', id: null, tool: 'Bash', print }];
const says = (afterMs: number, signals: readonly Signal[]): Act => ({ kind: 'says', afterMs, signals });

/** Two calls in turn, for longer than anyone lets them. */
const CIRCLES: Life = Array.from({ length: 80 }, (_, n) => says(30 * SECOND, call(n % 2 === 0 ? 'npm test' : 'git status')));

/** The same call, until its result is another one, and that too. */
const POLLS: Life = Array.from({ length: 80 }, (_, n) => says(30 * SECOND, call(`curl: ${Math.floor(n / 20)}`)));

/** Calls that differ, and no result in seven hours. */
const STALLS: Life = Array.from({ length: (7 * HOUR) / (1.5 * MINUTE) }, (_, n) => says(1.5 * MINUTE, call(`look at ${n}`)));

const LIVES: Readonly<Record<Nowhere, Life>> = { circles: CIRCLES, polls: POLLS, stalls: STALLS, unseen: STALLS };
