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
  // The clock of an earlier boot begins elsewhere.
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

test('a living run: since when, and what would be done', async () => {
  const { explained } = await started();
  const { out } = await explained();
  expect(out).toMatch(/^upgrade .*working.* for 10m/);
  expect(out).toMatch(/Attempt 1 .*pid 1001.* 10m.* ago/);
  expect(out).toMatch(
    /turn of the watchdog, then of a person after 20 more resumes without a milestone\. The watchdog \(process \d+\) holds the lease/,
  );
  expect(out).not.toMatch(/no watchdog/);
  expect(out.endsWith('.\n')).toBe(true);
});

test('a run of an earlier boot: times are by the wall clock', async () => {
  const { explained } = await started(DEAD, 45 * MINUTE, 999 * 60 * MINUTE);
  expect((await explained()).out).toMatch(/^upgrade was working when .* its process is gone now \(pid 1001\), last active 45m ago/);
});

test('without a watchdog nobody is said to live whose process is gone', async () => {
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
  ['it waits and nobody is there', dies, DEAD, true],
  ['it waits and the watchdog is there', dies, ALIVE(), false],
  ['it is over and nobody is there', ends, DEAD, false],
] as const)('of the watchdog: %s', async (_, happens, watchdog, isMissed) => {
  const { story, explained } = await started(watchdog);
  happens(story);
  expect(MISSING.test((await explained()).out)).toBe(isMissed);
});

test('--json has the paragraph, the run and the watchdog', async () => {
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

test('hostile text is harmless', async () => {
  const { story, explained } = await started();
  story.claims('blocked', HOSTILE);
  const { out } = await explained();
  expect(out).toContain('red');
  expect(isHarmful(out)).toBe(false);
  expect(out.trimEnd()).not.toContain('\n');
});
