import { describe, expect, test } from 'vitest';
import { lastCause } from '../../../src/core/run/last-cause.ts';
import type { Story } from '../../kit/core/world.ts';
import { MINUTE, SECOND, working } from '../../kit/core/world.ts';

const ERROR = { kind: 'error' } as const;

/** Attempts that live for a second and end like this, until nothing is started any more. */
function fails(story: Story, most: number, how: number | string, words: (n: number) => string | null, signals = false): number {
  for (let n = 1; n <= most; n++) {
    const text = words(n);
    if (signals && text !== null) story.after(SECOND).says({ ...ERROR, text });
    const [code, signal] = typeof how === 'number' ? [how, null] : [null, how];
    story.says();
    const lastLine = signals ? null : text;
    story.after(SECOND).tell({
      kind: 'process.exited',
      attempt: story.attempt,
      code,
      signal,
      outOfMemory: false,
      survivors: [],
      lastLine,
    });
    story.gathered();
    if (story.run.state !== 'waiting' && story.run.pending === null) return n;
    story.after(5 * MINUTE).tick();
    if (story.run.pending === null) return n;
    story.started();
  }
  return most;
}

describe('an attempt that ends as the one before', () => {
  test.each<[string, number | string, (n: number) => string | null, string, string]>([
    ['the same words', 17, () => 'panic: boom', 'handed-off', 'panic: boom'],
    ['but for numbers, ids and times', 1, (n) => `2026-11-30T07:0${n}:00Z request req_01a${n}f${n} failed`, 'handed-off', 'failed'],
    ['a crash', 'SIGSEGV', () => null, 'handed-off', 'SIGSEGV'],
    ['a flag that nobody knows', 2, () => "error: unexpected argument '--uncommitted' found", 'escalated', '--uncommitted'],
    ['an option that cannot be resumed', 1, () => 'Error: `--worktree` cannot resume an existing session', 'escalated', '--worktree'],
    ['a program that is gone', 127, () => 'sh: 1: codex: not found', 'escalated', 'codex: not found'],
  ])('%s: the third in a row is the last', (_, how, words, state, because) => {
    const story = working();
    expect(fails(story, 10, how, words)).toBe(3);
    expect(story.run).toMatchObject({ state, because: expect.stringContaining(because) });
    expect(story.run.because).toMatch(/^the last 3 attempts in a row ended/);
    expect(story.actions.filter(({ kind }) => kind === 'escalate')).toHaveLength(1);
  });

  test.each<[string, number | string, (n: number) => string | null]>([
    ['other words each time', 1, (n) => 'abcdefghij'.slice(0, n)],
    ['ended well', 0, () => 'hi'],
    ['killed from outside', 'SIGKILL', () => 'hi'],
    ['killed from outside, as a shell says it', 143, () => 'hi'],
  ])('%s: goes on', (_, how, words) => {
    expect(fails(working({ policy: { maxResumes: 20 } }), 6, how, words)).toBe(6);
  });

  test.each([0, SECOND])('a prompt resume after %i ms does not make a moment of activity an achievement', (promptAfterMs) => {
    const story = working({ policy: { promptAfterMs } });
    expect(fails(story, 10, 17, () => 'panic: boom')).toBe(3);
    expect(story.run).toMatchObject({ state: 'handed-off', because: expect.stringContaining('panic: boom') });
  });

  test('a prompt resume after longer than a minute asks for as long an activity', () => {
    const story = working({ policy: { promptAfterMs: 10 * MINUTE } });
    expect(fails(story, 10, 17, () => 'panic: boom')).toBe(3);
  });

  test('a provider that fails for a moment has its own backoff', () => {
    const story = working();
    for (let n = 0; n < 6; n++) {
      story.after(SECOND).says({ kind: 'transient', text: 'Overloaded' });
      story.exits(1);
      story.gathered();
      story.after(10 * MINUTE).tick();
      expect(story.run.pending?.kind).toBe('resume');
      story.started();
    }
  });

  test('a tool, a turn or a milestone in between begins anew', () => {
    const story = working();
    for (const between of [() => story.says({ kind: 'tool' }), () => story.claims('progress', 'half')]) {
      expect(fails(story, 2, 1, () => 'boom')).toBe(2);
      between();
      fails(story, 1, 1, () => 'boom');
      expect(story.run.streak.repeated).toBeNull();
    }
  });

  test('the operator begins it anew', () => {
    const story = working();
    fails(story, 3, 1, () => 'boom');
    story.operator({ kind: 'resume', prompt: null });
    expect(story.run).toMatchObject({ state: 'starting', streak: { repeated: null } });
  });
});

test.each([
  'API Error: 400 {"type":"error","error":{"type":"invalid_request_error","message":"image dimensions"}}',
  'invalid_request_error: tool_use ids were found without tool_result blocks',
  'API Error: 413 request too large',
  'HTTP 422 Unprocessable Entity',
])('a session that is refused twice for what it contains is given up for a fresh one, once: %s', (text) => {
  const story = working();
  story.after(2 * MINUTE).says({ kind: 'turn', well: true });
  story.exits();
  story.gathered();
  const modes: (string | undefined)[] = [];
  for (let n = 0; n < 8 && story.run.pending?.kind === 'resume'; n++) {
    modes.push(story.run.pending.mode);
    story.started();
    if (modes.at(-1) === 'fresh') story.says({ kind: 'session', id: 'ses_2' });
    story.says({ ...ERROR, text }, { kind: 'turn', well: false });
    story.exits(1);
    story.gathered();
    story.after(5 * MINUTE).tick();
  }
  expect(modes).toEqual(['resume', 'resume', 'fresh']);
  expect(story.run).toMatchObject({ state: 'handed-off', streak: { freshStarts: 1 } });
});

describe('a start that fails', () => {
  const startsFail = (because: string) => {
    const story = working();
    story.exits(1);
    story.gathered();
    for (let n = 1; n <= 10; n++) {
      story.after(5 * MINUTE).tick();
      if (story.run.pending === null) return { story, starts: n - 1 };
      story.startFails(because);
    }
    return { story, starts: 10 };
  };

  test.each(['the working directory /srv/project is gone; create it again', 'codex was not found in PATH (/bin); install it'])(
    'for what is gone is for a person after three: %s',
    (because) => {
      const { story, starts } = startsFail(because);
      expect(starts).toBe(3);
      expect(story.run).toMatchObject({ state: 'escalated', because: expect.stringContaining(`could not be started: ${because}`) });
    },
  );

  test('for what may pass has the whole budget', () => expect(startsFail('spawn EAGAIN').starts).toBe(10));
});

describe('a check that cannot be run', () => {
  const checks = (status: number) => {
    const story = working({ done: { check: 'npm-tset-nope', exit: true } });
    for (let n = 1; n <= 10; n++) {
      story.after(2 * MINUTE).says({ kind: 'turn', well: true });
      story.exits();
      story.gathered();
      story.tell({ kind: 'check.finished', attempt: story.attempt, passed: false, output: 'sh: npm-tset-nope: not found', status });
      if (story.run.pending === null) return { story, lives: n };
      story.started();
    }
    return { story, lives: 10 };
  };

  test.each([126, 127])('is for a person after three: %i', (status) => {
    const { story, lives } = checks(status);
    expect(lives).toBe(3);
    expect(story.run.state).toBe('escalated');
    expect(story.run.because).toMatch(/^the check prints: sh: npm-tset-nope: not found \(exit status \d+\), 3 times/);
  });

  test('one that only fails goes on', () => expect(checks(1).lives).toBe(10));
});

test('the last cause comes first at the hand-off, then the budget', () => {
  const story = working({ policy: { maxResumes: 1 } });
  fails(story, 5, 17, (n) => `panic: ${'abc'.slice(0, n)}`);
  expect(story.run.state).toBe('handed-off');
  expect(story.run.because).toMatch(/^attempt 2 ended with status 17; the last line of its log: panic: ab; 1 resume without a milestone/);
});

test('a living attempt has no last cause', () => expect(lastCause(working().run)).toBeNull());
