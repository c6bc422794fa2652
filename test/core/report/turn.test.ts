import { describe, expect, test } from 'vitest';
import type { Run } from '../../../src/core/model/run.ts';
import { reportedTurn, turnInWords, turnOf } from '../../../src/core/report/turn.ts';
import { HOUR, MINUTE, working, worksAndExits } from '../../kit/core/world.ts';

const NOW = Date.UTC(2026, 10, 23, 3);
const words = (run: Run, recovers = true) => turnInWords(turnOf(run, recovers), NOW);

describe('whose turn it is', () => {
  const { run } = working();
  const instant = { wall: NOW, mono: 0 };

  test.each<[string, Partial<Run>, string]>([
    ['it works', {}, "It is the watchdog's turn, then the supervisor's after 20 more resumes without a milestone."],
    [
      'one resume is left',
      { charged: Array.from({ length: 19 }, (_, index) => index) },
      "It is the watchdog's turn, then the supervisor's after 1 more resume without a milestone.",
    ],
    [
      'a resume is due',
      { state: 'waiting', due: { at: { wall: NOW + 5 * MINUTE, mono: 0 }, because: 'backoff' } },
      "It is the watchdog's turn (within 5m), then the supervisor's after 20 more resumes without a milestone.",
    ],
    [
      'a limit holds it',
      { state: 'waiting', holds: [{ kind: 'limit', untilWall: NOW + HOUR, because: 'limit' }] },
      "It is the watchdog's turn (within 1h), then the supervisor's after 20 more resumes without a milestone.",
    ],
    ['handed off', { state: 'handed-off' }, "It is the supervisor's turn, then the recovery agent's at the next `dogwatch supervise`."],
    ['escalated', { state: 'escalated' }, "It is a person's turn."],
    ['its credentials are refused', { state: 'held' }, "It is a person's turn."],
    ['paused', { paused: { because: 'lunch', at: instant } }, "It is a person's turn."],
    ['over', { state: 'complete' }, ''],
  ])('%s', (_, patch, expected) => {
    expect(words({ ...run, ...patch })).toBe(expected);
  });

  test('where nothing mends what was handed off it is for a person', () => {
    expect(words({ ...run, state: 'handed-off' }, false)).toBe("It is a person's turn.");
    expect(words(run, false)).toBe("It is the watchdog's turn, then a person's after 20 more resumes without a milestone.");
  });

  test('a recovery agent has its time', () => {
    const spec = {
      agent: 'generic',
      command: ['mend'],
      account: 'a',
      model: null,
      credentials: '',
      timeoutMs: 45 * MINUTE,
      most: 3,
    } as const;
    const recovery = {
      number: 1,
      spec,
      phase: 'at-work',
      startedAt: instant,
      shim: null,
      over: null,
      next: 'judge',
      because: '',
      stuck: null,
      from: 3,
    } as const;
    const turn = turnOf({ ...run, state: 'recovering', recovery }, true);
    expect(turnInWords(turn, NOW)).toBe(
      "It is the recovery agent's turn (within 45m), then a person's if the next attempt brings nothing new.",
    );
    expect(reportedTurn(turn)).toMatchObject({ who: 'recovery-agent', until: '2026-11-23T03:45:00.000Z', next: 'operator' });
  });

  test('as it goes', () => {
    const story = working({ policy: { maxResumes: 1 } });
    worksAndExits(story);
    story.gathered();
    story.started();
    expect(turnOf(story.run, true)).toMatchObject({ who: 'watchdog', next: 'supervisor' });
    worksAndExits(story);
    story.gathered();
    expect(turnOf(story.run, true)).toMatchObject({ who: 'supervisor', next: 'recovery-agent' });
  });
});
