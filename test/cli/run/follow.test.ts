import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchdogNow } from '../../../src/cli/client/watchdog.ts';
import { type Following, followRun } from '../../../src/cli/run/follow.ts';
import type { LeaseHolder } from '../../../src/store/lease/row.ts';
import { ALIVE, DEAD, HOSTILE, isHarmful, keptState, printed, until } from '../../kit/kept-state.ts';
import { sink } from '../../kit/sink.ts';

const RUN = 'upgrade-1';

beforeEach(() => void vi.stubEnv('FORCE_COLOR', undefined));
afterEach(() => void vi.unstubAllEnvs());

/** Follows a run whose first attempt is working. `seen` returns what was printed since. */
async function following({ json = false, isTTY = true, watchdog = ALIVE() } = {}) {
  const { where, begin, keep } = await keptState(watchdog);
  const { story, keepStory } = begin();
  story.gathered();
  story.started();
  story.says({ kind: 'session', id: 'ses_1' });
  keepStory();
  const both = sink(isTTY);
  const interrupt = new AbortController();
  const asked: string[] = [];
  const ensureWatchdog = (holder: LeaseHolder | null): boolean => {
    const isAtWork = watchdogNow(holder) !== null;
    if (!isAtWork) asked.push('a watchdog');
    return isAtWork;
  };
  const options: Following = {
    layout: where,
    runId: RUN,
    json,
    signal: interrupt.signal,
    ensureWatchdog,
    out: both.stream,
    err: both.stream,
  };
  const seen = () =>
    both
      .written()
      .toString()
      .split('\n')
      .filter((line) => line !== '');
  return {
    where,
    asked,
    story,
    keep,
    keepStory,
    interrupt,
    seen,
    options,
    print: (text: string | Buffer, attempt = 1) => printed(where, RUN, attempt, text),
  };
}

const order = (lines: readonly string[], ...parts: string[]) => parts.map((part) => lines.findIndex((line) => line.includes(part)));

test('prints log and decisions in order; the last output comes before the decision about it', async () => {
  const { story, keepStory, seen, options, print } = await following();
  const followed = followRun(options);
  print('working on it\nthe last words');
  story.after(120_000).says();
  story.exits(1);
  story.started();
  print('the second attempt\n', 2);
  story.claims('done', 'all done');
  story.exits(0);
  keepStory();
  expect(await followed).toBe('complete');
  const found = order(
    seen(),
    'attempt 1 started',
    'working on it',
    'the last words',
    'ended with status 1',
    'the second attempt',
    'all done',
  );
  expect(found).not.toContain(-1);
  expect(found).toEqual([...found].sort((a, b) => a - b));
  expect(seen().find((line) => line.includes('ended with status 1'))).toMatch(/^dogwatch │ .*→ resume as attempt 2$/);
});

test('an attempt whose end was not seen still ends its line', async () => {
  const { story, keep, seen, options, print } = await following();
  const { length } = story.decisions;
  story.after(120_000).says();
  story.exits(1);
  story.started();
  story.claims('blocked', 'a key is missing');
  keep(...story.decisions.slice(length).map((one) => ({ ...one, material: one.observation.kind !== 'process.exited' })));
  print('no end');
  print('the second attempt\n', 2);
  expect(await followRun(options)).toBe('escalated');
  expect(seen()).toEqual(expect.arrayContaining(['no end', 'the second attempt']));
});

test('follows a complete run until none of its processes are left', async () => {
  const { story, keepStory, seen, options, print } = await following();
  story.claims('done', 'all done');
  keepStory();
  expect(story.run.state).toBe('complete');
  const followed = followRun(options);
  await until(() => seen().some((line) => line.includes('all done')));
  print('a word after it is done\n');
  story.exits(0);
  keepStory();
  expect(await followed).toBe('complete');
  expect(seen()).toContainEqual('a word after it is done');
});

test('stops following at once when a run needs a person', async () => {
  const { story, keepStory, seen, options } = await following();
  story.claims('blocked', 'a key is missing');
  keepStory();
  expect(await followRun(options)).toBe('escalated');
  expect(seen().at(-1)).toMatch(/a key is missing/);
});

test('an interrupt ends it with the state of the run', async () => {
  const { interrupt, options } = await following();
  const followed = followRun(options);
  interrupt.abort();
  expect(await followed).toBe('working');
  expect(await followRun(options)).toBe('working');
});

test('on a terminal the log and the reasons are sanitized', async () => {
  const { story, keepStory, seen, options, print } = await following();
  print(`${HOSTILE}\n`);
  story.claims('blocked', HOSTILE);
  keepStory();
  await followRun(options);
  expect(isHarmful(seen().join('\n'))).toBe(false);
});

test('in a pipe the log is printed without escapes, with its lines unchanged', async () => {
  const { story, keepStory, options, print } = await following();
  const out = sink(false);
  const bytes = Buffer.from(`${HOSTILE}\n${'x'.repeat(200_000)}\nno end`);
  print(bytes);
  story.claims('blocked', 'no');
  keepStory();
  await followRun({ ...options, out: out.stream, err: sink(false).stream });
  const lines = out.written().toString().split('\n');
  expect(lines.slice(-2)).toEqual(['x'.repeat(200_000), 'no end']);
  expect(lines.filter(isHarmful)).toEqual([]);
});

test('--json: one object per line, for the log and the decisions', async () => {
  const { story, keepStory, seen, options, print } = await following({ json: true, isTTY: false });
  print('hello\nno end');
  story.claims('blocked', 'a key is missing');
  keepStory();
  await followRun(options);
  const objects = seen().map((line) => JSON.parse(line));
  expect(objects.filter((one) => 'log' in one)).toEqual([{ log: 'hello' }, { log: 'no end' }]);
  expect(objects).toContainEqual(
    expect.objectContaining({ state: 'escalated', actions: ['escalate'], because: expect.stringContaining('a key is missing') }),
  );
});

test.each([
  [DEAD, 1],
  [ALIVE(), 0],
])('without a watchdog, says so once and starts one', async (watchdog, times) => {
  const { story, keepStory, seen, asked, options, interrupt } = await following({ watchdog });
  const followed = followRun(options);
  const shows = (text: string) => until(() => seen().some((line) => line.includes(text)));
  await shows('attempt 1 started');
  story.exits(1);
  keepStory();
  await shows('ended with status 1');
  interrupt.abort();
  await followed;
  expect(seen().filter((line) => /the watchdog is gone/.test(line))).toHaveLength(times);
  expect(asked.length > 0).toBe(times > 0);
});

test('shows each decision once, however often it polls', async () => {
  const { story, keepStory, seen, options } = await following();
  const followed = followRun(options);
  await until(() => seen().some((line) => line.includes('attempt 1 started')));
  story.claims('progress', 'half of it');
  keepStory();
  await until(() => seen().some((line) => line.includes('half of it')));
  story.claims('blocked', 'a key is missing');
  keepStory();
  await followed;
  expect(seen().filter((line) => line.startsWith('dogwatch │'))).toHaveLength(story.decisions.filter(({ material }) => material).length);
});

test('a run that does not exist is a problem', async () => {
  const { options } = await following();
  await expect(followRun({ ...options, runId: 'other.1' })).rejects.toMatchObject({ exitCode: 69 });
});
