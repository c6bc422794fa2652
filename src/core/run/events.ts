import type { Instant } from '../model/facts.ts';
import type { Attempt, Run } from '../model/run.ts';
import { type CostReport, costInWords, costReport, reportOf } from '../spend/report.ts';
import { elapsedMs, inWords } from '../values/duration.ts';
import { type Exit, exitInWords } from '../values/exit.ts';

/**
 * What a decision made happen to a run, for programs. The sentences about it are for people and may
 * be reworded.
 */
export type RunEvent =
  | { readonly kind: 'attempt-started'; readonly attempt: number; readonly mode: Attempt['mode'] }
  /** `ranMs`: until its end was seen, or null if the host was rebooted meanwhile. */
  | {
      readonly kind: 'attempt-ended';
      readonly attempt: number;
      readonly exit: Exit | null;
      readonly ranMs: number | null;
      /** What it cost, and the run with it. Absent if it did not say, and in older journals. */
      readonly cost?: CostReport;
      readonly runCost?: CostReport;
    }
  | { readonly kind: 'milestone'; readonly attempt: number; readonly what: string }
  | { readonly kind: 'recovery-over'; readonly recovery: number; readonly because: string };

/** What happened between the run before and after a decision made at this moment. */
export function eventsOf(before: Run | null, after: Run, at: Instant): readonly RunEvent[] {
  return [...attemptEvents(before?.attempt ?? null, after, at), ...milestoneEvents(before, after), ...recoveryEvents(before, after)];
}

function attemptEvents(before: Attempt | null, run: Run, at: Instant): RunEvent[] {
  const { attempt, excuse } = run;
  if (attempt === null) return [];
  const { number, mode, exit } = attempt;
  const isNew = before?.number !== number;
  const started: RunEvent[] = isNew ? [{ kind: 'attempt-started', attempt: number, mode }] : [];
  if (attempt.alive || (!isNew && !before.alive)) return started;
  const ranMs = excuse === 'boot' ? null : elapsedMs(attempt.startedAt, attempt.endedAt ?? at);
  const costs = attempt.spend === undefined ? {} : { cost: reportOf(attempt.spend.amounts), runCost: costReport(run) };
  return [...started, { kind: 'attempt-ended', attempt: number, exit, ranMs, ...costs }];
}

function milestoneEvents(before: Run | null, { milestone }: Run): RunEvent[] {
  if (milestone === null || milestone === before?.milestone) return [];
  return [{ kind: 'milestone', attempt: milestone.attempt, what: milestone.what }];
}

function recoveryEvents(before: Run | null, { recovery }: Run): RunEvent[] {
  if (recovery === null || recovery.over === null) return [];
  const wasOver = before?.recovery?.number === recovery.number && before.recovery.over === recovery.over;
  return wasOver ? [] : [{ kind: 'recovery-over', recovery: recovery.number, because: recovery.over }];
}

export function eventInWords(event: RunEvent): string {
  switch (event.kind) {
    case 'attempt-started':
      return `attempt ${event.attempt} started`;
    case 'attempt-ended':
      return `attempt ${event.attempt} ended ${exitInWords(event.exit)}${event.ranMs === null ? '' : ` after ${inWords(event.ranMs)}`}${costOfEnd(event.cost)}`;
    case 'milestone':
      return `milestone in attempt ${event.attempt}: ${event.what}`;
    case 'recovery-over':
      return `recovery ${event.recovery}: ${event.because}`;
  }
}

function costOfEnd(cost: CostReport | undefined): string {
  const words = cost === undefined ? null : costInWords(cost);
  return words === null ? '' : `, and used ${words}`;
}
