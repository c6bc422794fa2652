import { describe, expect, test } from 'vitest';
import type { Answer, Ask } from '../../../src/core/asks/ask.ts';
import { askedAnew, personAsked, prompted, unsaid, withoutExpired, withoutOpen } from '../../../src/core/evolve/asks.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { having } from '../../kit/core/samples.ts';
import { DAY, HOUR, MINUTE, working } from '../../kit/core/world.ts';

const story = working({ policy: { asks: true, permissionGraceMs: HOUR } });
const AT = story.now;
const later = (ms: number) => ({ mono: AT.mono + ms, wall: AT.wall + ms });
const lives = story.run;
const dead = having(lives, { alive: false });
const YES: Answer = { says: 'yes', text: '', by: 'operator', at: AT };
const NOBODY: Answer = { says: 'no', text: 'nobody answered', by: 'nobody', at: AT };

const ask = (patch: Partial<Ask> = {}): Ask => ({
  ...{ key: 'k', of: 'permission', text: 'Bash: git push', number: 1, attempt: 1, request: 'a1', at: AT, answer: null, taken: false },
  ...patch,
});
const asked = (run: Run, ...all: Ask[]): Run => ({ ...run, asks: { last: all.length, all, rules: [] } });
const kept = ({ run }: { readonly run: Run }) => run.asks?.all;

describe('what is over time forgotten', () => {
  test('nothing of a run that never asked, or whose answers are all taken', () => {
    expect(withoutExpired(lives, later(DAY))).toEqual({ run: lives, note: null });
    const taken = asked(lives, ask({ answer: YES, taken: true }));
    expect(withoutExpired(taken, later(9 * DAY)).run).toBe(taken);
  });

  test.each<[string, Run, number, keeps: boolean]>([
    ['an answer that nobody took, before a day is over', asked(dead, ask({ answer: YES })), DAY - 1, true],
    ['an answer that nobody took, after a day', asked(dead, ask({ answer: YES })), DAY, false],
    ['a denial that its attempt still waits for', asked(lives, ask({ answer: NOBODY })), DAY - 1, true],
    ['a denial whose attempt is gone', asked(dead, ask({ answer: NOBODY })), 0, false],
    ['a denial of another attempt', asked(lives, ask({ answer: NOBODY, attempt: 9 })), 0, false],
    ['a question, before its time is over', asked(lives, ask()), HOUR - 1, true],
    ['a question of a run that is over', asked({ ...dead, state: 'stopped' }, ask()), 0, false],
    ['a question whose attempt is gone, after its time', asked(dead, ask()), HOUR, false],
  ])('%s: %#', (_, run, ms, keeps) => {
    const after = withoutExpired(run, later(ms));
    expect(kept(after)).toEqual(keeps ? run.asks?.all : []);
    if (keeps) expect(after.run).toBe(run);
    expect(after.run.attempt?.lastActivity).toEqual(run.attempt?.lastActivity);
  });

  test('a question whose attempt waits is denied, which gives the attempt the usual time', () => {
    const { run, note } = withoutExpired(asked(lives, ask()), later(HOUR));
    expect(run.asks?.all).toMatchObject([{ answer: { says: 'no', by: 'nobody', at: later(HOUR) }, taken: false }]);
    expect(run.asks?.all[0]?.answer?.text).toContain('nobody answered within 1h');
    expect(run.attempt?.lastActivity).toEqual(later(HOUR));
    expect(note).toBe('question 1: Bash: git push: denied, nobody answered within 1h');
  });

  test('several are denied in one note, and what was taken stays', () => {
    const taken = ask({ number: 1, answer: YES, taken: true });
    const { run, note } = withoutExpired(asked(dead, taken, ask({ number: 2 }), ask({ number: 3, text: 'Bash: rm' })), later(HOUR));
    expect(run.asks?.all).toEqual([taken]);
    expect(note).toBe(
      'question 2: Bash: git push: denied, nobody answered within 1h; question 3: Bash: rm: denied, nobody answered within 1h',
    );
  });

  test('an answer that goes says nothing, and gives no attempt more time', () => {
    const { run, note } = withoutExpired(asked(lives, ask({ answer: YES }), ask({ number: 2, at: later(DAY) })), later(DAY));
    expect([run.asks?.all.map(({ number }) => number), note, run.attempt]).toEqual([[2], null, lives.attempt]);
  });
});

describe('answers that the next prompt says', () => {
  const resume = { kind: 'resume', id: 'r', attempt: 2, mode: 'resume' } as Parameters<typeof prompted>[1];
  test.each<[string, Partial<Ask>, boolean]>([
    ['answered, and not taken', { answer: YES }, true],
    ['not answered', {}, false],
    ['taken', { answer: YES, taken: true }, false],
    ['said by the prompt of the present attempt', { answer: YES, prompted: 1 }, false],
    ['said by the prompt of an attempt that was never started', { answer: YES, prompted: 2 }, true],
  ])('%s', (_, patch, isSaid) => expect(unsaid(asked(dead, ask(patch)))).toEqual(isSaid ? [ask(patch)] : []));

  test('before the first attempt every prompt is still to come', () => {
    const none = { ...dead, attempt: null };
    expect([unsaid(none), unsaid(asked(none, ask({ answer: YES, prompted: 1 }))).length]).toEqual([[], 1]);
  });

  test('are marked with the attempt whose prompt says them; others are not', () => {
    const run = asked(dead, ask({ answer: YES }), ask({ number: 2 }));
    expect(kept({ run: prompted(run, resume) })).toEqual([ask({ answer: YES, prompted: 2 }), ask({ number: 2 })]);
  });

  test.each<[string, Run, object]>([
    ['a first start has no prompt', asked(dead, ask({ answer: YES })), { ...resume, mode: 'start' }],
    ['nothing is to be said', asked(dead, ask()), resume],
    ['nothing was asked', dead, resume],
  ])('%s', (_, run, action) => expect(prompted(run, action as typeof resume)).toBe(run));
});

describe('a run that is over', () => {
  const over = { ...dead, state: 'stopped' } as Run;
  test('asks nothing, and keeps what was taken', () => {
    const taken = ask({ answer: YES, taken: true });
    expect(kept({ run: withoutOpen(asked(over, taken, ask({ number: 2 }))) })).toEqual([taken]);
  });
  test.each([over, asked(over, ask({ answer: YES, taken: true })), asked(dead, ask())])(
    'is left as it is where there is nothing open: %#',
    (run) => expect(withoutOpen(run)).toBe(run),
  );
});

describe('after a reboot', () => {
  test('the time of a question and of an answer begins anew', () => {
    const run = asked(lives, ask(), ask({ number: 2, answer: YES }));
    const at = later(MINUTE);
    expect(kept({ run: askedAnew(run, at) })).toEqual([ask({ at }), ask({ number: 2, at, answer: { ...YES, at } })]);
    expect(askedAnew(lives, at)).toBe(lives);
  });
});

describe('who may ask', () => {
  const asking = (attempt: number) =>
    ({
      kind: 'agent.asked',
      run: lives.id,
      request: 'a1',
      genuine: true,
      attempt,
      ask: { key: 'k', of: 'permission', text: 'Bash: ls' },
      seq: 9,
      at: AT,
      jitter: 0,
    }) as const;
  const starting = { ...dead, pending: { id: 'x', kind: 'resume', attempt: 2, mode: 'resume', at: AT } } as Run;
  const ending = { ...dead, pending: { id: 'x', kind: 'end', attempt: 2, at: AT } } as Run;
  test.each<[string, Run, number, boolean]>([
    ['the present attempt', lives, 1, true],
    ['one whose start is not reported yet', starting, 2, true],
    ['another than that', starting, 3, false],
    ['one that is being ended', ending, 2, false],
    ['one of a run without attempts', { ...dead, attempt: null }, 1, false],
  ])('%s', (_, run, attempt, isAsked) => expect(personAsked(run, asking(attempt)).run.asks?.all.length ?? 0).toBe(isAsked ? 1 : 0));

  test('what it asks is said', () => expect(personAsked(lives, asking(1)).note).toBe('the agent asks a person, question 1: Bash: ls'));
});
