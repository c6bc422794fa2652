import { expect, test } from 'vitest';
import type { AccountWindow } from '../../src/core/account/window.ts';
import type { RunDecision } from '../../src/core/decision.ts';
import { causeAt, key } from '../../src/core/model/cause.ts';
import { noticesAfter } from '../../src/core/notice-changes.ts';
import type { Notice } from '../../src/core/notices/notice.ts';
import { noticeDraft } from '../../src/core/notices/wording.ts';
import { HOUR, working, worksAndExits } from '../kit/core/world.ts';

const RESETS_AT = Date.UTC(2026, 10, 23, 6);
const used = (usedPercent: number, resetsAtWall = RESETS_AT) =>
  ({ kind: 'window', name: 'five_hour', ofModel: false, usedPercent, resetsAtWall, extra: null }) as const;

const changes = (notices: readonly Notice[], of: RunDecision) =>
  noticesAfter(notices, of, { noticeDraft: (action, run) => noticeDraft(action, run, []), recovers: false, waiting: () => [] });

/** A run that waits for a reserve, and the notice of it. */
function waiting() {
  const story = working({ policy: { limitReservePercent: 10 } });
  story.says(used(95));
  const { kept } = changes([], worksAndExits(story));
  return { story, kept };
}

test('runs that wait for a reserve are one notice of their account', () => {
  const { kept } = waiting();
  expect(kept).toMatchObject([
    {
      cause: 'reserve five_hour/opencode/anthropic/1f2e3d4c5b6a',
      state: 'open',
      subject: 'its account is used up to the part that is left to people',
      sentence: expect.stringContaining('it resets 2026-11-23T06:00:00.000Z'),
      commands: ['dogwatch explain upgrade', 'dogwatch resume upgrade', 'dogwatch ack upgrade'],
    },
  ]);
});

test('it is over when the window has begun anew, and not before', () => {
  const { story, kept } = waiting();
  expect(changes(kept, story.after(HOUR).tick()).kept).toEqual([]);
  const resumed = story.after(2.5 * HOUR).tick();
  expect(changes(kept, resumed).kept).toMatchObject([{ state: 'cleared' }]);
});

test('other holds of the account that change do not end it', () => {
  const { story, kept } = waiting();
  expect(changes(kept, { ...story.last, actions: [], holds: [] }).kept).toEqual([]);
});

test('another account does not end it', () => {
  const { kept } = waiting();
  const other = working({ account: 'claude/anthropic/0a1b2c3d4e5f' });
  expect(changes(kept, other.last).kept).toEqual([]);
});

test('a report of room ends it', () => {
  const { story, kept } = waiting();
  const windows: readonly AccountWindow[] = story.windows.map((window) => ({ ...window, usedPercent: 3, notified: false }));
  expect(changes(kept, { ...story.last, actions: [], windows }).kept).toMatchObject([{ state: 'cleared' }]);
});

test.each(['reserve five_hour', 'reserve seven_day_opus of the default model', 'reserve GPT-Spark five_hour of openai/x'] as const)(
  'the cause %s has a key',
  (hold) => {
    const cause = { about: 'account', hold, account: 'opencode/anthropic/1f2e3d4c5b6a' } as const;
    expect(causeAt(key(cause))).toEqual(cause);
  },
);
