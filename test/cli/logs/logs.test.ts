import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { AttemptLogs } from '../../../src/cli/logs/attempt.ts';
import { register } from '../../../src/cli/logs/logs.ts';
import { attemptFiles, recoveryFiles } from '../../../src/store/directory/layout.ts';
import type { Wishes } from '../../kit/core/world.ts';
import { HOSTILE, hasPrinted, isHarmful, keptState, look, printed, until } from '../../kit/kept-state.ts';
import { stateDirectory } from '../../kit/opened-store.ts';

/** A run with this many ended attempts. */
async function withAttempts(count: number, wishes: Wishes = {}) {
  const { where, begin } = await keptState();
  const { story, keepStory } = begin(wishes);
  story.gathered();
  for (let number = 1; number <= count; number++) {
    story.started();
    story.after(120_000).says({ kind: 'session', id: 'ses_1' });
    if (number < count) story.exits(1);
  }
  keepStory();
  return { where, story, keepStory };
}

test('prints all attempts in order, with a heading for each on stderr', async () => {
  const { where } = await withAttempts(3);
  printed(where, 'upgrade-1', 1, 'one\nno end');
  printed(where, 'upgrade-1', 3, 'three\n');
  const { out, err } = await look(register, where, 'logs', 'upgrade');
  expect(out).toBe('one\nno endthree\n');
  expect(err).toMatch(/^[^\n]*attempt 1[^\n]*\n[^\n]*attempt 3[^\n]*\n$/);
});

test('a single attempt has no heading', async () => {
  const { where } = await withAttempts(2);
  printed(where, 'upgrade-1', 1, 'one\n');
  printed(where, 'upgrade-1', 2, 'two\n');
  expect(await look(register, where, 'logs', 'upgrade', '--attempt', '2')).toMatchObject({ out: 'two\n', err: '' });
});

test.each(['0', '3', 'last', '-1'])('attempt %s of two is refused', async (attempt) => {
  const { where } = await withAttempts(2);
  const { thrown } = await look(register, where, 'logs', 'upgrade', `--attempt=${attempt}`);
  expect(thrown).toMatchObject({ exitCode: 64, explanation: { expected: 'a number from 1 to 2', got: JSON.stringify(attempt) } });
});

test.each([
  ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
  ['an endless device', (path: string) => symlinkSync('/dev/zero', path)],
])('%s in place of a log blocks nothing', async (_, put) => {
  const { where } = await withAttempts(2);
  printed(where, 'upgrade-1', 1, 'one\n');
  const { log } = attemptFiles(where, 'upgrade-1', 1);
  rmSync(log);
  put(log);
  printed(where, 'upgrade-1', 2, 'two\n');
  expect((await look(register, where, 'logs', 'upgrade')).out).toBe('two\n');
});

test('in a pipe the log is printed without escapes, and with --raw unchanged', async () => {
  const { where } = await withAttempts(1);
  printed(where, 'upgrade-1', 1, HOSTILE);
  expect(isHarmful((await look(register, where, 'logs', 'upgrade')).out)).toBe(false);
  expect((await look(register, where, 'logs', 'upgrade', '--raw')).out).toBe(HOSTILE);
});

test('if nothing was printed, says so, and where else the run logs', async () => {
  const { where } = await withAttempts(1, { logs: ['/var/log/agent.log'] });
  expect(await look(register, where, 'logs', 'upgrade')).toMatchObject({ out: '', err: expect.stringContaining('/var/log/agent.log') });
});

test('-f continues across attempts until no process of the run is left', async () => {
  const { where, story, keepStory } = await withAttempts(1);
  printed(where, 'upgrade-1', 1, 'one\nnext');
  const followed = look(register, where, 'logs', '-f', 'upgrade');
  await until(() => hasPrinted('one'));
  printed(where, 'upgrade-1', 1, ' and its end\n');
  await until(() => hasPrinted('its end'));
  story.exits(1);
  story.started();
  story.claims('done', 'all done');
  keepStory();
  expect(story.run.state).toBe('complete');
  printed(where, 'upgrade-1', 2, 'it is done\n');
  await until(() => hasPrinted('it is done'));
  printed(where, 'upgrade-1', 2, 'a word after it is done\n');
  story.exits(0);
  keepStory();
  expect((await followed).out).toBe('one\nnext and its end\nit is done\na word after it is done\n');
});

test('-f of one attempt ends with it', async () => {
  const { where, story, keepStory } = await withAttempts(1);
  printed(where, 'upgrade-1', 1, 'one\n');
  const followed = look(register, where, 'logs', '-f', 'upgrade', '--attempt', '1');
  story.exits(1);
  story.started();
  keepStory();
  printed(where, 'upgrade-1', 2, 'two\n');
  expect((await followed).out).toBe('one\n');
});

test('prints each byte once, whatever happens to the files', () => {
  const where = stateDirectory();
  const logs = new AttemptLogs((attempt) => attemptFiles(where, 'one.1', attempt).log, 1);
  const added = (last: number) => [...logs.added(last)].map(({ attempt, bytes }) => `${attempt}: ${bytes}`);
  const { log } = attemptFiles(where, 'one.1', 1);
  expect(added(1)).toEqual([]);
  printed(where, 'one.1', 1, 'a');
  expect(added(1)).toEqual(['1: a']);
  expect(added(1)).toEqual([]);
  printed(where, 'one.1', 1, 'bc');
  expect(added(1)).toEqual(['1: bc']);
  writeFileSync(log, 'z');
  expect(added(1)).toEqual(['1: z']);
  rmSync(log);
  expect(added(1)).toEqual([]);
  printed(where, 'one.1', 3, Buffer.alloc(600_000, 'x'));
  printed(where, 'one.1', 4, 'not yet');
  const bytes = [...logs.added(3)];
  expect(bytes.reduce((sum, one) => sum + one.bytes.length, 0)).toBe(600_000);
  expect(added(4)).toEqual(['4: not yet']);
});

test('prints the logs of recovery agents, and mentions them beside the log of the run', async () => {
  const { where, begin } = await keptState();
  const { story, keepStory } = begin({ policy: { maxResumes: 0 } });
  story.gathered();
  story.started();
  story.says({ kind: 'session', id: 'ses_1' });
  story.exits(1);
  story.gathered();
  story.mends();
  keepStory();
  printed(where, 'upgrade-1', 1, 'of the run\n');
  const { log, directory } = recoveryFiles(where, 'upgrade-1', 1);
  mkdirSync(directory, { recursive: true });
  writeFileSync(log, 'of its recovery agent\n');
  expect(await look(register, where, 'logs', 'upgrade')).toMatchObject({ out: 'of the run\n', err: expect.stringContaining('--recovery') });
  expect(await look(register, where, 'logs', 'upgrade', '--recovery')).toMatchObject({
    out: 'of its recovery agent\n',
    err: expect.stringContaining('── recovery 1 ──'),
  });
});

/** Attempts 1 to 3 begin at 03:00, 03:02 and 03:04 (UTC). */
async function threeAttempts() {
  const { where } = await withAttempts(3);
  for (const number of [1, 2, 3]) printed(where, 'upgrade-1', number, `first ${number}\nsecond ${number}\nno end ${number}`);
  return where;
}

test.each([
  [['-n', '2'], 'second 3\nno end 3\n'],
  [['-n', '4'], 'no end 2\nfirst 3\nsecond 3\nno end 3\n'],
  [['-n', '99', '--attempt', '2'], 'first 2\nsecond 2\nno end 2\n'],
  [['--since', '2026-11-23T03:03:00Z', '--until', '2026-11-23T03:03:30Z'], 'first 2\nsecond 2\nno end 2\n'],
  [['--since', '2026-11-23T03:05:00Z', '-n', '1'], 'no end 3\n'],
  [['--until', '2026-11-22T00:00:00Z'], ''],
])('%j chooses lines', async (options, expected) => {
  const { out, thrown } = await look(register, await threeAttempts(), 'logs', 'upgrade', ...options);
  expect([thrown, out]).toEqual([null, expected]);
});

test('--timestamps: when a line was not yet written, or exactly when it says', async () => {
  const { where } = await withAttempts(1);
  printed(where, 'upgrade-1', 1, '{"timestamp":"2026-11-23T03:00:30Z"}\nlater\n');
  const { out } = await look(register, where, 'logs', 'upgrade', '--timestamps');
  expect(out).toMatch(/^ 2026-11-23 \d\d:00:30 {2}\{.*\n≥2026-11-23 \d\d:00:30 {2}later\n$/);
});

test('--json: one object per line, with escapes made harmless', async () => {
  const { where } = await withAttempts(1);
  printed(where, 'upgrade-1', 1, `${HOSTILE.replaceAll('\n', ' ')}\n`);
  const { out } = await look(register, where, 'logs', 'upgrade', '--json');
  expect(isHarmful(out)).toBe(false);
  expect(JSON.parse(out)).toEqual({
    version: 1,
    run: 'upgrade',
    attempt: 1,
    at: '2026-11-23T03:00:00.000Z',
    isExact: false,
    line: HOSTILE.replaceAll('\n', ' '),
  });
});

test.each([
  [['-n', '0']],
  [['-n', 'all']],
  [['--since', 'soon']],
  [['--since', '1h', '--until', '2h']],
  [['--raw', '-n', '5']],
  [['--check', '--since', '1h']],
])('%j is a usage error', async (options) => {
  const { thrown } = await look(register, await threeAttempts(), 'logs', 'upgrade', ...options);
  expect(thrown).toMatchObject({ exitCode: 64 });
});
