import { existsSync, mkdirSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { WriteStream } from 'node:tty';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { register } from '../../../src/cli/status/status.ts';
import type { RunState } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { ack, clear, type Notice, openNotice } from '../../../src/core/notices/notice.ts';
import { delivered, refused } from '../../../src/core/notices/schedule.ts';
import { keepSnapshot } from '../../../src/look/snapshot.ts';
import { type Layout, layout } from '../../../src/store/directory/layout.ts';
import type { View as StatusReport } from '../../../src/view/model.ts';
import { news } from '../../kit/core/notice-samples.ts';
import { MINUTE, working } from '../../kit/core/world.ts';
import { ALIVE, DEAD, HOSTILE, isHarmful, keptState, look } from '../../kit/kept-state.ts';
import { NEVER_SHORT } from '../../kit/never-short.ts';
import { stateDirectory } from '../../kit/opened-store.ts';
import { runCommand } from '../../kit/run-command.ts';
import { newRunNamed, noting } from '../../kit/samples-of-decisions.ts';

const DAY = 86_400_000;
const agoMs = (ms: number) => ({ wall: Date.now() - ms, mono: 1 });

const runIn = (name: string, state: RunState, sinceMs = 0, changes: Partial<Run> = {}): Run => ({
  ...newRunNamed(name),
  state,
  since: agoMs(sinceMs),
  ...changes,
});

async function stateOf(runs: readonly Run[], watchdog = ALIVE()): Promise<Layout> {
  const { where, keep } = await keptState(watchdog);
  keep(...runs.map((run, index) => ({ ...noting(run, index + 1), run })));
  return where;
}

const json = async (where: Layout, ...argv: string[]): Promise<StatusReport> =>
  JSON.parse((await look(register, where, 'status', '--json', ...argv)).out);

/** Returns the cells of a table by run; columns are two or more spaces apart. */
const rowsOf = (out: string) =>
  Object.fromEntries(
    out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/))
      .map(([name = '', ...cells]) => [name, cells]),
  );

/** Runs on a terminal of this width. */
function onTerminal(columns: number): void {
  for (const [name, value] of Object.entries({ isTTY: true, columns, getColorDepth: WriteStream.prototype.getColorDepth })) {
    const before = Object.getOwnPropertyDescriptor(process.stdout, name);
    Object.defineProperty(process.stdout, name, { value, configurable: true });
    restore.push(() =>
      before === undefined ? Reflect.deleteProperty(process.stdout, name) : Object.defineProperty(process.stdout, name, before),
    );
  }
  for (const name of ['CI', 'FORCE_COLOR', 'NO_COLOR', 'NODE_DISABLE_COLORS']) vi.stubEnv(name, undefined);
  vi.stubEnv('TERM', 'xterm-256color');
}
const restore: (() => unknown)[] = [];
afterEach(() => {
  for (const back of restore.splice(0)) back();
  vi.unstubAllEnvs();
});

describe('for people', () => {
  test('says what is unusual about a directory that does not exist or has lost its database', async () => {
    const where = stateDirectory();
    const missing = layout(join(where.stateDir, 'missing'));
    expect((await look(register, missing, 'status')).out).toContain(`No runs in ${missing.stateDir}, which does not exist.`);
    mkdirSync(join(where.runs, 'upgrade.1'), { recursive: true });
    expect((await look(register, where, 'status')).out).toMatch(/whose database is gone, although a run has left files there/);
  });

  test.each(['/dev/null', '/etc/passwd', '/dev/null/below'])('%s is an error, not an empty state', async (path) => {
    expect((await look(register, layout(path), 'status')).thrown).toMatchObject({ kind: 'unwritable' });
  });

  test('shows a pause while the process is alive, and the end of a hold as the next attempt', async () => {
    const pause = { kind: 'operator', untilWall: null, because: 'deploying' } as const;
    const limit = { kind: 'limit', untilWall: Date.now() + 63 * MINUTE, because: 'the usage limit' } as const;
    const auth = { kind: 'auth', untilWall: null, because: 'logged out' } as const;
    const where = await stateOf([
      runIn('paused', 'working', 0, { holds: [pause], because: 'attempt 1 is active' }),
      runIn('spent', 'waiting', 0, { holds: [limit] }),
      runIn('unsure', 'waiting', 0, { holds: [limit, auth] }),
    ]);
    const rows = rowsOf((await look(register, where, 'status')).out);
    expect([rows.paused?.[0], rows.paused?.at(-1)]).toEqual(['working (paused)', 'deploying; attempt 1 is active']);
    expect([rows.spent?.[1], rows.unsure?.[1]]).toEqual([expect.stringMatching(/^.*\d\d:\d\d, in 1 h [23] min$/), '-']);
  });

  test('without runs, says how to start one', async () => {
    const where = stateDirectory();
    const { out, err } = await look(register, where, 'status');
    expect(out).toMatch(/No runs.*dogwatch run --/);
    expect(out).toContain(where.stateDir);
    expect(err).toBe('');
  });

  test('one line per run: state, budget, pid, activity, next, reason', async () => {
    const { run } = working();
    const waiting = runIn('waits', 'waiting', 0, {
      charged: [1, 2, 3],
      due: { at: agoMs(-5 * MINUTE - 500), because: 'backoff' },
      because: 'it died',
    });
    const where = await stateOf([waiting, { ...run, attempt: { ...run.attempt!, lastActivity: agoMs(2 * MINUTE) } }]);
    const { out, err } = await look(register, where, 'status');
    const rows = rowsOf(out);
    expect(Object.keys(rows)).toEqual(['NAME', 'waits', 'upgrade']);
    expect(rows.upgrade).toEqual(['working', '-', '1001', '2 min ago', '-', run.because]);
    expect(rows.waits).toEqual(['waiting', '3/20', '-', '-', expect.stringMatching(/\d\d:\d\d, in [45] min$/), 'backoff']);
    expect(err).toBe('');
  });

  test('shows runs that ended more than a day ago only with --all', async () => {
    const where = await stateOf([
      runIn('old', 'complete', DAY + 1),
      runIn('young', 'stopped', DAY - MINUTE),
      runIn('stuck', 'escalated', 9 * DAY),
    ]);
    const shown = async (...argv: string[]) => Object.keys(rowsOf((await look(register, where, 'status', ...argv)).out));
    expect(await shown()).toEqual(['NAME', 'stuck', 'young', expect.stringMatching(/^1 ended .*--all/)]);
    expect(await shown('--all')).toEqual(['NAME', 'stuck', 'old', 'young']);
    expect((await look(register, where, 'status', 'old')).out).toMatch(/^old .*\n {2}state .*complete/);
  });

  test.each([
    ['none is alive for active runs', 'working', undefined, /^dogwatch: no watchdog is alive.*dogwatch watch/],
    ['nothing is active', 'complete', undefined, /^(?!.*watchdog)/s],
    ['one is running', 'working', ALIVE(), /^(?!.*watchdog)/s],
  ] as const)('whether it warns about the watchdog, first: %s', async (_, state, watchdog, warning) => {
    const dead = { bootId: 'another boot', pid: 1, startTicks: 1 };
    const { out, err } = await look(register, await stateOf([runIn('one', state)], watchdog ?? dead), 'status');
    expect(out).toMatch(warning);
    expect(err).toBe(out.startsWith('dogwatch:') ? `${out.split('\n')[0]}\n` : '');
  });

  test('hostile text is sanitized, and forges no lines', async () => {
    const { out } = await look(register, await stateOf([runIn('one', 'working', 0, { because: HOSTILE })]), 'status');
    expect(isHarmful(out)).toBe(false);
    expect(out.trimEnd().split('\n')).toHaveLength(2);
  });

  test('on a terminal, the reason is cut at its width and the state is coloured', async () => {
    const where = await stateOf([runIn('one', 'waiting', 0, { because: 'x'.repeat(500) })]);
    onTerminal(80);
    const { out } = await look(register, where, 'status');
    const line = out.split('\n').find((text) => text.includes('waiting\u001b')) ?? out;
    expect(line).toContain('\u001b[33mwaiting\u001b[39m');
    expect(stripVTControlCharacters(line)).toMatch(/^<< {2}one {3}waiting .*x…$/);
    expect(stripVTControlCharacters(line)).toHaveLength(80);
  });

  test('with NO_COLOR, nothing is coloured on a terminal either', async () => {
    const where = await stateOf([runIn('one', 'escalated')]);
    onTerminal(80);
    vi.stubEnv('NO_COLOR', '1');
    expect((await look(register, where, 'status')).out).not.toContain('\u001b');
  });

  test('elsewhere nothing is truncated or coloured', async () => {
    const { out } = await look(register, await stateOf([runIn('one', 'escalated', 0, { because: 'x'.repeat(500) })]), 'status');
    expect(out).toContain('x'.repeat(500));
    expect(out).not.toContain('\u001b');
  });
});

describe('--json', () => {
  test('without runs: empty lists', async () => {
    const { runs, host } = await json(stateDirectory());
    expect(runs).toEqual([]);
    expect(host.watchdog).toBeNull();
    expect(host.filesystems).toEqual([
      expect.objectContaining({
        path: expect.any(String),
        availableBytes: expect.any(Number),
        totalBytes: expect.any(Number),
        pressure: 'none',
      }),
    ]);
  });

  test('always all runs, and each filesystem once', async () => {
    const { run } = working({ cwd: '/dev/shm/gone' });
    const where = await stateOf([runIn('old', 'complete', 9 * DAY), run, runIn('other', 'quiet')]);
    const { runs, host } = await json(where);
    expect(runs.map(({ name, state }) => [name, state])).toEqual([
      ['other', 'quiet'],
      ['upgrade', 'working'],
      ['old', 'complete'],
    ]);
    expect(runs[1]).toMatchObject({
      attempts: 1,
      resumes: 0,
      resumesWithoutProgress: 0,
      maxResumes: 20,
      pid: 1001,
      sessionId: 'ses_1',
      holds: [],
    });
    expect(host.watchdog).toEqual({ pid: process.pid, since: expect.stringMatching(/^\d{4}-.*Z$/) });
    const paths = host.filesystems.map(({ path }) => path);
    expect(paths[0]).toBe(where.stateDir);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths).toContain('/dev/shm/gone');
    for (const { availableBytes, totalBytes } of host.filesystems) expect(availableBytes).toBeLessThanOrEqual(totalBytes);
  });

  test('one run, by name or id; an unknown one is a problem', async () => {
    const where = await stateOf([runIn('one', 'quiet'), runIn('two', 'quiet')]);
    expect((await json(where, 'two')).runs.map(({ id }) => id)).toEqual(['two.1']);
    expect((await json(where, 'one.1')).runs.map(({ id }) => id)).toEqual(['one.1']);
    expect((await look(register, where, 'status', 'onne')).thrown).toMatchObject({
      exitCode: 66,
      explanation: { hint: expect.stringContaining('one') },
    });
  });

  test('hostile text is unchanged once parsed, but printed without control characters', async () => {
    const where = await stateOf([runIn('one', 'quiet', 0, { because: HOSTILE })]);
    const { out } = await look(register, where, 'status', '--json');
    expect(JSON.parse(out).runs[0].because).toBe(HOSTILE);
    expect(out).not.toContain('\u001b');
    expect(out.endsWith('}\n')).toBe(true);
  });
});

test('warns about a disk that is short of space, first, and on stderr if stdout is no terminal', async () => {
  const where = await stateOf([runIn('one', 'working')]);
  const said: string[] = [];
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  onTestFinished(() => spy.mockRestore());
  const { out } = await runCommand(register, ['status'], {
    ...NEVER_SHORT,
    DOGWATCH_DISK_SOFT: '100%',
    DOGWATCH_STATE_DIR: where.stateDir,
  });
  const err = said.join('');
  expect(out.split('\n')[0]).toMatch(/^dogwatch: the disk at .* is short of space \(soft\): .* of .* available/);
  expect(err).toMatch(/^dogwatch: the disk at .* is short of space/);
});

test('a thousand runs', async () => {
  const where = await stateOf(Array.from({ length: 1000 }, (_, number) => runIn(`run-${number}`, 'working')));
  expect((await json(where)).runs).toHaveLength(1000);
  expect(Object.keys(rowsOf((await look(register, where, 'status')).out))).toHaveLength(1001);
});

describe('when the database cannot be read on a full disk', () => {
  /** Reading the database fails as on a full disk. */
  function trouble({ database }: Layout): void {
    for (const end of ['', '-wal', '-shm']) if (existsSync(`${database}${end}`)) unlinkSync(`${database}${end}`);
    symlinkSync('/proc/self/mem', database);
  }

  async function pictured(runs: readonly Run[], watchdog = ALIVE()): Promise<Layout> {
    const { where } = await keptState(watchdog);
    expect(keepSnapshot(where, runs, { ...watchdog, fence: 1, takenAt: agoMs(0) })).toBeNull();
    trouble(where);
    return where;
  }

  test('shows the snapshot, and says that it is one', async () => {
    const where = await pictured([runIn('one', 'working'), runIn('two', 'quiet')]);
    const { out, err } = await look(register, where, 'status');
    expect(Object.keys(rowsOf(out)).slice(1)).toEqual(['NAME', 'two', 'one']);
    expect(out).toMatch(/^dogwatch: the database cannot be read because the disk is full/);
    expect(err).toMatch(/disk is full.*snapshot of .*\d\d:\d\d, /);
    const report = await json(where, 'two');
    expect(report.runs.map(({ id, maxResumes }) => [id, maxResumes])).toEqual([['two.1', 20]]);
    expect(report.host).toMatchObject({ watchdog: { pid: process.pid }, filesystems: [{ path: where.stateDir }] });
    expect((await look(register, where, 'status', 'three')).thrown).toMatchObject({ exitCode: 66 });
  });

  test('warns if the watchdog that wrote it is gone', async () => {
    const { err } = await look(register, await pictured([runIn('one', 'working')], DEAD), 'status');
    expect(err).toMatch(/no watchdog is alive/);
  });

  test('a snapshot of too many runs leaves out those that are over first', async () => {
    const over = Array.from({ length: 500 }, (_, number) => runIn(`over-${number}`, 'complete', 0, { because: 'é'.repeat(100) }));
    const where = await pictured([...over, runIn('active', 'working')]);
    const { runs } = await json(where);
    expect(runs[0]?.name).toBe('active');
    expect(runs.length).toBeGreaterThan(50);
    expect(runs.length).toBeLessThan(501);
  });

  test('without a snapshot, reports the error itself', async () => {
    const { where } = await keptState();
    trouble(where);
    expect((await look(register, where, 'status')).thrown).toMatchObject({ name: 'StoreError', kind: 'full' });
  });
});

describe('several runs and forms', () => {
  const three = () => stateOf([runIn('job-1', 'working'), runIn('job-2', 'escalated'), runIn('other', 'held')]);

  test('names and patterns choose runs; one that means none is a problem', async () => {
    const where = await three();
    const names = async (...argv: string[]) => (await json(where, ...argv)).runs.map(({ name }) => name);
    expect(await names('job-*')).toEqual(['job-2', 'job-1']);
    expect(await names('other', 'job-?', 'other')).toEqual(['job-2', 'other', 'job-1']);
    expect((await look(register, where, 'status', 'none-*')).thrown).toMatchObject({ exitCode: 66 });
  });

  test('--check prints one line and sets the exit status', async () => {
    const { out, exitCode, thrown } = await look(register, await three(), 'status', '--check');
    expect([out, exitCode, thrown]).toEqual(['1 needs you, 1 held, 1 working: job-2\n', 2, null]);
    const watched = await stateOf([runIn('one', 'working')], DEAD);
    expect(await look(register, watched, 'status', '--check', '--json')).toMatchObject({
      exitCode: 3,
      out: expect.stringContaining('"status": 3'),
    });
  });

  test('--line prints a few characters, nothing if all is well, and a word if the state cannot be read', async () => {
    const line = async (where: Layout) => (await look(register, where, 'status', '--line')).out;
    expect(await line(await three())).toBe('!1 <1 >1\n');
    expect(await line(await stateOf([runIn('one', 'working')]))).toBe('');
    expect(await line(layout('/dev/null/below'))).toBe('!state\n');
  });

  test('forms of output that exclude each other are refused', async () => {
    const where = await three();
    for (const forms of [
      ['--line', '--check'],
      ['--plain', '--json'],
      ['--watch', '--check'],
    ])
      expect((await look(register, where, 'status', ...forms)).thrown).toMatchObject({ exitCode: 64 });
  });

  test('the JSON says what each run needs, why, what comes next, and what to type', async () => {
    const where = await three();
    const view = await json(where);
    expect(view).toMatchObject({
      version: 1,
      counts: { person: 1, held: 1, quiet: 0, working: 1, done: 0 },
      cost: { usd: null, provenance: 'unknown' },
    });
    expect(view.runs[0]).toMatchObject({
      name: 'job-2',
      group: 'person',
      sign: '!!',
      next: { what: 'nothing, until you act', at: null, by: 'operator' },
      commands: expect.arrayContaining([{ type: 'dogwatch resume job-2', does: expect.any(String) }]),
      filesystem: where.stateDir,
    });
    expect(view.host).toMatchObject({ condition: 'alive', name: expect.any(String) });
  });
});

describe('notices', () => {
  const REFUSED = refused('it answered 503', true);

  async function withNotices(): Promise<{ where: Layout; refusedNotice: Notice }> {
    const { where, store, keep } = await keptState(ALIVE());
    keep(noting(newRunNamed('upgrade'), 1));
    const notice = openNotice(news({ sentence: HOSTILE, subject: HOSTILE }), agoMs(90 * MINUTE));
    const refusedNotice = delivered(notice, 'ntfy://host', notice, REFUSED, agoMs(0), 0);
    const known = ack(openNotice(news({ cause: 'b', subject: 'known' }), agoMs(MINUTE)), agoMs(0));
    const over = clear(openNotice(news({ cause: 'c', subject: 'gone' }), agoMs(MINUTE)), 'resumed', agoMs(0));
    store.record([], { kept: [refusedNotice, known, over], dropped: [] });
    return { where, refusedNotice };
  }

  test('that are not over are shown below the runs, with failed deliveries', async () => {
    const { out } = await look(register, (await withNotices()).where, 'status');
    const [first = '', second = ''] = out.split('\n').filter((line) => line.startsWith('NOTICE'));
    expect(first).toMatch(
      /^NOTICE {2}upgrade: .*, for 1 h 30 min \(`dogwatch ack upgrade` ends the reminders\); ntfy:\/\/host could not be notified: it answered 503$/,
    );
    expect(second).toMatch(/^NOTICE {2}upgrade: known, for 1 min \(acknowledged\)$/);
    expect(out).not.toContain('gone');
    expect(isHarmful(out)).toBe(false);
  });

  test('are in the report', async () => {
    const { where, refusedNotice } = await withNotices();
    const { notices } = await json(where);
    expect(notices.map(({ state }) => state)).toEqual(['open', 'acked']);
    expect(notices[0]).toEqual({
      id: refusedNotice.id,
      cause: refusedNotice.cause,
      state: 'open',
      runs: ['upgrade'],
      subject: refusedNotice.subject,
      sentence: refusedNotice.sentence,
      since: new Date(refusedNotice.sinceWall).toISOString(),
      channels: [{ name: 'ntfy://host', accepted: 0, problem: 'it answered 503' }],
    });
  });
});
