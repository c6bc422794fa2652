import { describe, expect, test } from 'vitest';
import { possibleReset } from '../../../src/agents/times/limit-window.ts';

const NOON = Date.parse('2026-06-10T12:00:00Z');
const read = (text: string, zone: string) => {
  const reset = possibleReset(text, NOON, zone);
  return reset === null ? null : [new Date(reset.atWall).toISOString(), reset.provenance];
};

describe('a reset lies within the window of its limit', () => {
  test.each([
    ['Asia/Shanghai', '2026-06-10T14:31:05.000Z'],
    ['UTC', '2026-06-10T14:31:05.000Z'],
    ['America/Los_Angeles', '2026-06-10T14:31:05.000Z'],
    // Possible here, too: nothing rules it out.
    ['Asia/Tokyo', '2026-06-10T13:31:05.000Z'],
  ])('22:31 without a zone, in a process of %s, five hours at most from noon UTC', (zone, expected) => {
    expect(read('Usage limit reached for 5 hour. Your limit will reset at 2026-06-10 22:31:05', zone)).toEqual([expected, 'assumed']);
  });

  test('of several possible zones, a provider’s is preferred', () => {
    expect(read('5-hour limit reached, resets 4:30pm', 'Asia/Tokyo')).toEqual(['2026-06-10T16:30:00.000Z', 'assumed']);
  });

  test('a printed zone is believed', () => {
    expect(read('5-hour limit reached, resets at 2026-06-10 22:31:05 UTC', 'UTC')).toEqual(['2026-06-10T22:31:05.000Z', 'prose']);
  });

  test('a limit with an unknown window is read as it is', () => {
    expect(read('Usage limit reached, resets at 2026-06-10 22:31:05', 'UTC')).toEqual(['2026-06-10T22:31:05.000Z', 'assumed']);
  });

  test('a week contains a date five days away, but none of last month, in any zone', () => {
    expect(read('Weekly limit reached, resets Jun 15 at 3am', 'UTC')).toEqual(['2026-06-15T03:00:00.000Z', 'assumed']);
    expect(read('Weekly limit reached, resets at 2026-05-01 10:00', 'UTC')).toBeNull();
  });
});
