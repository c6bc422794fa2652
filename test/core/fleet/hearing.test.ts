import { expect, test } from 'vitest';
import { type Hearing, heard, isSilent, nothingHeard, silentMs } from '../../../src/core/fleet/hearing.ts';

const AT = 1_000_000;
/** Listens every 6 s, and is heard itself. */
function listening(fromMs: number, untilMs: number, beat: (ms: number) => number, start: Hearing = nothingHeard(fromMs)): Hearing {
  let hearing = start;
  for (let ms = fromMs; ms <= untilMs; ms += 6000) hearing = heard(hearing, new Map([['b', beat(ms)]]), { nowMs: ms, beatMs: ms - 5000 });
  return hearing;
}

test('a host is silent whose beat has not changed for a minute', () => {
  const hearing = listening(AT, AT + 60_000, () => 7);
  expect(silentMs(hearing, 'b', AT + 59_999)).toBe(59_999);
  expect([AT + 59_999, AT + 60_000].map((ms) => isSilent(hearing, 'b', ms))).toEqual([false, true]);
  expect(
    isSilent(
      listening(AT, AT + 60_000, (ms) => ms),
      'b',
      AT + 60_000,
    ),
  ).toBe(false);
});

test('a host that never beat is silent a minute after this one began to listen', () => {
  expect(
    isSilent(
      listening(AT, AT + 60_000, () => 0),
      'c',
      AT + 60_000,
    ),
  ).toBe(true);
});

test('an older beat is no beat', () => {
  expect(
    isSilent(
      listening(AT, AT + 60_000, (ms) => (ms < AT + 30_000 ? 7 : 6)),
      'b',
      AT + 60_000,
    ),
  ).toBe(true);
});

test('nobody is silent for a host that has not listened: the time begins anew', () => {
  const hearing = listening(AT, AT + 60_000, () => 7);
  expect(silentMs(hearing, 'b', AT + 75_001)).toBe(0);
  expect(silentMs(heard(hearing, new Map(), { nowMs: AT + 90_000, beatMs: AT + 89_000 }), 'b', AT + 95_000)).toBe(5000);
});

test('nor for a host whose own beat the engine does not write', () => {
  const hearing = heard(
    listening(AT, AT + 54_000, () => 7),
    new Map(),
    { nowMs: AT + 60_000, beatMs: AT + 44_999 },
  );
  expect(silentMs(hearing, 'b', AT + 60_000)).toBe(0);
});
