import { expect, test } from 'vitest';
import { register } from '../../src/cli/explain.ts';
import { instant } from '../../src/system/process/clock.ts';
import { MINUTE, type Story } from '../kit/core/world.ts';
import { ALIVE, DEAD, HOSTILE, isHarmful, keptState, look } from '../kit/kept-state.ts';

/** A run whose first attempt started `agoMs` ago. */
async function started(watchdog = ALIVE(), agoMs = 10 * MINUTE, bootAgoMs = 0) {
  const { where, begin } = await keptState(watchdog);
  const { story, keepStory } = begin();
  const now = instant();
  // The monotonic clock of an earlier boot had another start.
  story.now = { wall: now.wall - agoMs, mono: bootAgoMs === 0 ? now.mono - agoMs : bootAgoMs };
  story.gathered();
  story.started();
  story.says();
  const explained = async (...argv: string[]) => {
    keepStory();
    return look(register, where, 'explain', 'upgrade', ...argv);
  };
  return { story, explained };
}

test('a living run: since when, and what happens next, as facts on lines of their own', async () => {
  const { explained } = await started();
  const { out } = await explained();
  expect(out).toMatch(/^upgrade .*\n {2}state .*working since .*\d\d:\d\d, 10 min ago\n/);
  expect(out).toMatch(/\n {2}attempt .*1, alive \(pid 1001\), last active 10 min ago/);
  expect(out).toMatch(/\n {2}turn .*the watchdog's, then a person's after 20 more resumes without a milestone\n/);
  expect(out).toMatch(/\n {2}done .*when the agent says `dogwatch done`/);
  expect(out).toMatch(/\n {2}journal .*#\d+ /);
  expect(out).toMatch(/\n {2}do .*dogwatch logs -f upgrade/);
  expect(out).not.toMatch(/no watchdog/);
});

test('in plain form each line is one fact with its name', async () => {
  const { explained } = await started();
  const { out } = await explained('--plain', '--utc');
  expect(
    out
      .trimEnd()
      .split('\n')
      .filter((line) => !/^[a-z]+: /.test(line)),
  ).toEqual([]);
});

test('uses the wall clock for a run of an earlier boot', async () => {
  const { explained } = await started(DEAD, 45 * MINUTE, 999 * 60 * MINUTE);
  expect((await explained()).out).toMatch(/attempt .*1, its process is gone; last active 45 min ago/);
});

test('without a watchdog, a run whose process is gone is not reported alive', async () => {
  const { explained } = await started(DEAD);
  const { out } = await explained('--json');
  expect(JSON.parse(out)).toMatchObject({ pid: null, found: 'gone', explanation: expect.not.stringContaining('Attempt 1 lives') });
});

const dies = (story: Story) => story.exits(1);
const ends = (story: Story) => {
  story.claims('done', 'all done');
  story.exits(0);
};
const MISSING = /no watchdog is alive.*dogwatch watch/;

test.each([
  ['a waiting run without a watchdog', dies, DEAD, true],
  ['a waiting run with a watchdog', dies, ALIVE(), false],
  ['a run that is over, without a watchdog', ends, DEAD, false],
] as const)('whether it says that the watchdog is missing: %s', async (_, happens, watchdog, isMissed) => {
  const { story, explained } = await started(watchdog);
  happens(story);
  expect(MISSING.test((await explained()).out)).toBe(isMissed);
});

test('--json contains the explanation, the run and the watchdog', async () => {
  const { explained } = await started();
  const { out } = await explained('--json');
  expect(JSON.parse(out)).toMatchObject({
    name: 'upgrade',
    state: 'working',
    pid: 1001,
    watchdog: { pid: process.pid },
    explanation: expect.stringMatching(/^upgrade .*working/),
  });
});

test('hostile text is sanitized', async () => {
  const { story, explained } = await started();
  story.claims('blocked', HOSTILE);
  const { out } = await explained();
  expect(out).toContain('red');
  expect(isHarmful(out)).toBe(false);
  expect(out.split('\n').filter((line) => line.startsWith('forged'))).toEqual([]);
});
