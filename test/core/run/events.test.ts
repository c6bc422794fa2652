import { describe, expect, test } from 'vitest';
import type { Run } from '../../../src/core/model/run.ts';
import { eventInWords, eventsOf, type RunEvent } from '../../../src/core/run/events.ts';
import { plus } from '../../kit/core/notice-samples.ts';
import { attemptOf, having } from '../../kit/core/samples.ts';
import { MINUTE, working } from '../../kit/core/world.ts';

const { run } = working().last;
const AT = plus(5 * MINUTE, attemptOf(run).startedAt);
const exit = { code: 1, signal: null, outOfMemory: false };
const dead = having(run, { alive: false, exit, endedAt: AT });
const number = attemptOf(run).number;
const milestone = { attempt: number, at: AT, what: 'a new commit' };
const recovery = { number: 2, over: null } as unknown as NonNullable<Run['recovery']>;
const over = 'recovery agent 2 needs a person: no key';

describe('what happened to a run in a decision', () => {
  test.each<[string, before: Run | null, after: Run, events: readonly RunEvent[]]>([
    ['nothing', run, run, []],
    ['activity only', run, having(run, { lastActivity: AT }), []],
    ['registered', null, having(run, null), []],
    ['started', having(run, null), run, [{ kind: 'attempt-started', attempt: number, mode: attemptOf(run).mode }]],
    ['ended', run, dead, [{ kind: 'attempt-ended', attempt: number, exit, ranMs: 5 * MINUTE }]],
    ['dead for a while', dead, { ...dead, because: 'so' }, []],
    [
      'ended with the boot: its clocks say nothing of how long it ran',
      run,
      { ...dead, excuse: 'boot' },
      [{ kind: 'attempt-ended', attempt: number, exit, ranMs: null }],
    ],
    ['a milestone', dead, { ...dead, milestone }, [{ kind: 'milestone', attempt: number, what: 'a new commit' }]],
    ['the same milestone', { ...dead, milestone }, { ...dead, milestone }, []],
    ['a recovery', dead, { ...dead, recovery }, []],
    [
      'a recovery that is over',
      { ...dead, recovery },
      { ...dead, recovery: { ...recovery, over } },
      [{ kind: 'recovery-over', recovery: 2, because: over }],
    ],
    ['… for a while', { ...dead, recovery: { ...recovery, over } }, { ...dead, recovery: { ...recovery, over } }, []],
  ])('%s', (_, before, after, events) => expect(eventsOf(before, after, AT)).toEqual(events));

  test.each<[RunEvent, string]>([
    [{ kind: 'attempt-started', attempt: 3, mode: 'resume' }, 'attempt 3 started'],
    [{ kind: 'attempt-ended', attempt: 3, exit, ranMs: 5 * MINUTE }, 'attempt 3 ended with status 1 after 5m'],
    [{ kind: 'attempt-ended', attempt: 3, exit: null, ranMs: null }, 'attempt 3 ended without an exit status'],
    [{ kind: 'milestone', attempt: 3, what: 'a new commit' }, 'milestone in attempt 3: a new commit'],
    [{ kind: 'recovery-over', recovery: 2, because: over }, `recovery 2: ${over}`],
  ])('%j in words', (event, words) => expect(eventInWords(event)).toBe(words));

  test('a decision carries them, whatever its words are', () => {
    const story = working();
    const { events } = story.tell({
      ...{ kind: 'process.exited', run: run.id, attempt: number, code: 1, signal: null, outOfMemory: false, survivors: [] },
    });
    expect(events).toMatchObject([{ kind: 'attempt-ended', attempt: number, exit: { code: 1 } }]);
  });
});
