import { Observable } from 'rxjs';
import type { EffectiveDecision } from '../src/core/decision.ts';
import type { Question } from '../src/core/model/facts.ts';
import type { Run } from '../src/core/model/run.ts';

export interface Asked {
  readonly question: Question;
  readonly run: Run;
}

type RunDecision = EffectiveDecision & { readonly kind: 'run' };

/** A restart that takes longer no longer holds up the questions about other runs. */
const LONG_MS = 2000;

/**
 * The questions of decisions. What is asked about a dead attempt while the next one is being
 * started waits until nothing is being restarted: the programs that answer it would slow the
 * restarts.
 */
export const questionsOf = (decisions$: Observable<RunDecision>): Observable<Asked> =>
  new Observable((subscriber) => {
    /** Restarts in flight, by action, with the time of their decision. */
    const restarts = new Map<string, number>();
    const waiting: { readonly action: string; readonly asked: Asked }[] = [];
    const isQuiet = (now: number) => [...restarts.values()].every((since) => now - since > LONG_MS);
    return decisions$.subscribe({
      next: ({ observation, actions, questions, run }) => {
        const now = observation.at.mono;
        if (observation.kind === 'action.settled') restarts.delete(observation.action);
        const restart = actions.find((action) => action.kind === 'resume' && action.attempt > 1);
        if (restart !== undefined) restarts.set(restart.id, now);
        for (const question of questions) {
          if (restart === undefined) subscriber.next({ question, run });
          else waiting.push({ action: restart.id, asked: { question, run } });
        }
        if (waiting.length === 0 || !isQuiet(now)) return;
        const open = waiting.splice(0);
        waiting.push(...open.filter(({ action }) => restarts.has(action)));
        for (const { action, asked } of open) if (!restarts.has(action)) subscriber.next(asked);
      },
      error: (error) => subscriber.error(error),
      complete: () => subscriber.complete(),
    });
  });
