import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RunState } from '../../../src/core/model/facts.ts';
import { isActive, type Run } from '../../../src/core/model/run.ts';
import { STATES } from '../../../src/core/model/states.ts';
import { hindered, supervisionVerdict, type WatchdogCondition } from '../../../src/core/report/supervision.ts';
import * as moments from '../../kit/core/moments.ts';
import { Simulation } from '../../kit/core/simulation.ts';
import { anyStep, anyWishes } from '../../kit/core/steps.ts';
import { DAY, frozen, HOUR, MINUTE, type Story, working } from '../../kit/core/world.ts';

type Short = 'nothing' | 'start' | 'defer' | 'recover' | 'escalate';
const SHORT = { nothing: 'nothing', 'start-watchdog': 'start', defer: 'defer', recover: 'recover', escalate: 'escalate' } as const;
const CONDITIONS: readonly WatchdogCondition[] = ['alive', 'stopped', 'none'];

/**
 * The situation, its state, the verdicts with a watchdog that is alive, stopped and absent, and the
 * reason for the first.
 */
type Row = readonly [given: string, story: () => Story, state: RunState, alive: Short, stopped: Short, none: Short, because: string];

const TABLE: readonly Row[] = [
  ['a start that nobody has heard of yet', moments.starting, 'starting', 'defer', 'start', 'start', 'the watchdog is alive'],
  ['activity a moment ago', () => active(), 'working', 'nothing', 'start', 'start', 'attempt 1 was active'],
  ['silence within its patience', () => active().after(14 * MINUTE), 'working', 'nothing', 'start', 'start', 'active 14m ago'],
  ['silence beyond it', () => active().after(16 * MINUTE), 'working', 'defer', 'start', 'start', 'has not handed it off'],
  ['a tool that takes its time', moments.tool, 'quiet', 'defer', 'start', 'start', 'busy with a tool'],
  [
    'a backoff that lasts',
    () => backoff(),
    'waiting',
    'nothing',
    'start',
    'start',
    'it waits for 5s: attempt 1 ended with status 1; it did little',
  ],
  ['a backoff that is over', () => backoff().after(HOUR), 'waiting', 'defer', 'start', 'start', 'has not handed it off'],
  ['a limit that lasts', moments.limited, 'waiting', 'nothing', 'start', 'start', 'it waits for 2h 2m: the five_hour limit'],
  ['a limit whose end has passed', () => moments.limited().after(9 * DAY), 'waiting', 'defer', 'start', 'start', 'has not handed it off'],
  ['refused credentials', moments.refused, 'held', 'defer', 'start', 'start', 'has not handed it off'],
  ['paused while it lives', moments.paused, 'working', 'nothing', 'nothing', 'nothing', 'it is paused'],
  ['paused and dead', moments.held, 'held', 'nothing', 'nothing', 'nothing', 'it is paused'],
  ['paused, then stopped', () => stopping(), 'working', 'defer', 'start', 'start', 'has not handed it off'],
  ['disabled for the run', () => working({ policy: { enabled: false } }), 'held', 'nothing', 'nothing', 'nothing', 'DOGWATCH_ENABLED=0'],
  ['disabled for the host', moments.observing, 'held', 'nothing', 'start', 'start', 'it only observes'],
  ['handed off', moments.handedOff, 'handed-off', 'recover', 'start', 'recover', 'handed off: '],
  ['handed off, disabled for the host', () => handedOffObserved(), 'handed-off', 'nothing', 'start', 'recover', 'it only observes'],
  ['somebody mends it', moments.mending, 'recovering', 'defer', 'start', 'start', 'recovery agent 1 (claude) is running'],
  ['a person was asked', moments.blocked, 'escalated', 'nothing', 'start', 'start', 'a person was notified'],
  ['complete', () => over(), 'complete', 'nothing', 'nothing', 'nothing', 'it is complete'],
  ['complete, and the process lingers', () => lingering(), 'complete', 'nothing', 'start', 'start', 'one of its processes is left'],
  ['stopped', moments.stopped, 'stopped', 'nothing', 'nothing', 'nothing', 'it is stopped'],
  ['failed', moments.failed, 'failed', 'nothing', 'nothing', 'nothing', 'it is failed'],
];

test('a recovery agent that cannot be started is announced with the reason', () => {
  const { run, now } = moments.handedOff();
  expect(hindered(supervisionVerdict(run, 'alive', now), 'claude was not found')).toEqual({
    verdict: 'escalate',
    because: `no recovery agent can be started (claude was not found): a person is notified; handed off: ${run.because}`,
  });
});

test('without a recovery agent nothing is announced that cannot happen', () => {
  const { run, now } = moments.handedOff();
  expect(supervisionVerdict(run, 'alive', now, false)).toMatchObject({
    verdict: 'nothing',
    because: expect.stringContaining('a person was notified'),
  });
  expect(supervisionVerdict(run, 'none', now, false).verdict).toBe('start-watchdog');
});

describe('the gate', () => {
  test.each(TABLE)('%s', (_given, story, state, alive, stopped, none, because) => {
    const { run, now } = story();
    const verdicts = CONDITIONS.map((watchdog) => SHORT[supervisionVerdict(frozen(run), watchdog, now).verdict]);
    expect([run.state, ...verdicts]).toEqual([state, alive, stopped, none]);
    expect(supervisionVerdict(run, 'alive', now).because).toContain(because);
  });

  test('every state has a row', () => {
    expect([...new Set(TABLE.map(([, , state]) => state))].sort()).toEqual(Object.keys(STATES).sort());
  });

  test('whatever happened: it acts only where no watchdog does, or where one has handed the run off', () => {
    const at = fc.record({ wall: fc.integer({ min: 0, max: 4e12 }), mono: fc.integer({ min: 0, max: 1e12 }) });
    fc.assert(
      fc.property(anyWishes, fc.boolean(), fc.array(anyStep, { maxLength: 60, size: 'max' }), at, (wishes, isForeign, steps, later) => {
        const world = new Simulation(wishes, isForeign, () => {});
        for (const step of steps) world.step(step);
        for (const now of [world.now, later]) for (const watchdog of CONDITIONS) holds(world.run, watchdog, now);
      }),
      { numRuns: 500 },
    );
  });
});

function holds(run: Run, watchdog: WatchdogCondition, now: { wall: number; mono: number }): void {
  const { verdict, because } = supervisionVerdict(frozen(run), watchdog, now);
  const given = `${run.state}, ${watchdog}: ${verdict}, ${because}`;
  expect(because, given).not.toMatch(/^$|undefined|NaN/);
  if (verdict === 'recover') expect([run.state, run.pending, watchdog === 'stopped'], given).toEqual(['handed-off', null, false]);
  if (watchdog === 'alive') expect(verdict, given).not.toBe('start-watchdog');
  else expect(verdict, given).not.toBe('defer');
  // A run that needs someone has someone, and a run that does not is left alone, whatever the
  // watchdog does.
  const isLeftAlone = !isActive(run) || (run.stopping === null && (run.paused !== null || !run.spec.policy.enabled));
  if (isLeftAlone) expect(verdict, given).toBe('nothing');
  else if (watchdog !== 'alive') expect(verdict, given).not.toBe('nothing');
}

const active = (): Story => told(working(), (story) => story.after(MINUTE).says({ kind: 'tool' }));
const stopping = (): Story => told(moments.paused(), (story) => story.operator({ kind: 'stop', because: 'enough' }));
const over = (): Story => told(lingering(), (story) => story.exits(0));
const lingering = (): Story => told(working(), (story) => story.claims('done', 'all of it'));
const handedOffObserved = (): Story => told(moments.handedOff(), (story) => story.restarts({ enabled: false }));

function backoff(): Story {
  const story = working();
  story.after(1000).exits(1);
  story.gathered();
  return story;
}

function told(story: Story, tell: (story: Story) => unknown): Story {
  tell(story);
  return story;
}
