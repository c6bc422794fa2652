import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HostDecision } from '../../src/core/host/decide-host.ts';
import { decideHost } from '../../src/core/host/decide-host.ts';
import { NEW_HOST } from '../../src/core/host/state.ts';
import { foundAtStart } from '../../src/daemon/found-at-start.ts';
import { removalsOf } from '../../src/daemon/removals.ts';
import { attemptFiles, type Layout, runDirectory } from '../../src/store/directory/layout.ts';
import { keepEnvironment, keptEnvironment } from '../../src/store/environment.ts';
import { openReader } from '../../src/store/reader.ts';
import { deleteAside, isAside, setAside } from '../../src/store/removal.ts';
import { opened, stateDirectory } from '../kit/opened-store.ts';
import { newRunNamed, noting, resuming } from '../kit/samples-of-decisions.ts';

const removing = (run: string, seq: number): HostDecision =>
  decideHost(
    NEW_HOST,
    { kind: 'run.removed', run, request: `r${seq}`, seq, at: { wall: 1000, mono: 1 }, jitter: 0 },
    { marks: {} as never, mayAct: true, recovers: false },
  );

/** Two runs, one over, with the files of an attempt and their variables. */
async function kept() {
  const where = stateDirectory();
  const store = await opened(where);
  const over = { ...newRunNamed('docs', 2), state: 'stopped' as const, tried: 1 };
  store.record([resuming({ ...newRunNamed('upgrade'), tried: 1 }, 1), resuming(over, 2), { ...noting(over, 3), run: over }]);
  for (const name of ['docs.2', 'upgrade.1']) {
    const { directory, log } = attemptFiles(where, name, 1);
    mkdirSync(directory, { recursive: true });
    writeFileSync(log, 'what it printed');
    keepEnvironment(where, `${name}.json`, { KEY: name });
  }
  return { where, store };
}

const filesOf = (where: Layout, run: string) => [existsSync(runDirectory(where, run)), keptEnvironment(where, `${run}.json`)];

describe('a removed run', () => {
  test('leaves nothing, and its number is never used again', async () => {
    const { where, store } = await kept();
    setAside(where, 'docs.2', 'docs.2.json');
    expect(statSync(where.removed).mode & 0o777).toBe(0o700);
    store.record([removing('docs.2', 4)]);
    await deleteAside(where, 'docs.2');
    expect([filesOf(where, 'docs.2'), readdirSync(where.removed)]).toEqual([[false, null], []]);
    expect([store.run('docs.2'), store.run('upgrade.1')?.name, store.lastSeq(), store.hasReply('r4')]).toEqual([null, 'upgrade', 4, true]);
    expect(store.unsettled().map(({ run }) => run.id)).toEqual(['upgrade.1']);
    const reader = openReader(where);
    expect([reader.history('docs.2'), reader.lastRemoved('docs'), reader.lastRemoved('upgrade'), reader.knows('docs.2')]).toEqual([
      [],
      2,
      0,
      true,
    ]);
    expect(reader.everyRun().map(({ id }) => id)).toEqual(['upgrade.1']);
    expect(reader.hostHistory().at(-1)?.because).toBe('the run docs.2 was removed by the operator');
    reader.close();
    store.tidy();
    expect(foundAtStart(where, store, store.activeRuns())).toEqual([{ kind: 'state.opened', findings: [] }]);
  });

  test('is not missed, even if its files come back or the last snapshot has it', async () => {
    const { where, store } = await kept();
    store.record([removing('docs.2', 4)]);
    expect(existsSync(attemptFiles(where, 'docs.2', 1).log)).toBe(true);
    expect(foundAtStart(where, store, store.activeRuns())).toEqual([{ kind: 'state.opened', findings: [] }]);
  });
});

describe('a watchdog that is killed in between leaves all of it or nothing', () => {
  test.each([
    ['before anything was moved', () => {}, false],
    ['after the logs were moved', (where: Layout) => setAside(where, 'docs.2', 'another.json'), false],
    ['after everything was moved', (where: Layout) => setAside(where, 'docs.2', 'docs.2.json'), false],
    ['after it was recorded', (where: Layout) => setAside(where, 'docs.2', 'docs.2.json'), true],
  ])('%s', async (_when, move, isRecorded) => {
    const { where, store } = await kept();
    move(where);
    if (isRecorded) store.record([removing('docs.2', 4)]);
    expect(foundAtStart(where, store, store.activeRuns())).toEqual([{ kind: 'state.opened', findings: [] }]);
    expect(filesOf(where, 'docs.2')).toEqual(isRecorded ? [false, null] : [true, { KEY: 'docs.2' }]);
    expect([isAside(where, 'docs.2'), store.run('docs.2') === null]).toEqual([false, isRecorded]);
    if (!isRecorded) expect(readFileSync(attemptFiles(where, 'docs.2', 1).log, 'utf8')).toBe('what it printed');
    expect(filesOf(where, 'upgrade.1')).toEqual([true, { KEY: 'upgrade.1' }]);
  });

  test('files that cannot be set aside: it is refused, and nothing is moved', async () => {
    const { where, store } = await kept();
    writeFileSync(where.removed, 'in the way');
    const decision = removalsOf({ layout: where, state: { store } as never, report: () => {} }).before(removing('docs.2', 4));
    expect(decision).toMatchObject({ kind: 'refused', reply: { accepted: false, message: expect.stringContaining('cannot be removed') } });
    expect(filesOf(where, 'docs.2')).toEqual([true, { KEY: 'docs.2' }]);
    expect(readdirSync(join(where.environments))).toHaveLength(2);
  });
});
