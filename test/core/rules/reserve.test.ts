import { describe, expect, test } from 'vitest';
import type { UsageWindow } from '../../../src/core/model/signals.ts';
import { explain } from '../../../src/core/report/explain.ts';
import { HOUR, MENDER, MINUTE, SECOND, Story, working, worksAndExits } from '../../kit/core/world.ts';

const RESETS_MS = 3 * HOUR;
const SLACK_MS = 2 * MINUTE;
const turn = { kind: 'turn', well: true } as const;

const used = (story: Story, usedPercent: number | null, patch: Partial<UsageWindow> = {}) =>
  story.says({ kind: 'window', name: 'five_hour', ofModel: false, usedPercent, resetsAtWall: BEGAN + RESETS_MS, extra: null, ...patch });
const BEGAN = Date.UTC(2026, 10, 23, 3);
const began = (limitReservePercent = 10) => working({ policy: { limitReservePercent } });
const told = (story: Story) => story.actions.flatMap((action) => (action.kind === 'escalate' ? [action.cause] : []));

/** A dead run whose account is at its reserve. */
function waiting(percent = 93, patch: Partial<UsageWindow> = {}, reserve = 10): Story {
  const story = began(reserve);
  used(story, percent, patch);
  worksAndExits(story);
  return story;
}

describe('at the reserve of its account', () => {
  test('a dead run waits until the window resets, and a person is notified once', () => {
    const story = waiting();
    const hold = { kind: 'reserve', untilWall: BEGAN + RESETS_MS + SLACK_MS };
    expect(story.run).toMatchObject({ state: 'waiting', holds: [hold], due: null });
    expect(story.run.because).toBe(
      'the five_hour window of opencode/anthropic/1f2e3d4c5b6a is used to 93%: 10% of it is left to people (DOGWATCH_LIMIT_RESERVE); it resets 2026-11-23T06:00:00.000Z',
    );
    expect(told(story)).toEqual(['reserve five_hour']);
    story.after(HOUR).tick();
    story.gathered();
    expect(told(story)).toEqual(['reserve five_hour']);
    expect(explain(story.run, story.now)).toContain('It goes on by itself in 2h; `dogwatch resume upgrade` starts one attempt now.');
  });

  test('when it has reset, how much is used is unknown: the run comes back, uncharged by the wait', () => {
    const story = waiting();
    const ms = RESETS_MS + SLACK_MS - (story.now.wall - BEGAN);
    expect(story.after(ms - SECOND).tick().actions).toEqual([]);
    const decision = story.after(SECOND).tick();
    expect(decision.actions).toMatchObject([{ kind: 'resume', attempt: 2 }]);
    expect(decision.because).toContain('the window of its account has room again; runs come back staggered');
  });

  test('it is not started at all', () => {
    const story = waiting();
    const other = new Story({ policy: { limitReservePercent: 10 } });
    expect(other.last.actions).toHaveLength(1);
    const late = new (class extends Story {
      override windows = story.windows;
    })({ policy: { limitReservePercent: 10 } });
    expect(late.tick().run.attempt).toBeNull();
  });

  test('below it, and without one, it is resumed', () => {
    expect(waiting(89).run.state).toBe('starting');
    expect(waiting(99, {}, 0).run.state).toBe('starting');
  });

  test('a living attempt is ended at the end of its turn, not before', () => {
    const story = began();
    expect(used(story, 90).actions).toEqual([]);
    expect(story.run).toMatchObject({ state: 'working', holds: [{ kind: 'reserve' }] });
    expect(explain(story.run, story.now)).toContain(
      'It is ended when its turn is over, and is not resumed for 3h 2m: the five_hour window',
    );
    expect(told(story)).toEqual([]);
    expect(story.after(MINUTE).says(turn).actions).toEqual([]);
    expect(story.after(10 * SECOND).tick().actions).toMatchObject([
      { kind: 'end', because: expect.stringContaining('DOGWATCH_LIMIT_RESERVE') },
    ]);
    const gone = story.ended();
    expect(gone.actions).toMatchObject([{ kind: 'escalate', cause: 'reserve five_hour', to: 'operator' }]);
    expect(story.run).toMatchObject({ state: 'waiting', excuse: 'parked', charged: [] });
  });

  test('a living attempt goes on once the window has reset', () => {
    const story = began();
    used(story, 95);
    used(story.after(RESETS_MS + MINUTE), 2, { resetsAtWall: BEGAN + 8 * HOUR });
    expect(story.run).toMatchObject({ state: 'working', holds: [], parking: null });
    story.says(turn);
    expect(story.after(11 * SECOND).tick().actions).toEqual([]);
  });

  test('another run of the account reports room: the run that waits is due', () => {
    const story = waiting();
    story.windows = story.windows.map((window) => ({ ...window, usedPercent: 20 }));
    expect(story.tick().actions).toMatchObject([{ kind: 'resume' }]);
  });

  test('the operator may go on for one attempt', () => {
    const story = waiting();
    const { actions, reply } = story.operator({ kind: 'resume', prompt: null });
    expect(actions).toMatchObject([{ kind: 'resume', attempt: 2 }]);
    const why = '10% of it is left to people (DOGWATCH_LIMIT_RESERVE); it resets ';
    expect(reply?.message).toMatch(new RegExp(`${RegExp.escape(why)}[^ ]+: one attempt may work anyway, and the next one waits for it$`));
    story.started();
    story.says(turn);
    expect(story.after(MINUTE).tick().actions).toEqual([]);
    expect(worksAndExits(story).actions).toEqual([]);
    expect(story.run).toMatchObject({ state: 'waiting', holds: [{ kind: 'reserve' }] });
  });

  test('an unknown reset is waited for no longer than the rarest probe', () => {
    const story = waiting(95, { resetsAtWall: null });
    expect(story.run.holds).toMatchObject([{ kind: 'reserve', untilWall: BEGAN + 4 * HOUR }]);
    expect(story.after(4 * HOUR).tick().actions).toMatchObject([{ kind: 'resume' }]);
  });

  test('a clock that was set back far does not hold it for ever', () => {
    const story = waiting();
    story.now = { ...story.now, wall: story.now.wall - 30 * 24 * HOUR };
    expect(story.tick().actions).toMatchObject([{ kind: 'resume' }]);
  });

  test('no recovery agent is started, and the supervisor hears when to ask again', () => {
    const story = working({ policy: { limitReservePercent: 10, maxResumes: 0 } });
    story.recovers = true;
    worksAndExits(story);
    story.gathered();
    const [account, name] = [MENDER.account, 'five_hour'];
    const window = {
      account,
      name,
      model: null,
      usedPercent: 95,
      resetsAtWall: BEGAN + RESETS_MS,
      extra: null,
      seenWall: BEGAN,
      notified: false,
    };
    story.recoveryWindows = [window];
    const { reply } = story.operator({ kind: 'recover', recovery: MENDER });
    expect(reply).toMatchObject({ accepted: false, message: expect.stringContaining('it resets 2026-11-23T06:00:00.000Z') });
    expect(story.run.state).toBe('handed-off');
    story.recoveryWindows = [{ ...window, resetsAtWall: null, extra: 'in-use' }];
    story.operator({ kind: 'recover', recovery: MENDER });
    expect(story.run).toMatchObject({ state: 'escalated', because: expect.stringContaining('extra usage') });
  });
});

describe('what is not included in the account is never spent by a resume of dogwatch', () => {
  test.each([
    ['in use', { extra: 'in-use' }],
    ['possible, and the window is spent', { extra: 'possible' }],
  ] as const)('extra usage is %s: it waits for the reset, and says so', (_what, patch) => {
    const story = waiting(100, patch, 0);
    expect(story.run).toMatchObject({ state: 'waiting', holds: [{ kind: 'reserve', untilWall: BEGAN + RESETS_MS + SLACK_MS }] });
    expect(story.run.because).toContain('extra usage, which is not included');
    expect(told(story)).toEqual(['reserve five_hour']);
  });

  test('a limit that is probed early is not probed then', () => {
    const story = began(0);
    used(story, 100, { extra: 'possible' });
    const limit = {
      kind: 'limit',
      text: 'spent',
      name: 'five_hour',
      ofModel: false,
      isCap: false,
      resetsAtWall: null,
      provenance: null,
    } as const;
    story.says(limit);
    story.exits(1);
    expect(story.run.holds.map(({ kind }) => kind)).toEqual(['reserve', 'limit']);
    // The first probe would be due.
    expect(story.after(20 * MINUTE).tick().actions).toEqual([]);
    expect(story.after(RESETS_MS).tick().actions).toMatchObject([{ kind: 'resume' }]);
  });

  test('without a known reset it is for a person', () => {
    const story = waiting(100, { extra: 'in-use', resetsAtWall: null }, 0);
    expect(story.run).toMatchObject({ state: 'held', holds: [{ kind: 'reserve', untilWall: null }] });
    expect(told(story)).toEqual(['reserve five_hour']);
    expect(explain(story.run, story.now)).toContain('No clock releases it; `dogwatch resume upgrade` starts one attempt now.');
    expect(story.after(48 * HOUR).tick().actions).toEqual([]);
    const { actions, reply } = story.operator({ kind: 'resume', prompt: null });
    expect(actions).toMatchObject([{ kind: 'resume' }]);
    expect(reply?.message).toContain('no reset is known: one attempt may work anyway, and the next one waits for it');
  });

  test('a living attempt that goes on by request is told what the next one waits for', () => {
    const story = began(10);
    used(story, 93);
    expect(story.operator({ kind: 'resume', prompt: null }).reply?.message).toMatch(
      /is alive and goes on; the five_hour window .* waits for it$/,
    );
  });

  test('a window that leaves room is not named', () => {
    const story = began(10);
    used(story, 20);
    expect(story.operator({ kind: 'resume', prompt: null }).reply?.message).not.toContain('window');
  });

  test('a living attempt ends with its turn', () => {
    const story = began(0);
    used(story, 100, { extra: 'in-use' });
    story.says(turn);
    expect(story.after(10 * SECOND).tick().actions).toMatchObject([{ kind: 'end', because: expect.stringContaining('extra usage') }]);
  });
});
