import { describe, expect, test } from 'vitest';
import { messageOf } from '../../../src/core/notices/message.ts';
import { type DueReport, dueReport, lastReportDay, reportNotice } from '../../../src/core/notices/morning.ts';
import { isSilent, MAX_NOTICES, opened } from '../../../src/core/notices/notice.ts';
import { reportedNotices } from '../../../src/core/notices/report.ts';
import { delivered, dueInMs, isSettled } from '../../../src/core/notices/schedule.ts';
import { parseDaily } from '../../../src/settings/hours/daily.ts';

const NOW = Date.parse('2026-11-30T07:00:00Z');
const DAILY = parseDaily('07:00; UTC', 'UTC', NOW);
const HOUR = 3_600_000;
const DIGEST = { isQuiet: false, subject: 'report: 2 runs', sentence: 'box: 2 runs.', lines: ['NEEDS YOU', '  one  a key is missing'] };
const at = (hours: number) => ({ wall: NOW + hours * HOUR, mono: 1e6 + hours * HOUR });

describe('what is due', () => {
  test.each<[string, string | null, number, DueReport]>([
    ['at first: only the day is noted', null, 5, { kind: 'begin', day: '2026-11-30' }],
    ['before the first time of a day', null, -1, { kind: 'begin', day: '2026-11-29' }],
    ['on time', '2026-11-29', 0, { kind: 'send', day: '2026-11-30', sinceWall: NOW - 24 * HOUR }],
    ['late, after a reboot', '2026-11-29', 9, { kind: 'send', day: '2026-11-30', sinceWall: NOW - 24 * HOUR }],
    [
      'after a week without power: one of all that time',
      '2026-11-23',
      1,
      { kind: 'send', day: '2026-11-30', sinceWall: NOW - 7 * 24 * HOUR },
    ],
    ['after a year: not of all that time', '2025-11-23', 1, { kind: 'send', day: '2026-11-30', sinceWall: NOW + HOUR - 31 * 24 * HOUR }],
    ['not yet', '2026-11-30', 1, { kind: 'wait', untilWall: NOW + 24 * HOUR }],
    ['not twice, if the clock is set back over it', '2026-11-30', -1, { kind: 'wait', untilWall: NOW }],
    ['again, if the clock was ahead by a year', '2027-11-30', 1, { kind: 'begin', day: '2026-11-30' }],
  ])('%s', (_, last, hours, due) => {
    expect(DAILY && dueReport(DAILY, last, NOW + hours * HOUR)).toEqual(due);
  });
});

describe('a report as a notice', () => {
  const notice = reportNotice('2026-11-30', DIGEST, at(0));

  test('is sent once to each channel, without reminders, and stays to remember its day', () => {
    expect(dueInMs(notice, 'mail', at(0))).toBe(0);
    const after = delivered(notice, 'mail', notice, { kind: 'accepted' }, at(0), 0);
    expect([dueInMs(after, 'mail', at(1000)), isSettled(after, ['mail'], at(1000))]).toEqual([null, false]);
    expect(lastReportDay([after])).toBe('2026-11-30');
  });

  test('is tried again until it is a day old', () => {
    const after = delivered(notice, 'mail', notice, { kind: 'refused', because: 'no network', isRetryable: true }, at(0), 0);
    expect([dueInMs(after, 'mail', at(0)), dueInMs(after, 'mail', at(1)), dueInMs(after, 'mail', at(24))]).toEqual([10_000, 0, null]);
  });

  test('calls for nobody, and is not shown as a notice', () => {
    expect(reportedNotices([notice])).toEqual([]);
  });

  test('that is quiet is not sent, to new channels neither', () => {
    for (const digest of [null, { ...DIGEST, isQuiet: true }]) {
      const silent = reportNotice('2026-11-30', digest, at(0));
      expect([isSilent(silent), dueInMs(silent, 'mail', at(0)), lastReportDay([silent])]).toEqual([true, null, '2026-11-30']);
    }
  });

  test('is not dropped for others', () => {
    const many = Array.from({ length: MAX_NOTICES }, (_, index) => ({
      ...notice,
      id: `${index}`,
      cause: index === 0 ? notice.cause : `x${index}`,
    }));
    const draft = { cause: { about: 'outbreak' }, runs: [], subject: 's', sentence: 's', tried: [], lastLines: [], commands: [] } as const;
    expect(opened(many, draft, at(1)).dropped).toEqual(['1']);
  });

  test('has a message of its own', () => {
    const { event, title, text, document } = messageOf(notice, 'mail', 'box', NOW);
    expect([event, title, document.over]).toEqual(['report', 'dogwatch: report: 2 runs', null]);
    expect(text).toBe(`box: 2 runs.\n\nNEEDS YOU\n  one  a key is missing\n\nNotice ${notice.id}, on box.`);
  });
});
