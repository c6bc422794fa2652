import { existsSync, symlinkSync, unlinkSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { changes } from '../../src/look/changes.ts';
import { follow } from '../../src/look/follow.ts';
import { lookAtRun } from '../../src/look/run.ts';
import { keepSnapshot } from '../../src/look/snapshot.ts';
import { lookAt } from '../../src/look/state.ts';
import type { Layout } from '../../src/store/directory/layout.ts';
import { openReader } from '../../src/store/reader.ts';
import { instant } from '../../src/system/process/clock.ts';
import { MINUTE } from '../kit/core/world.ts';
import { ALIVE, DEAD, keptState } from '../kit/kept-state.ts';
import { stateDirectory } from '../kit/opened-store.ts';
import { newRunNamed, noting } from '../kit/samples-of-decisions.ts';

const noticed = (name: string, seq: number) => noting({ ...newRunNamed(name), state: 'working' }, seq);

/** Reading the database fails as on a full disk. */
function fill({ database }: Layout): void {
  for (const end of ['', '-wal', '-shm']) if (existsSync(`${database}${end}`)) unlinkSync(`${database}${end}`);
  symlinkSync('/proc/self/mem', database);
}

test('changes are seen once, whoever made them, and nothing else is', async () => {
  const { where, keep } = await keptState(ALIVE());
  keep(noticed('one', 1));
  const reader = openReader(where);
  onTestFinished(() => reader.close());
  const hasChanged = changes(reader);
  expect([hasChanged(), hasChanged(), hasChanged()]).toEqual([true, false, false]);
  keep(noticed('two', 2));
  expect([hasChanged(), hasChanged()]).toEqual([true, false]);
});

test('following a state yields it now, on each change, and when ages have grown', async () => {
  const { where, keep } = await keptState(ALIVE());
  keep(noticed('one', 1));
  const stop = new AbortController();
  const names: string[][] = [];
  for await (const { runs } of follow(where, { everyMs: 5, atMostMs: 60_000, signal: stop.signal })) {
    names.push(runs.map(({ name }) => name));
    if (names.length === 1) keep(noticed('two', 2));
    if (names.length === 2) stop.abort();
  }
  expect(names).toEqual([['one'], ['one', 'two']]);
  const again = follow(where, { everyMs: 1, atMostMs: 10 });
  expect([(await again.next()).done, (await again.next()).done]).toEqual([false, false]);
  await again.return(undefined);
});

test('a state that does not exist yet is found when it does', async () => {
  const where = stateDirectory();
  const views = follow(where, { everyMs: 5, atMostMs: 20 });
  expect((await views.next()).value).toMatchObject({ runs: [], host: { condition: 'none' } });
  await views.return(undefined);
});

test('one run has its journal, its time line, and what it was asked to do', async () => {
  const { where, begin } = await keptState(ALIVE());
  const { story, keepStory } = begin({ command: ['opencode', 'run', '--key', 'sk-0123456789abcdef0123'], done: { check: 'make test' } });
  story.now = { wall: instant().wall - 10 * MINUTE, mono: instant().mono - 10 * MINUTE };
  story.gathered();
  story.started();
  story.says();
  keepStory();
  const detail = await lookAtRun(where, 'upgrade');
  expect(detail).toMatchObject({
    version: 1,
    run: { name: 'upgrade', state: 'working', group: 'working' },
    doneWhen: ['the agent says `dogwatch done`, and `make test` exits with status 0'],
    explanation: expect.stringMatching(/^upgrade has been working for 10m/),
    timeline: { isWhole: true, attempts: [{ number: 1, mode: 'start', to: null }], spend: [] },
  });
  expect(detail?.command.join(' ')).toBe('opencode run --key ‹secret›');
  expect(detail?.journal[0]).toMatchObject({ observation: 'run.registered', decided: ['start attempt 1'] });
  expect(await lookAtRun(where, 'other')).toBeNull();
});

test('on a full disk the snapshot is shown, also for one run', async () => {
  const watchdog = ALIVE();
  const { where } = await keptState(watchdog);
  const runs = [newRunNamed('one'), newRunNamed('two')];
  expect(keepSnapshot(where, runs, { ...watchdog, fence: 1, takenAt: instant() })).toBeNull();
  fill(where);
  const view = await lookAt(where);
  expect([view.runs.map(({ name }) => name), view.keptAt]).toEqual([['one', 'two'], expect.stringMatching(/^\d{4}-/)]);
  expect(await lookAtRun(where, 'two')).toMatchObject({ run: { name: 'two' }, journal: [], keptAt: view.keptAt });
  expect(await lookAtRun(where, 'three')).toBeNull();
});

test('a snapshot without room for all runs says how many are missing', async () => {
  const watchdog = ALIVE();
  const { where } = await keptState(watchdog);
  const runs = Array.from({ length: 300 }, (_, number) => newRunNamed(`job-${number}`));
  keepSnapshot(where, runs, { ...watchdog, fence: 1, takenAt: instant() });
  fill(where);
  const view = await lookAt(where);
  expect(view.leftOut).toBeGreaterThan(0);
  expect(view.runs.length + view.leftOut).toBe(300);
});

test('a dead watchdog is said with how old the facts are, and each process is looked up', async () => {
  const { where, begin } = await keptState(DEAD);
  const { story, keepStory } = begin();
  story.gathered();
  story.started();
  keepStory();
  const { host, runs } = await lookAt(where);
  expect(host).toMatchObject({ watchdog: null, condition: 'none' });
  expect(runs[0]).toMatchObject({ found: 'gone', pid: null, group: 'held' });
});

test('a thousand runs are read, sorted and counted', async () => {
  const { where, keep } = await keptState(ALIVE());
  keep(...Array.from({ length: 1000 }, (_, number) => noticed(`job-${number}`, number + 1)));
  const { runs, counts } = await lookAt(where);
  expect(counts.working).toBe(1000);
  expect(runs.slice(9, 12).map(({ name }) => name)).toEqual(['job-9', 'job-10', 'job-11']);
});
