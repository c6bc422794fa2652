import { statSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { toStored } from '../../src/core/decision-input.ts';
import { openReader } from '../../src/store/reader.ts';
import { Recorder } from '../../src/store/recorder.ts';
import { openStore } from '../../src/store/store.ts';
import { limitedRecovery } from '../kit/core/moments.ts';
import { working } from '../kit/core/world.ts';
import { leased, opened, stateDirectory } from '../kit/opened-store.ts';
import { newRunNamed, noting, observed, resuming } from '../kit/samples-of-decisions.ts';

const noBallast = () => false;

describe('what was recorded', () => {
  test('survives a restart: runs, journal, actions, replies', async () => {
    const where = stateDirectory();
    const first = openStore(where, await leased(where), noBallast);
    const run = newRunNamed('upgrade');
    const decision = resuming(run, 7);
    first.record([{ ...decision, reply: { request: 'q-1', accepted: true, message: 'fine' } }]);
    first.record([{ kind: 'refused', reply: { request: 'q-2', accepted: false, message: 'there is no such run' } }]);
    first.close();

    const again = await opened(where);
    expect(again.run('upgrade.1')).toEqual(decision.run);
    expect(again.activeRuns()).toEqual([decision.run]);
    expect(again.lastSeq()).toBe(7);
    expect(again.unsettled()).toEqual([{ action: decision.actions[0], run: decision.run }]);
    expect([again.hasReply('q-1'), again.hasReply('q-2'), again.hasReply('q-3')]).toEqual([true, true, false]);
    const reader = openReader(where);
    const { observation, from, because, actions } = decision;
    const given = [toStored(decision.given)];
    expect(reader.history('upgrade.1')).toEqual([
      { seq: 7, run: 'upgrade.1', bootId: 'boot-1', observation, from, to: 'waiting', because, actions, given, events: [] },
    ]);
    expect(reader.reply('q-2')).toEqual({ request: 'q-2', accepted: false, message: 'there is no such run' });
    reader.close();
  });

  test("has the holds of every account, including a recovery agent's", async () => {
    const where = stateDirectory();
    const store = await opened(where);
    const { holds, recoveryHolds, last } = limitedRecovery();
    expect([holds.length, recoveryHolds.length]).toEqual([0, 1]);
    store.record([last]);
    expect(store.accountHolds()).toEqual(recoveryHolds);
  });

  test('has the usage windows of every account, also those that nothing else follows from', async () => {
    const where = stateDirectory();
    const store = await opened(where);
    const story = working();
    const window = { name: 'five_hour', usedPercent: 41, resetsAtWall: story.now.wall + 1000, extra: null } as const;
    const decision = story.says({ kind: 'window', ofModel: false, ...window });
    const stored = [{ ...window, account: decision.run.spec.account, model: null, seenWall: story.now.wall, notified: false }];
    expect([decision.material, decision.windows]).toEqual([false, stored]);
    new Recorder(store).record([{ decision }]);
    expect(store.accountWindows()).toEqual(stored);
    const reader = openReader(where);
    onTestFinished(() => reader.close());
    expect(reader.accountWindows()).toEqual(stored);
  });

  test('is a complete batch or nothing', async () => {
    const where = stateDirectory();
    const store = await opened(where);
    store.record([noting(newRunNamed('one'), 1)]);
    expect(() => store.record([noting(newRunNamed('two'), 2), resuming(newRunNamed('three'), 1)])).toThrow(/UNIQUE/);
    expect(store.activeRuns().map(({ name }) => name)).toEqual(['one']);
    store.record([noting(newRunNamed('four'), 2)]);
    expect(store.lastSeq()).toBe(2);
  });

  test('shows the last decision about a run, and keeps all of them', async () => {
    const where = stateDirectory();
    const store = await opened(where);
    const run = newRunNamed('one');
    store.record([noting(run, 1), noting(run, 2), noting(run, 3)]);
    expect(store.run('one.1')?.because).toBe('noted at 3');
    const reader = openReader(where);
    expect(reader.history('one.1').map(({ seq }) => seq)).toEqual([1, 2, 3]);
    reader.close();
  });

  test('has no journal row if only numbers changed', async () => {
    const where = stateDirectory();
    const store = await opened(where);
    const run = newRunNamed('one');
    store.record([noting(run, 1)]);
    store.record([{ ...noting({ ...run, resumes: 5 }, 2), material: false }]);
    store.checkpoint([{ ...run, resumes: 6 }]);
    expect(store.lastSeq()).toBe(1);
    expect(store.run('one.1')?.resumes).toBe(6);
  });

  test('says what happened to a run, for programs', async () => {
    const where = stateDirectory();
    const store = await opened(where);
    const events = [{ kind: 'milestone', attempt: 1, what: 'a new commit' }] as const;
    store.record([{ ...noting(newRunNamed('one'), 1), events }, noting(newRunNamed('one'), 2)]);
    const reader = openReader(where);
    expect(reader.history('one.1').map((row) => row.events)).toEqual([events, []]);
    reader.close();
  });

  test('an action is unsettled until its outcome is recorded', async () => {
    const store = await opened(stateDirectory());
    const resumed = resuming(newRunNamed('one'), 1);
    store.record([resumed, resuming(newRunNamed('two'), 2)]);
    const outcome = { kind: 'start-failed', attempt: 1, because: 'no such file' } as const;
    const settled = {
      ...noting(resumed.run, 3),
      observation: observed({ kind: 'action.settled', run: 'one.1', action: 'one.1/1', outcome }, 3),
    };
    store.record([{ ...settled, material: false }]);
    expect(store.unsettled().map(({ action }) => action.id)).toEqual(['two.1/2']);
  });
});

describe('names', () => {
  test('are reused, and the newest run with a name is found', async () => {
    const where = stateDirectory();
    const store = await opened(where);
    store.record([noting({ ...newRunNamed('weekly', 1), state: 'complete' }, 1), noting(newRunNamed('weekly', 2), 2)]);
    const reader = openReader(where);
    expect(reader.run('weekly')?.id).toBe('weekly.2');
    reader.close();
    expect(store.activeRuns().map(({ id }) => id)).toEqual(['weekly.2']);
  });
});

describe('a former holder of the lease', () => {
  test('can no longer write', async () => {
    const where = stateDirectory();
    const former = openStore(where, await leased(where), noBallast);
    former.record([noting(newRunNamed('one'), 1)]);
    const present = openStore(where, await leased(where, { bootId: 'boot-1', pid: 202, startTicks: 2002 }), noBallast);
    const late = resuming(newRunNamed('two'), 2);
    const writes = [() => former.record([late]), () => former.checkpoint([late.run]), () => former.tidy()];
    for (const write of writes) expect(write).toThrow(expect.objectContaining({ kind: 'lease-lost' }));
    expect(present.run('two.1')).toBeNull();
    present.record([late]);
    expect(present.unsettled()).toHaveLength(1);
    former.close();
    present.close();
  });
});

test('no other user can read it', async () => {
  const where = stateDirectory();
  const before = process.umask(0o022);
  try {
    const store = await opened(where);
    store.record([noting(newRunNamed('one'), 1)]);
    const modes = ['', '-wal', '-shm'].map((end) => statSync(`${where.database}${end}`).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600]);
    expect([where.stateDir, where.inbox].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700]);
  } finally {
    process.umask(before);
  }
});
