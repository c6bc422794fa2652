import { expect, test } from 'vitest';
import { rows } from '../../kit/core/rows.ts';
import { MINUTE, SECOND, type Story, working } from '../../kit/core/world.ts';

const EVERY = 15 * SECOND;

interface Sampled {
  /** Of each interval, how much of it everything waited. Null: no counters. */
  readonly share: number | null;
  /** How often the group reached its limit in each interval. */
  readonly events?: number;
  readonly tool?: boolean;
  readonly cpuShare?: number;
}

/** Samples of its processes, every 15 s. */
function samples(story: Story, ms: number, { share, events = 40, tool = false, cpuShare = 0 }: Sampled): Story {
  const { mono } = story.now;
  for (let gone = 0; gone < ms && story.run.attempt?.endingBecause === null; gone += EVERY) {
    story.after(EVERY);
    const periods = story.now.mono / EVERY;
    const memory = share === null ? null : { events: Math.round(events * periods), stalledMs: Math.round(story.now.mono * share) };
    const running = tool ? { key: 'make', name: 'make', sinceMono: mono } : null;
    const vitals = { cpuMs: story.now.mono * cpuShare, tool: running, wroteWall: null, memory };
    story.tell({ kind: 'process.sampled', attempt: story.attempt, vitals });
  }
  return story;
}

const THROTTLED: Sampled = { share: 0.8 };
const WEDGED = 'throttled for lack of memory for 5m';

rows('an attempt in a unit with too little memory', [
  ['throttled for four minutes: left alone', () => samples(working(), 4 * MINUTE, THROTTLED).last, 'quiet', [], ''],
  [
    'for five: ended, and a person knows',
    () => samples(working(), 6 * MINUTE, THROTTLED).last,
    'quiet',
    ['end 1', 'escalate to operator: memory'],
    WEDGED,
  ],
  [
    'while a tool runs: the same',
    () => samples(working(), 6 * MINUTE, { ...THROTTLED, tool: true }).last,
    'quiet',
    ['end 1', 'escalate to operator: memory'],
    WEDGED,
  ],
  [
    'while it reclaims, which takes CPU: the same',
    () => samples(working(), 6 * MINUTE, { ...THROTTLED, cpuShare: 0.5 }).last,
    'working',
    ['end 1', 'escalate to operator: memory'],
    WEDGED,
  ],
  [
    'it fills its page cache, and waits for nothing: left alone',
    () => samples(working(), 10 * MINUTE, { share: 0.05, tool: true }).last,
    'quiet',
    [],
    'busy with a tool',
  ],
  [
    'the machine is short of memory, not its unit: left alone',
    () => samples(working(), 10 * MINUTE, { share: 0.8, events: 0, tool: true }).last,
    'quiet',
    [],
    'busy with a tool',
  ],
  [
    'nothing can be read: left alone',
    () => samples(working(), 10 * MINUTE, { share: null, tool: true }).last,
    'quiet',
    [],
    'busy with a tool',
  ],
  ['it writes a line in between: left alone', () => writes().last, 'quiet', [], ''],
  [
    'and is ended five minutes later',
    () => samples(writes(), 3 * MINUTE, THROTTLED).last,
    'quiet',
    ['end 1', 'escalate to operator: memory'],
    WEDGED,
  ],
  ['a pause in between: left alone', () => paused().last, 'quiet', [], ''],
  ['the watchdog is restarted in between: counted anew', () => restarted(2 * MINUTE).last, 'quiet', [], ''],
  ['and it is ended', () => restarted(6 * MINUTE).last, 'quiet', ['end 1', 'escalate to operator: memory'], WEDGED],
  ['it is gone: resumed after a moment', () => samples(working(), 6 * MINUTE, THROTTLED).ended(), 'waiting', [], 'attempt 2 starts in'],
]);

function writes(): Story {
  const story = samples(working(), 3 * MINUTE, THROTTLED);
  story.after(SECOND).says({ kind: 'tool' });
  return samples(story, 3 * MINUTE, THROTTLED);
}

function paused(): Story {
  const story = samples(working(), 3 * MINUTE, THROTTLED);
  samples(story, EVERY, { share: 0.8, events: 0 });
  return samples(story, 3 * MINUTE, THROTTLED);
}

function restarted(ms: number): Story {
  const story = samples(working(), 4 * MINUTE, THROTTLED);
  story.restarts();
  return samples(story, ms, THROTTLED);
}

test('the words of the next prompt name it, and the resume is charged', () => {
  const story = samples(working(), 6 * MINUTE, THROTTLED);
  story.ended();
  story.gathered();
  const [resume] = story.after(MINUTE).tick().actions;
  expect(resume).toMatchObject({ kind: 'resume', prompt: { reason: expect.stringContaining('lack of memory') } });
  expect(story.run.charged).toEqual([2]);
});
