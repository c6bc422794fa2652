import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resetTime, structuredReset } from '../../../src/agents/times/reset.ts';
import { instantsOf, knownZone, wallTime } from '../../../src/agents/times/wall.ts';

const reset = (text: string, at: string, zone = 'UTC') => {
  const found = resetTime(text, Date.parse(at), zone);
  return found === null ? null : [new Date(found.atWall).toISOString().replace('.000Z', 'Z'), found.provenance];
};

describe('when a limit resets', () => {
  test.each<[text: string, at: string, zone: string, resetsAt: string, provenance: string]>([
    // Epochs.
    ['Claude AI usage limit reached|1760000400', '2025-10-09T06:00:00Z', 'UTC', '2025-10-09T09:00:00Z', 'structured'],
    ['Claude AI usage limit reached|1760000400000', '2025-10-09T06:00:00Z', 'UTC', '2025-10-09T09:00:00Z', 'structured'],
    ['limit reached, resets at 1760000400', '2025-10-09T06:00:00Z', 'UTC', '2025-10-09T09:00:00Z', 'structured'],
    // A time of day.
    ['limit reached ∙ resets 2am', '2026-01-10T23:30:00Z', 'UTC', '2026-01-11T02:00:00Z', 'assumed'],
    ['limit reached ∙ resets 12:30am', '2026-01-10T23:30:00Z', 'UTC', '2026-01-11T00:30:00Z', 'assumed'],
    ['limit reached ∙ resets 12pm', '2026-01-10T08:00:00Z', 'UTC', '2026-01-10T12:00:00Z', 'assumed'],
    ['limit reached ∙ resets 12am', '2026-01-10T08:00:00Z', 'UTC', '2026-01-11T00:00:00Z', 'assumed'],
    ['limit reached ∙ resets 8pm', '2026-01-10T12:30:00Z', 'America/New_York', '2026-01-11T01:00:00Z', 'assumed'],
    ['limit · resets 8pm (Europe/Berlin)', '2026-07-01T12:00:00Z', 'UTC', '2026-07-01T18:00:00Z', 'prose'],
    ['limit · resets 8pm (Asia/Tokyo)', '2026-07-01T10:30:00Z', 'UTC', '2026-07-01T11:00:00Z', 'prose'],
    ['limit · resets 11:30am (UTC)', '2026-07-01T10:30:00Z', 'Asia/Tokyo', '2026-07-01T11:30:00Z', 'prose'],
    ['limit · resets at 15:45 UTC', '2026-07-01T10:30:00Z', 'Asia/Tokyo', '2026-07-01T15:45:00Z', 'prose'],
    ['or try again at 3:45 PM.', '2026-06-10T12:00:00Z', 'UTC', '2026-06-10T15:45:00Z', 'assumed'],
    ['or try again at 3:45 p.m.', '2026-06-10T12:00:00Z', 'UTC', '2026-06-10T15:45:00Z', 'assumed'],
    // Just passed, and passed a little longer ago.
    ['resets 12pm', '2026-06-10T12:00:00Z', 'UTC', '2026-06-10T12:00:00Z', 'assumed'],
    ['resets 12pm', '2026-06-10T12:10:00Z', 'UTC', '2026-06-10T12:00:00Z', 'assumed'],
    ['resets 12pm', '2026-06-10T12:10:01Z', 'UTC', '2026-06-11T12:00:00Z', 'assumed'],
    ['resets 11:55pm', '2026-06-11T00:03:00Z', 'UTC', '2026-06-10T23:55:00Z', 'assumed'],
    ['resets 1:30am (Asia/Dhaka)', '2026-05-05T20:10:00Z', 'UTC', '2026-05-06T19:30:00Z', 'prose'],
    // With a date.
    ['resets Apr 23 at 4pm (America/Recife)', '2026-04-20T12:00:00Z', 'UTC', '2026-04-23T19:00:00Z', 'prose'],
    ['resets Jan 18, 11:30am (Asia/Calcutta)', '2026-01-16T12:00:00Z', 'UTC', '2026-01-18T06:00:00Z', 'prose'],
    ['resets Apr 17, 4:00 AM', '2026-04-16T12:00:00Z', 'UTC', '2026-04-17T04:00:00Z', 'assumed'],
    ['resets Jun 11, 2026, 12:27 AM', '2026-06-10T12:00:00Z', 'UTC', '2026-06-11T00:27:00Z', 'assumed'],
    ['try again at Sep 12th, 2026 8:32 AM.', '2026-09-10T12:00:00Z', 'Europe/Berlin', '2026-09-12T06:32:00Z', 'assumed'],
    ['try again at September 1st, 2026 8:32 AM.', '2026-08-30T12:00:00Z', 'UTC', '2026-09-01T08:32:00Z', 'assumed'],
    ['resets on May 3rd at 09:15', '2026-05-01T12:00:00Z', 'UTC', '2026-05-03T09:15:00Z', 'assumed'],
    // The year's end.
    ['resets Jan 2 at 4pm', '2026-12-30T12:00:00Z', 'UTC', '2027-01-02T16:00:00Z', 'assumed'],
    ['resets Dec 31 at 11:58pm', '2027-01-01T00:04:00Z', 'UTC', '2026-12-31T23:58:00Z', 'assumed'],
    ['resets 2am', '2026-12-31T23:30:00Z', 'UTC', '2027-01-01T02:00:00Z', 'assumed'],
    ['resets 9am', '2026-12-31T23:30:00Z', 'Pacific/Auckland', '2027-01-01T20:00:00Z', 'assumed'],
    // Clocks set forward (29 March, 2 to 3 o'clock) and back (25 October, 3 to 2 o'clock).
    ['resets 2:30am (Europe/Berlin)', '2026-03-28T22:00:00Z', 'UTC', '2026-03-29T01:30:00Z', 'prose'],
    ['resets 8am (Europe/Berlin)', '2026-03-28T22:00:00Z', 'UTC', '2026-03-29T06:00:00Z', 'prose'],
    ['resets 8am (Europe/Berlin)', '2026-10-24T22:30:00Z', 'UTC', '2026-10-25T07:00:00Z', 'prose'],
    ['resets 2:30am (Europe/Berlin)', '2026-10-24T22:30:00Z', 'UTC', '2026-10-25T00:30:00Z', 'prose'],
    ['resets 2:30am (Europe/Berlin)', '2026-10-25T01:00:00Z', 'UTC', '2026-10-25T01:30:00Z', 'prose'],
    ['resets 1:30am (America/New_York)', '2026-11-01T05:45:00Z', 'UTC', '2026-11-01T06:30:00Z', 'prose'],
    ['resets 2:15am (Australia/Lord_Howe)', '2026-10-03T12:00:00Z', 'UTC', '2026-10-03T15:45:00Z', 'prose'],
    // Offsets and abbreviations.
    ['resets 10:57 PM GMT-3', '2026-06-10T12:00:00Z', 'UTC', '2026-06-11T01:57:00Z', 'prose'],
    ['resets 10:57 PM GMT-3.', '2026-06-10T12:00:00Z', 'Asia/Tokyo', '2026-06-11T01:57:00Z', 'prose'],
    ['resets at 22:31 (GMT+8)', '2026-06-10T12:00:00Z', 'UTC', '2026-06-10T14:31:00Z', 'prose'],
    ['resets at 22:31 UTC+05:30', '2026-06-10T12:00:00Z', 'UTC', '2026-06-10T17:01:00Z', 'prose'],
    ['resets at 22:31+0530', '2026-06-10T12:00:00Z', 'UTC', '2026-06-10T17:01:00Z', 'prose'],
    ['resets at 2026-06-10 22:31:05 (GMT+8)', '2026-06-10T12:00:00Z', 'UTC', '2026-06-10T14:31:05Z', 'prose'],
    ['resets at 2026-06-10 22:31:05 PST', '2026-06-10T12:00:00Z', 'UTC', '2026-06-11T06:31:05Z', 'prose'],
    ['resets 5pm PST', '2026-01-10T12:00:00Z', 'Europe/Berlin', '2026-01-11T01:00:00Z', 'prose'],
    ['resets 5pm (PDT)', '2026-06-10T12:00:00Z', 'Europe/Berlin', '2026-06-11T00:00:00Z', 'prose'],
    ['resets 5pm PT', '2026-06-10T12:00:00Z', 'Europe/Berlin', '2026-06-11T00:00:00Z', 'prose'],
    ['resets 5pm Pacific Time', '2026-01-10T12:00:00Z', 'Europe/Berlin', '2026-01-11T01:00:00Z', 'prose'],
    ['resets 5pm (Eastern Daylight Time)', '2026-06-10T12:00:00Z', 'Europe/Berlin', '2026-06-10T21:00:00Z', 'prose'],
    ['resets 9am JST', '2026-06-10T12:00:00Z', 'UTC', '2026-06-11T00:00:00Z', 'prose'],
    ['resets 9am Asia/Tokyo', '2026-06-10T12:00:00Z', 'UTC', '2026-06-11T00:00:00Z', 'prose'],
    ['resets 9am (local time)', '2026-06-10T12:00:00Z', 'Asia/Tokyo', '2026-06-11T00:00:00Z', 'assumed'],
    ['resets 9am (soon)', '2026-06-10T12:00:00Z', 'Asia/Tokyo', '2026-06-11T00:00:00Z', 'assumed'],
    ['resets 9am OR upgrade', '2026-06-10T12:00:00Z', 'Asia/Tokyo', '2026-06-11T00:00:00Z', 'assumed'],
    // Weekdays (10 June 2026 is a Wednesday), and days relative to today.
    ['resets Monday at 9am (Europe/Berlin)', '2026-06-10T12:00:00Z', 'UTC', '2026-06-15T07:00:00Z', 'prose'],
    ['will reset on Thursday, 9:00 AM', '2026-06-10T12:00:00Z', 'UTC', '2026-06-11T09:00:00Z', 'assumed'],
    ['resets Wed 11:55am', '2026-06-10T12:00:00Z', 'UTC', '2026-06-10T11:55:00Z', 'assumed'],
    ['resets Wed 9am', '2026-06-10T12:00:00Z', 'UTC', '2026-06-17T09:00:00Z', 'assumed'],
    ['resets Monday, June 15 at 9am', '2026-06-10T12:00:00Z', 'UTC', '2026-06-15T09:00:00Z', 'assumed'],
    ['resets at 9:00 AM UTC on Monday', '2026-06-10T12:00:00Z', 'Asia/Tokyo', '2026-06-15T09:00:00Z', 'prose'],
    ['resets at 9am on Jun 15', '2026-06-10T12:00:00Z', 'UTC', '2026-06-15T09:00:00Z', 'assumed'],
    ['resets tomorrow at 9am', '2026-06-10T08:00:00Z', 'UTC', '2026-06-11T09:00:00Z', 'assumed'],
    ['resets 15 June 2026, 09:00 UTC', '2026-06-10T12:00:00Z', 'Asia/Tokyo', '2026-06-15T09:00:00Z', 'prose'],
    // Fields of an answer inside a text.
    ['{"retryDelay": "21599.96s"}', '2026-06-10T12:00:00Z', 'UTC', '2026-06-10T17:59:59.960Z', 'structured'],
    ['retry-after: 3600', '2026-06-10T12:00:00Z', 'UTC', '2026-06-10T13:00:00Z', 'structured'],
    ['{\\"resets_at\\":1781100000}', '2026-06-10T12:00:00Z', 'UTC', '2026-06-10T14:00:00Z', 'structured'],
    ['X-RateLimit-Reset: 1781100000000', '2026-06-10T12:00:00Z', 'UTC', '2026-06-10T14:00:00Z', 'structured'],
    // Relative times.
    ['Try again in ~5 min.', '2026-06-10T12:00:00Z', 'UTC', '2026-06-10T12:05:00Z', 'prose'],
    ['try again in about 3 hours', '2026-06-10T12:00:00Z', 'UTC', '2026-06-10T15:00:00Z', 'prose'],
    ['Retrying after 21874507ms...', '2026-06-10T12:00:00Z', 'UTC', '2026-06-10T18:04:34.507Z', 'prose'],
    ['Your quota will reset after 19h56m36s.', '2026-06-10T12:00:00Z', 'UTC', '2026-06-11T07:56:36Z', 'prose'],
    ['It will reset in 10 days 19 hours.', '2026-06-10T12:00:00Z', 'UTC', '2026-06-21T07:00:00Z', 'prose'],
    ['or try again in 2 days 17 hours 14 minutes.', '2026-06-10T12:00:00Z', 'UTC', '2026-06-13T05:14:00Z', 'prose'],
    ['It will reset in 5 hours 23 minutes. To continue', '2026-06-10T12:00:00Z', 'UTC', '2026-06-10T17:23:00Z', 'prose'],
    ['in 1 day, 2 hours: no. Resets in 1 day, 2 hours and 3 minutes', '2026-06-10T12:00:00Z', 'UTC', '2026-06-11T14:03:00Z', 'prose'],
    ['retrying in 6h16m - attempt #1', '2026-06-10T12:00:00Z', 'UTC', '2026-06-10T18:16:00Z', 'prose'],
    ['Your quota will reset after 5s..', '2026-06-10T12:00:00Z', 'UTC', '2026-06-10T12:00:05Z', 'prose'],
    ['Please retry in 34.07s', '2026-06-10T12:00:00Z', 'UTC', '2026-06-10T12:00:34.070Z', 'prose'],
    ['Suggested retry after 60s.', '2026-06-10T12:00:00Z', 'UTC', '2026-06-10T12:01:00Z', 'prose'],
    // ISO, with and without offsets.
    ['You will regain access on 2026-02-01 at 00:00 UTC.', '2026-01-20T10:00:00Z', 'Asia/Tokyo', '2026-02-01T00:00:00Z', 'prose'],
    ['It will reset at 2026-08-29 23:59:59 +0800 CST.', '2026-08-20T10:00:00Z', 'UTC', '2026-08-29T15:59:59Z', 'prose'],
    ['resets at 2026-08-29T23:59:59.123-05:30', '2026-08-20T10:00:00Z', 'UTC', '2026-08-30T05:29:59Z', 'prose'],
    ['resets 2026-08-29T23:59:59Z', '2026-08-20T10:00:00Z', 'Asia/Tokyo', '2026-08-29T23:59:59Z', 'prose'],
    ['resets 2026-08-29 23:59', '2026-08-20T10:00:00Z', 'Asia/Tokyo', '2026-08-29T14:59:00Z', 'assumed'],
  ])('%s (said at %s in %s): %s, %s', (text, at, zone, resetsAt, provenance) => {
    expect(reset(text, at, zone)).toEqual([resetsAt, provenance]);
  });

  test.each([
    'Try again later.',
    'or try again later',
    'raise it at claude.ai/settings/usage',
    '5-hour limit reached',
    'at 3:45 PM the limit was reached',
    'resets 25:00',
    'resets 7',
    'resets soon (Europe/Berlin)',
    'retry after a while',
    // An ambiguous zone is not mistaken for another.
    'limit · resets 8pm (Mars/Olympus)',
    'resets 5pm CST',
    'resets 5pm (IST)',
    'resets 5pm BST',
    'resets 5pm QQT',
    'resets 5pm UTC+27',
    'resets 5pm (China Standard Time)',
    'resets 2026-06-10 22:31:05 CST',
    'resets Monday',
    '',
  ])('%j does not say', (text) => {
    expect(reset(text, '2026-06-10T12:00:00Z')).toBeNull();
  });

  test.each([
    [1_778_565_600, '2026-05-12T06:00:00.000Z'],
    [1_778_565_600_000, '2026-05-12T06:00:00.000Z'],
  ])('the number %s in an event means %s', (value, expected) => {
    expect(new Date(structuredReset(value)?.atWall ?? 0).toISOString()).toBe(expected);
  });

  test.each([[null], ['1778565600'], [0], [-1], [Number.NaN]])('%s in an event is not a time', (value) => {
    expect(structuredReset(value)).toBeNull();
  });

  test('the time for a hostile text is proportional to its length', () => {
    const started = performance.now();
    for (const piece of [
      'resets ',
      'resets in 1 day ',
      'resets Jan ',
      'resets Monday at 9am on ',
      'resets 9am (',
      'resets 9am UTC+',
      '1 ',
      'reset in 111111 ',
    ])
      reset(piece.repeat(50_000), '2026-06-10T12:00:00Z');
    // A pattern that backtracks would take minutes.
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe('clocks of a zone', () => {
  const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia', 'America/St_Johns'];

  test('show each instant as a time that maps back to it', () => {
    const seconds = fc.integer({ min: Date.UTC(1990, 0) / 1000, max: Date.UTC(2037, 0) / 1000 });
    fc.assert(
      fc.property(seconds, fc.constantFrom(...ZONES), (second, zone) => {
        expect(instantsOf(wallTime(second * 1000, zone), zone)).toContain(second * 1000);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    [':Europe/Berlin', 'Europe/Berlin'],
    ['UTC', 'UTC'],
    ['', null],
    ['Mars/Olympus', null],
    ['/etc/localtime', null],
  ])('the zone %j is %j', (name, known) => {
    expect(knownZone(name)).toBe(known);
  });
});
