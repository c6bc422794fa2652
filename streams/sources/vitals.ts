import { asyncScheduler, mergeMap, Observable, type SchedulerLike } from 'rxjs';
import { patienceMs, silentSince } from '../../src/core/living.ts';
import type { Run } from '../../src/core/run.ts';
import type { Fact, Instant, Vitals } from '../../src/core/types.ts';
import { every } from '../operators/every.ts';

/** How often a silent attempt is looked at. */
const SAMPLE_EVERY_MS = 15_000;
/** A look is due at most this late. */
const ROUND_MS = 1000;
/** A look at all processes of the machine costs the same for one run as for a thousand: those due within this share of their time come along. */
const EARLY_SHARE = 0.5;

export interface VitalsDeps {
  now(): Instant;
  /** Vitals of these runs' attempts by run id; an attempt without a living process has none. */
  look(runs: readonly Run[]): ReadonlyMap<string, Vitals>;
  /** What the logs still say: who was stopped for a while must not call an attempt silent before it has read them. */
  catchUp(run: Run): readonly Fact[];
  readonly scheduler?: SchedulerLike;
}

/** Looks at the processes of living attempts that have been silent for a while, again and again. A busy log costs no look. */
export const vitals = (changed$: Observable<Run>, { now, look, catchUp, scheduler = asyncScheduler }: VitalsDeps): Observable<Fact> =>
  new Observable((subscriber) => {
    const living = new Map<string, Run>();
    const sampledMono = new Map<string, number>();
    const follow = (run: Run) => {
      if (run.attempt?.alive === true) living.set(run.id, run);
      else if (living.delete(run.id)) sampledMono.delete(run.id);
    };
    const round = (): Fact[] => {
      const { mono } = now();
      const isDue = (earlyShare: number) => (run: Run) => mono >= dueMono(run, sampledMono.get(run.id), earlyShare);
      const runs = [...living.values()];
      if (!runs.some(isDue(0))) return [];
      const due = runs.filter(isDue(EARLY_SHARE));
      const seen = look(due);
      return due.flatMap((run): Fact[] => {
        sampledMono.set(run.id, mono);
        const found = seen.get(run.id);
        if (found === undefined) return [];
        return [...catchUp(run), { kind: 'process.sampled', run: run.id, attempt: run.attempt?.number ?? 0, vitals: found }];
      });
    };
    subscriber.add(changed$.subscribe({ next: follow, error: (error) => subscriber.error(error) }));
    subscriber.add(every(ROUND_MS, scheduler).pipe(mergeMap(round)).subscribe(subscriber));
  });

function dueMono(run: Run, sampledMono: number | undefined, earlyShare: number): number {
  const { attempt, spec } = run;
  // Whether its exit status will say anything hangs on whether an agent is among its processes: a busy log is no reason not to look.
  if (attempt !== null && spec.done.exitByDefault === true && attempt.agentSeen === undefined) {
    const begun = attempt.startedAt.mono;
    const ageMs = (sampledMono ?? begun) - begun;
    return begun + ageMs + Math.min(SAMPLE_EVERY_MS, Math.max(ROUND_MS, ageMs / 4)) * (1 - earlyShare);
  }
  const everyMs = Math.min(SAMPLE_EVERY_MS, patienceMs(run) / 4);
  const activeMono = run.attempt === null ? 0 : silentSince(run.attempt).mono;
  return Math.max(activeMono, sampledMono ?? 0) + everyMs * (1 - earlyShare);
}
