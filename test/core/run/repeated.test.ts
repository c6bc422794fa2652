import { describe, expect, test } from 'vitest';
import type { Run } from '../../../src/core/model/run.ts';
import {
  endedBadly,
  endedWell,
  hasVisiblyWorked,
  hasWorked,
  refusalsAfter,
  repeatedAfter,
  repeatedStart,
} from '../../../src/core/run/repeated.ts';
import { type AttemptPatch, attemptOf, attemptWith } from '../../kit/core/samples.ts';
import { MINUTE, SECOND, working } from '../../kit/core/world.ts';

const { run } = working();
const FAILED: AttemptPatch = {
  ...{ mode: 'resume', alive: false, tools: 0, turns: 0, lastTurn: null, lastActivity: null },
  ...{ exit: { code: 1, signal: null, outOfMemory: false }, trouble: null, lastLine: 'boom', endingBecause: null },
};
const attempt = (patch: AttemptPatch = {}) => attemptWith(attemptOf(run), { ...FAILED, ...patch });
const exit = (code: number | null, signal: string | null = null, outOfMemory = false) => ({ exit: { code, signal, outOfMemory } });
const trouble = (kind: string, text = 'a reason') => ({ trouble: { kind, text } }) as AttemptPatch;
const active = (ms: number): AttemptPatch => {
  const { startedAt } = attemptOf(run);
  return { lastActivity: { mono: startedAt.mono + ms, wall: startedAt.wall + ms } };
};
/** How often the last of these attempts in a row counts as failed in the same way. */
function counts(...patches: AttemptPatch[]): number | undefined {
  let of: Run = run;
  for (const patch of patches) of = { ...of, streak: { ...of.streak, repeated: repeatedAfter(of, attempt(patch)) } };
  return of.streak.repeated?.count;
}
const saying = (lastLine: string): AttemptPatch => ({ lastLine });

describe('an attempt has worked', () => {
  test.each<[string, AttemptPatch, boolean]>([
    ['if it called a tool', { tools: 1 }, true],
    ['if its turn ended well', { turns: 1, lastTurn: 'well' }, true],
    ['not if its turn ended badly', { turns: 1, lastTurn: 'badly' }, false],
    ['not if it ended no turn', { turns: 0, lastTurn: 'well' }, false],
    ['if it was active for longer than that takes', active(10 * SECOND + 1), true],
    ['not if it was active just as long', active(10 * SECOND), false],
    ['not if nothing is known of it', {}, false],
  ])('%s', (_, patch, expected) => expect(hasWorked(attempt(patch), 10 * SECOND)).toBe(expected));

  test('visibly only after a minute, however prompt the next attempt is to be', () => {
    expect([MINUTE, MINUTE + 1].map((ms) => hasVisiblyWorked(attempt(active(ms)), SECOND))).toEqual([false, true]);
    expect([MINUTE + 1, 5 * MINUTE + 1].map((ms) => hasVisiblyWorked(attempt(active(ms)), 5 * MINUTE))).toEqual([false, true]);
  });
});

describe('how an attempt ended', () => {
  test.each<[string, AttemptPatch, badly: boolean, well: boolean]>([
    ['with status 0', exit(0), false, true],
    ['with another status', exit(2), true, false],
    ['by a signal', exit(null, 'SIGSEGV'), true, false],
    ['unobserved', { exit: null }, false, false],
    ['with status 0, in trouble', { ...exit(0), ...trouble('provider') }, true, false],
    ['with status 0, after a permission was denied', { ...exit(0), ...trouble('permission') }, false, true],
    ['with status 0, and a bad last turn', { ...exit(0), lastTurn: 'badly' }, true, false],
    ['unobserved, with a bad last turn', { exit: null, lastTurn: 'badly' }, true, false],
  ])('%s', (_, patch, badly, well) => expect([endedBadly(attempt(patch)), endedWell(attempt(patch))]).toEqual([badly, well]));
});

describe('failures of the same kind in a row', () => {
  test('are counted, with the words of the last', () => {
    expect(counts({}, {}, {})).toBe(3);
    expect(repeatedAfter(run, attempt(saying('boom "1"')))).toMatchObject({
      words: 'ended with status 1, saying "boom \\"1\\""',
      isLasting: false,
    });
    expect(repeatedAfter(run, attempt({ lastLine: null }))?.words).toBe('ended with status 1, without a word');
  });

  test.each<[string, AttemptPatch, AttemptPatch, boolean]>([
    ['other numbers', saying('request 17 failed at 12:03:11'), saying('request 9 failed at 01:00:00'), true],
    ['other ids', saying('req_0a1b-2c failed'), saying('req_77ff-9d failed'), true],
    ['another run of numbers', saying('at 1, 2 and'), saying('at 1, 2, 3 4 and'), true],
    ['other capitals and spaces', saying('No  such   model '), saying('no such model'), true],
    ['another path', saying('a/b is missing'), saying('a/c is missing'), false],
    ['other words', saying('no such model'), saying('no such key'), false],
    ['another exit status', { ...exit(1) }, { ...exit(2) }, false],
    ['another signal', { ...exit(null, 'SIGSEGV') }, { ...exit(null, 'SIGABRT') }, false],
    ['words after none', { lastLine: null }, saying('boom'), false],
  ])('%s: the same kind is %#', (_, first, second, isSame) => expect(counts(first, second)).toBe(isSame ? 2 : 1));

  test.each<[string, AttemptPatch]>([
    ['an end that nobody saw', { exit: null }],
    ['an end that dogwatch made', { endingBecause: 'it is silent' }],
    ['a good end', exit(0)],
    ['work', { tools: 1 }],
    ['TERM from outside', exit(null, 'SIGTERM')],
    ['KILL from outside', exit(null, 'SIGKILL')],
    ['TERM as a shell reports it', exit(143)],
    ['HUP as a shell reports it', exit(129)],
    ['a limit', trouble('limit')],
    ['a refused login', trouble('auth')],
    ['a full disk', trouble('no-space')],
    ['what passes by itself', trouble('transient')],
  ])('%s ends the row', (_, patch) => expect(counts({}, patch)).toBe(undefined));

  test('a milestone of the attempt ends the row, one of an earlier attempt does not', () => {
    const milestone = (number: number) => ({ ...run, milestone: { ...run.milestone, attempt: number } }) as Run;
    const { number } = attemptOf(run);
    expect(repeatedAfter(milestone(number), attempt())).toBe(null);
    expect(repeatedAfter(milestone(number - 1), attempt())?.count).toBe(1);
  });

  test.each([exit(null, 'SIGKILL', true), exit(137, null, true), exit(null, 'SIGSEGV')])('%o is a failure of its own', (patch) =>
    expect(counts(patch, patch)).toBe(2),
  );

  test.each<[string, AttemptPatch, boolean]>([
    ['a command that is not found', { ...exit(127), lastLine: null }, true],
    ['a command that cannot be run', exit(126), true],
    ['an option that is unknown', saying('error: unknown option --model'), true],
    ['a usage message', saying('Usage: agent [options]'), true],
    ['other words', saying('out of luck'), false],
    ['no words', { lastLine: null }, false],
    ['the words of the refusal, not the last line', { ...trouble('provider', 'unknown argument'), lastLine: 'bye' }, true],
  ])('%s: it cannot pass by itself: %#', (_, patch, isLasting) => expect(repeatedAfter(run, attempt(patch))?.isLasting).toBe(isLasting));

  test('are starts that fail for the same reason', () => {
    const once = repeatedStart(run, 'spawn agent ENOENT');
    expect(once).toMatchObject({ count: 1, words: 'could not be started: spawn agent ENOENT', isLasting: true });
    const again = { ...run, streak: { ...run.streak, repeated: once } };
    expect(repeatedStart(again, 'spawn agent ENOENT').count).toBe(2);
    expect(repeatedStart(again, 'resource temporarily unavailable')).toMatchObject({ count: 1, isLasting: false });
  });
});

describe('refusals of a session for its content', () => {
  const before: Run = { ...run, streak: { ...run.streak, refusals: 1 } };
  const refused = trouble('provider', 'API Error: 400 invalid_request_error');
  test.each<[string, AttemptPatch, number]>([
    ['one more', refused, 2],
    ['a first attempt has no session yet', { ...refused, mode: 'start' }, 0],
    ['a tool was called', { ...refused, tools: 1 }, 0],
    ['a turn ended well', { ...refused, lastTurn: 'well' }, 0],
    ['no trouble says nothing', {}, 1],
    ['a full context says nothing', trouble('context', 'status 400'), 1],
    ['a limit says nothing', trouble('limit', 'status 400'), 1],
    ['another refusal', trouble('provider', 'status 500'), 0],
  ])('%s', (_, patch, expected) => expect(refusalsAfter(before, attempt(patch))).toBe(expected));
});
