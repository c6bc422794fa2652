import { EMPTY, filter, map, merge, type Observable, of, take, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, test } from 'vitest';
import type { Decision, RunDecision } from '../../src/core/decision.ts';
import type { Action, Fact, Outcome, Question } from '../../src/core/model/facts.ts';
import type { Run } from '../../src/core/model/run.ts';
import { type Ports, supervise } from '../../streams/pipeline.ts';
import { specWith, worldOf } from '../kit/core/world.ts';

const NAME = 'upgrade';
const ID = `${NAME}.1`;
const registered: Fact = {
  kind: 'run.registered',
  run: ID,
  request: 'r1',
  generation: 1,
  spec: specWith({ name: NAME, sessions: false }),
  foreign: null,
};
const died: Fact = { kind: 'process.exited', run: ID, attempt: 1, code: 0, signal: null, outOfMemory: false, survivors: [] };
const pause: Fact = { kind: 'operator.requested', run: ID, request: 'r2', command: { kind: 'pause', because: 'lunch' } };
const started = (attempt: number): Outcome => ({ kind: 'started', attempt, shim: null, agent: null });

interface Collected {
  readonly order: string[];
  readonly decisions: RunDecision[];
}

/**
 * Runs the pipeline in virtual time; `order` lists what was recorded, performed and asked, in that
 * order.
 */
function collect(
  facts: (helpers: { cold: TestScheduler['createColdObservable'] }) => Observable<Fact>,
  ports: Partial<Ports> = {},
  actionsAtOnce = 8,
): Collected {
  const collected: Collected = { order: [], decisions: [] };
  const scheduler = new TestScheduler(() => {});
  scheduler.run(({ cold }) => {
    const now = () => ({ wall: scheduler.now(), mono: scheduler.now() });
    const all: Ports = {
      now,
      jitter: () => 0,
      record: (group: readonly Decision[]) => {
        for (const decided of group)
          collected.order.push(decided.kind === 'refused' ? `refuse ${decided.reply.message}` : `record ${decided.observation.kind}`);
      },
      concernsAll: () => false,
      soon: (call) => call(),
      perform: (action: Action) => {
        collected.order.push(`perform ${action.kind}`);
        return action.kind === 'resume' ? of(started(action.attempt)) : of<Outcome>({ kind: 'delivered' });
      },
      ask: (question: Question) => {
        collected.order.push(`ask ${question.kind}`);
        const evidence = { head: null, worktree: null, progress: null, missing: [] };
        return of<Fact>({ kind: 'evidence.gathered', run: question.run, attempt: question.attempt, evidence });
      },
      performHost: () => EMPTY,
      ...ports,
    };
    const world = worldOf();
    const facts$ = facts({ cold: cold as never });
    supervise(() => facts$, world, all, { lastSeq: 41, actionsAtOnce, questionsAtOnce: 1 }).subscribe((decision) => {
      if (decision.kind === 'run') collected.decisions.push(decision);
    });
  });
  return collected;
}

describe('the pipeline', () => {
  test('records before it performs, and receives the outcome as an observation', () => {
    const { order } = collect(({ cold }) => cold('a', { a: registered }));
    expect(order).toEqual(['record run.registered', 'perform resume', 'ask evidence', 'record action.settled', 'record evidence.gathered']);
  });

  test('continues numbering after the last recorded observation', () => {
    const { decisions } = collect(({ cold }) => cold('a', { a: registered }));
    expect(decisions.map(({ observation }) => observation.seq)).toEqual([42, 43, 44]);
    expect(decisions[0]?.actions[0]?.id).toBe(`${ID}/42`);
  });

  test('resumes a run that died', () => {
    const { decisions } = collect(({ cold }) => cold('a 9s b', { a: registered, b: died }));
    const last = decisions.find(({ observation }) => observation.kind === 'process.exited');
    expect(last?.run.state).toBe('waiting');
    expect(last?.because).toContain('backoff');
  });

  test('an effect that throws is an outcome, and the next observation is received', () => {
    const perform = () => throwError(() => new Error('no such shell'));
    const { decisions } = collect(({ cold }) => cold('a-b', { a: registered, b: pause }), { perform });
    expect(decisions.some(({ because }) => because.includes('no such shell'))).toBe(true);
    expect(decisions.at(-1)?.because).toContain('paused');
  });

  test('a question whose answer fails is answered', () => {
    const ask = () => {
      throw new Error('git is gone');
    };
    const { decisions } = collect(({ cold }) => cold('a', { a: registered }), { ask });
    const answered = decisions.map(({ observation }) => observation).find(({ kind }) => kind === 'evidence.gathered');
    expect(answered).toMatchObject({ evidence: { missing: ['git is gone'] } });
  });

  test('a request about no run, and a second run of a name, are refused and recorded', () => {
    const twice = { ...registered, run: `${NAME}.2`, request: 'r3' };
    const nobody: Fact = { ...pause, run: 'nobody.1' };
    const { order } = collect(({ cold }) => cold('a-b-c', { a: registered, b: twice, c: nobody }));
    expect(order).toContain('refuse a run named upgrade is active already');
    expect(order).toContain('refuse there is no run nobody.1');
  });

  test('an observation caused by another comes after it', () => {
    const seen: string[] = [];
    const world = worldOf();
    const scheduler = new TestScheduler(() => {});
    scheduler.run(({ cold }) => {
      // A source that emits while it receives a change.
      const echo = (changed$: Observable<Run>): Observable<Fact> =>
        changed$.pipe(
          filter(({ attempt }) => attempt !== null),
          take(1),
          map((run): Fact => ({ ...died, run: run.id })),
        );
      const observe = (changed$: Observable<Run>) => merge(cold('a', { a: registered }), echo(changed$));
      supervise(observe, world, quietPorts, { lastSeq: 0, actionsAtOnce: 1, questionsAtOnce: 1 }).subscribe(({ observation }) =>
        seen.push(`${observation.seq} ${observation.kind}`),
      );
    });
    expect(seen).toEqual([...seen].sort((a, b) => Number(a.split(' ')[0]) - Number(b.split(' ')[0])));
    expect(seen.map((line) => line.split(' ')[1])).toContain('process.exited');
  });

  test('a failure to record ends it', () => {
    const record = () => {
      throw new Error('disk full');
    };
    const errors: string[] = [];
    const world = worldOf();
    supervise(() => of(registered), world, { ...quietPorts, record }, { lastSeq: 0, actionsAtOnce: 1, questionsAtOnce: 1 }).subscribe({
      error: (error: Error) => errors.push(error.message),
    });
    expect(errors).toEqual(['disk full']);
  });
});

const quietPorts: Ports = {
  now: () => ({ wall: 0, mono: 0 }),
  jitter: () => 0,
  record: () => {},
  concernsAll: () => false,
  soon: (call) => call(),
  perform: (action) => of<Outcome>(action.kind === 'resume' ? started(action.attempt) : { kind: 'delivered' }),
  ask: () => throwError(() => new Error('nobody asks')),
  performHost: () => EMPTY,
};
