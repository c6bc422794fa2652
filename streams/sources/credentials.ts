import { asyncScheduler, mergeMap, Observable, type SchedulerLike, Subject } from 'rxjs';
import type { Fact } from '../../src/core/model/facts.ts';
import { isActive, type Run } from '../../src/core/model/run.ts';
import { everyWhile } from '../operators/every-while.ts';

/** How often the credentials of an account that refused them are checked. */
const LOOK_EVERY_MS = 2000;

export interface CredentialsDeps {
  /** The state of the files that hold a run's credentials. */
  fingerprint(run: Run): string;
  readonly scheduler?: SchedulerLike;
}

/**
 * Reports the credentials of runs that are held because theirs were refused: once, and whenever
 * they have changed.
 */
export const credentials = (changed$: Observable<Run>, { fingerprint, scheduler = asyncScheduler }: CredentialsDeps): Observable<Fact> =>
  new Observable((subscriber) => {
    const held = new Map<string, Run>();
    const known = new Map<string, string>();
    const moved$ = new Subject<void>();
    const follow = (run: Run) => {
      if (isActive(run) && run.holds.some(({ kind }) => kind === 'auth')) held.set(run.id, run);
      else if (held.delete(run.id)) known.delete(run.id);
      moved$.next();
    };
    const look = (): Fact[] =>
      [...held.values()].flatMap((run): Fact[] => {
        const now = fingerprint(run);
        if (known.get(run.id) === now) return [];
        known.set(run.id, now);
        return [{ kind: 'credentials.seen', run: run.id, fingerprint: now }];
      });
    const looks$ = everyWhile(() => held.size > 0, LOOK_EVERY_MS, moved$, scheduler);
    subscriber.add(looks$.pipe(mergeMap(look)).subscribe(subscriber));
    subscriber.add(changed$.subscribe({ next: follow, error: (error) => subscriber.error(error) }));
  });
