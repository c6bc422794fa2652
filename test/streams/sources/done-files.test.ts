import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { merge, NEVER, of, Subject, VirtualTimeScheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, test, vi } from 'vitest';
import type { Fact } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { fileState } from '../../../src/system/disk/file-state.ts';
import { type DoneFileDeps, doneFiles } from '../../../streams/sources/done-files.ts';
import { working } from '../../kit/core/world.ts';

const PATH = '/srv/project/DONE';

const first = working({ done: { file: PATH, fileBefore: 'old' } }).run;
const second: Run = { ...first, attempt: { ...first.attempt!, number: 2 } };
const RUNS = { r: first, s: second, e: { ...first, state: 'complete' }, w: { ...first, id: 'upgrade-2' } } satisfies Record<string, Run>;
const STATES: Record<string, string | null> = { o: 'old', a: 'one', b: 'two', n: null };
const appeared = (attempt: number, run = first.id): Fact => ({ kind: 'done-file.appeared', run, attempt, path: PATH });
const FACTS = { f: appeared(1), g: appeared(2), h: appeared(1, 'upgrade-2') };

/** A file in a state that the test sets, with wake-ups triggered by the test. */
class FakeFile implements DoneFileDeps {
  state: string | null = null;
  readonly looks: string[] = [];
  readonly reports: string[] = [];
  readonly watched = new Set<{ touched: () => void; failed: (because: string) => void }>();

  readonly stat = (path: string) => {
    this.looks.push(path);
    return this.state;
  };
  readonly report = (problem: string) => this.reports.push(problem);
  readonly watch = (_: string, touched: () => void, failed: (because: string) => void) => {
    const watch = { touched, failed };
    this.watched.add(watch);
    return () => this.watched.delete(watch);
  };
}

const inVirtualTime = (story: Parameters<TestScheduler['run']>[0]) =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(story);

describe('checked every five seconds', () => {
  test.each([
    ['a file that appears', 'r', '500ms a', '5s f'],
    ['a file that is there when the watchdog starts', 'r', 'a', 'f'],
    ['a file that was there before the run', 'r', '500ms o', ''],
    ['an old file that changes', 'r', 'o 5999ms a', '10s f'],
    ['a file that appears and changes', 'r', '500ms a 5s b', '5s f 4999ms f'],
    ['a file that appears and is removed', 'r', '500ms a 5s n', '5s f'],
    ['a file that appears and is removed between two looks', 'r', '500ms a 4s n', ''],
    ['the present attempt', 'r 999ms s', '1500ms a', '5s g'],
    ['a run that has ended', 'r 999ms e', '1500ms a', ''],
    ['a run that had ended when it was first seen', 'e', '500ms a', ''],
    ['a run that has ended and is resumed by hand', 'r 999ms e 999ms s', '1500ms a', '2s g'],
    ['two runs with one file', '(rw)', '500ms a', '5s (fh)'],
  ])('%s', (_, runs, states, facts) => {
    inVirtualTime(({ cold, expectObservable }) => {
      const file = new FakeFile();
      cold(states, STATES).subscribe((state) => {
        file.state = state;
      });
      expectObservable(doneFiles(cold(runs, RUNS), file).facts$, '^ 14s !').toBe(facts, FACTS);
    });
  });
});

test('a wake-up causes a check at once', () => {
  inVirtualTime(({ cold, expectObservable }) => {
    const file = new FakeFile();
    cold('700ms a 99ms b 99ms b', STATES).subscribe((state) => {
      file.state = state;
      for (const { touched } of file.watched) touched();
    });
    expectObservable(doneFiles(cold('r', RUNS), file).facts$, '^ 9s !').toBe('700ms f 99ms f', FACTS);
  });
});

test('what was reported at the death is not reported again, and the other way round', () => {
  const file = new FakeFile();
  const changed$ = new Subject<Run>();
  const { facts$, look } = doneFiles(changed$, { ...file, scheduler: new VirtualTimeScheduler() });
  const facts: Fact[] = [];
  const following = facts$.subscribe((fact) => facts.push(fact));
  const wake = () => {
    for (const { touched } of file.watched) touched();
  };
  changed$.next(first);
  expect(look(first)).toBeNull();
  file.state = 'one';
  expect(look(first)).toEqual(appeared(1));
  wake();
  expect([facts, look(first)]).toEqual([[], null]);
  file.state = 'two';
  wake();
  expect([facts, look(second)]).toEqual([[appeared(1)], null]);
  following.unsubscribe();
  expect(file.watched.size).toBe(0);
});

test('a run without a done file is not checked, and an ended run is not watched', () => {
  const file = new FakeFile();
  const none = working().run;
  const changed$ = new Subject<Run>();
  const { facts$, look } = doneFiles(changed$, { ...file, scheduler: new VirtualTimeScheduler() });
  const following = facts$.subscribe();
  changed$.next(none);
  expect([look(none), look(RUNS.e), file.looks, file.watched.size]).toEqual([null, null, [], 0]);
  changed$.next(first);
  changed$.next(second);
  expect(file.watched.size).toBe(1);
  changed$.next(RUNS.e);
  expect(file.watched.size).toBe(0);
  following.unsubscribe();
});

test('a file that cannot be watched is reported, and checked every two seconds', () => {
  inVirtualTime(({ cold, expectObservable, flush }) => {
    const file = new FakeFile();
    cold('500ms a', STATES).subscribe((state) => {
      for (const { failed } of file.watched) failed('ENOSPC');
      file.state = state;
    });
    expectObservable(doneFiles(cold('r', RUNS), file).facts$, '^ 9s !').toBe('2500ms f', FACTS);
    flush();
    expect(file.reports).toEqual([`the done file ${PATH} can't be watched and is checked every 2000 ms instead: ENOSPC`]);
  });
});

test.each([
  ['completes', 'r 99ms |', '100ms |'],
  ['fails', 'r 99ms #', '100ms #'],
])('when the source %s so does this one', (_, runs, facts) => {
  inVirtualTime(({ cold, expectObservable, flush }) => {
    const file = new FakeFile();
    expectObservable(doneFiles(cold(runs, RUNS), file).facts$).toBe(facts);
    flush();
    expect(file.watched.size).toBe(0);
  });
});

test('a real file in a directory that appears later', async () => {
  const home = mkdtempSync(join(tmpdir(), 'dogwatch-done-'));
  try {
    const file = join(home, 'later/out/DONE');
    const run = working({ done: { file } }).run;
    const facts: Fact[] = [];
    const { facts$ } = doneFiles(merge(of(run), NEVER), { stat: fileState, report: (problem) => expect.fail(problem) });
    const following = facts$.subscribe((fact) => facts.push(fact));
    const reported = (times: number) => vi.waitFor(() => expect(facts).toHaveLength(times), { timeout: 20_000, interval: 20 });
    mkdirSync(join(home, 'later/out'), { recursive: true });
    writeFileSync(file, 'all is done\n');
    // By a wake-up or a check: chokidar may not have been ready yet.
    await reported(1);
    writeFileSync(`${file}.new`, 'really\n');
    renameSync(`${file}.new`, file);
    await reported(2);
    following.unsubscribe();
    expect(facts).toEqual([1, 1].map((attempt) => ({ kind: 'done-file.appeared', run: run.id, attempt, path: file })));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
