import { Subject, VirtualTimeScheduler } from 'rxjs';
import { expect, test } from 'vitest';
import type { Fact } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import type { PostMortem } from '../../../src/launch/attempt/post-mortem.ts';
import type { Pace } from '../../../src/launch/attempt/watch.ts';
import type { AttemptFiles } from '../../../src/store/directory/layout.ts';
import { type ProcessExitsDeps, processExits } from '../../../streams/sources/process-exits.ts';

const identity = (pid: number) => ({ bootId: 'boot', pid, startTicks: 1 });

function run(id: string, attempt: { number?: number; agent?: number; alive?: boolean } = {}): Run {
  const { number = 1, agent, alive = true } = attempt;
  return {
    id,
    name: id,
    spec: { agent: 'generic', adopted: false },
    attempt: { number, alive, shim: identity(1), agent: agent === undefined ? null : identity(agent) },
  } as unknown as Run;
}

/** A world in which the test triggers deaths, and the facts reported about them. */
function world(
  deps: Partial<ProcessExitsDeps> = {},
  findings: PostMortem = { exit: { code: 0, signal: null, outOfMemory: false }, survivors: [] },
) {
  const facts: Fact[] = [];
  const errors: unknown[] = [];
  const problems: string[] = [];
  const looks: number[] = [];
  const watches: { pace: Pace; closed: boolean; die(): void }[] = [];
  const changed$ = new Subject<Run>();
  const subscription = processExits(changed$, {
    fifo: () => null,
    files: () => ({}) as AttemptFiles,
    unit: () => null,
    drain: () => [],
    doneFile: () => null,
    isCapped: () => false,
    report: (problem) => problems.push(problem),
    sight: {
      watch: (_, __, changed) => {
        const watch = {
          pace: 'signalled' as Pace,
          closed: false,
          look: () => {},
          close: () => {
            watch.closed = true;
          },
          die: () => {
            watch.pace = 'dead';
            changed();
          },
        };
        watches.push(watch);
        return watch;
      },
      postMortems: (dead) => {
        looks.push(dead.length);
        return dead.map(() => findings);
      },
    },
    ...deps,
  }).subscribe({ next: (fact) => facts.push(fact), error: (error) => errors.push(error) });
  const kinds = () => facts.map((fact) => `${fact.kind} ${fact.run}`);
  return { changed$, subscription, facts, errors, problems, looks, watches, kinds };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('attempts that die at the same moment share one scan', async () => {
  const { changed$, watches, looks, kinds } = world();
  for (const id of ['a', 'b', 'c']) changed$.next(run(id));
  for (const watch of watches) watch.die();
  await turn();
  expect(looks).toEqual([3]);
  expect(kinds()).toEqual(['process.exited a', 'process.exited b', 'process.exited c']);
});

test('the facts of the logs and the done file come before the death', async () => {
  const drained = { kind: 'log.read', run: 'a' } as Fact;
  const done = { kind: 'done-file.appeared', run: 'a' } as Fact;
  const { changed$, watches, kinds } = world({ drain: () => [drained], doneFile: () => done });
  changed$.next(run('a'));
  watches[0]!.die();
  await turn();
  expect(kinds()).toEqual(['log.read a', 'done-file.appeared a', 'process.exited a']);
});

test.each([
  [55, true],
  [1, undefined],
])('exit status %d says that a cap of the command is reached: %s', async (code, capped) => {
  const exit = { code, signal: null, outOfMemory: false };
  const { changed$, watches, facts } = world({ isCapped: (_run, status) => status === 55 }, { exit, survivors: [] });
  changed$.next(run('a'));
  watches[0]!.die();
  await turn();
  expect(facts).toMatchObject([{ kind: 'process.exited', code }]);
  expect((facts[0] as { capped?: true }).capped).toBe(capped);
});

test('a death is reported once, whatever else changes in the run before it is known', async () => {
  const { changed$, watches, kinds } = world();
  changed$.next(run('a'));
  watches[0]!.die();
  changed$.next(run('a'));
  await turn();
  changed$.next(run('a'));
  await turn();
  expect(kinds()).toEqual(['process.exited a']);
  expect(watches).toHaveLength(1);
});

test('a run whose agent is another process now is watched anew, and so is its next attempt', async () => {
  const { changed$, watches, facts } = world();
  changed$.next(run('a'));
  watches[0]!.die();
  await turn();
  changed$.next(run('a', { agent: 7 }));
  watches[1]!.die();
  await turn();
  changed$.next(run('a', { agent: 7, alive: false }));
  changed$.next(run('a', { number: 2 }));
  watches[2]!.die();
  await turn();
  expect(facts.map((fact) => 'attempt' in fact && fact.attempt)).toEqual([1, 1, 2]);
});

test('an attempt that is known to be dead is no longer watched', async () => {
  const { changed$, watches, facts } = world();
  changed$.next(run('a'));
  watches[0]!.die();
  changed$.next(run('a', { alive: false }));
  await turn();
  expect([facts, watches[0]!.closed]).toEqual([[], true]);
});

test('the end of the subscription ends the watch', async () => {
  const { changed$, watches, facts, subscription } = world();
  changed$.next(run('a'));
  watches[0]!.die();
  subscription.unsubscribe();
  await turn();
  expect([facts, watches[0]!.closed, changed$.observed]).toEqual([[], true, false]);
});

test('a watch that cannot be set up is reported once and tried again, and affects no other', async () => {
  let descriptors = 0;
  const seen: string[] = [];
  const sight = {
    watch: ({ number }: { number: number }) => {
      if (number === 1 && descriptors === 0) throw new Error('EMFILE');
      seen.push(`${number}`);
      return { pace: 'signalled' as Pace, look: () => {}, close: () => {} };
    },
    postMortems: () => [],
  };
  const { changed$, problems, subscription } = world({ sight });
  changed$.next(run('a'));
  changed$.next(run('a'));
  changed$.next(run('b', { number: 2 }));
  expect([problems.length, problems[0], seen]).toEqual([1, expect.stringContaining('EMFILE'), ['2']]);
  descriptors = 1;
  changed$.next(run('a'));
  expect(seen).toEqual(['2', '1']);
  subscription.unsubscribe();
});

test('a failing look fails the source, so that it is opened again', async () => {
  const { changed$, watches, errors } = world({
    drain: () => {
      throw new Error('broken');
    },
  });
  changed$.next(run('a'));
  watches[0]!.die();
  await turn();
  expect(errors).toEqual([new Error('broken')]);
});

test('unreported ends are found by looking: a slice of those with a FIFO every five seconds, adopted ones twice a second, orphans at once', () => {
  const scheduler = new VirtualTimeScheduler(undefined, 16_000);
  const looks: string[] = [];
  const paces: Pace[] = ['signalled', 'signalled', 'foreign', 'close'];
  const watches = new Map<number, { pace: Pace }>();
  const sight = {
    watch: ({ number }: { number: number }) => {
      const watch = { pace: paces[number]!, look: () => void looks.push(`${number} at ${scheduler.now()}`), close: () => {} };
      watches.set(number, watch);
      return watch;
    },
    postMortems: () => [],
  };
  const { changed$, subscription } = world({ sight, scheduler });
  for (const number of paces.keys()) changed$.next(run(`${number}`, { number }));
  const dies = (number: number, atMs: number) => scheduler.schedule(() => Object.assign(watches.get(number)!, { pace: 'dead' }), atMs);
  dies(3, 70);
  dies(2, 1200);
  scheduler.flush();
  subscription.unsubscribe();
  expect(looks).toEqual([
    ...[20, 40, 60].map((at) => `3 at ${at}`),
    ...[500, 1000].map((at) => `2 at ${at}`),
    ...['1 at 5000', '0 at 10000', '1 at 15000'],
  ]);
});
