import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { reportOf as costOf } from '../../src/core/spend/report.ts';
import { markdownOf } from '../../src/report/markdown.ts';
import type { Report, ReportedRun } from '../../src/report/model.ts';
import { pageOf } from '../../src/report/sections.ts';
import { textOf } from '../../src/report/text.ts';
import { HOSTILE, isHarmful } from '../kit/kept-state.ts';

const CLOCK = { nowWall: Date.parse('2026-11-30T07:00:00Z'), isUtc: true, zone: 'UTC' };

const usd = (statedUsd: number) =>
  costOf([{ model: 'opus', tokens: { input: 1000, output: 500, cacheRead: 0, cacheWrite: 0 }, statedUsd, computedUsd: 0, unpriced: 0 }]);

const run = (name: string, changes: Partial<ReportedRun> = {}): ReportedRun => ({
  id: `${name}.1`,
  name,
  state: 'working',
  because: 'it works',
  registeredAt: null,
  endedAt: null,
  attemptsStarted: 1,
  attemptsEnded: 0,
  milestones: 0,
  made: [],
  recoveries: 0,
  held: { times: 0, ms: 0, longest: [] },
  cost: null,
  ...changes,
});

const NIGHT: Report = {
  version: 1,
  at: '2026-11-30T07:00:00.000Z',
  since: '2026-11-29T18:00:00.000Z',
  host: 'box',
  doubts: [],
  isJournalRead: true,
  counts: { runs: 3, complete: 1, stopped: 0, failed: 0, attemptsStarted: 3, attemptsEnded: 2, milestones: 2, recoveries: 0, person: 1 },
  cost: usd(3.5),
  runs: [
    run('docs', {
      state: 'complete',
      because: 'all done.',
      endedAt: '2026-11-30T02:10:00.000Z',
      milestones: 2,
      made: [
        { at: '2026-11-29T23:00:00.000Z', attempt: 1, what: 'new commit 1a2b3c4d5e' },
        { at: '2026-11-30T01:00:00.000Z', attempt: 1, what: 'new commit 2b3c4d5e6f' },
      ],
      cost: usd(3.5),
    }),
    run('limited', {
      state: 'held',
      because: 'the limit resets at 2026-11-30T09:00:00.000Z',
      held: {
        times: 1,
        ms: 7_200_000,
        longest: [{ state: 'held', from: '2026-11-30T05:00:00.000Z', to: null, ms: 7_200_000, because: 'a usage limit' }],
      },
    }),
    run('stuck', { state: 'escalated', because: 'a key is missing' }),
  ],
  calls: [{ run: 'stuck', why: 'a key is missing', commands: [{ type: 'dogwatch logs stuck', does: 'shows what it said' }] }],
};

test('as plain text', () => {
  expect(textOf(pageOf(NIGHT, CLOCK), null).join('\n')).toBe(`box, Sun 18:00 to 07:00 UTC
3 runs, 1 complete, 1 needs you, 3 attempts started, 2 milestones; cost: $3.50 as the agent states (1.5k tokens).

NEEDS YOU
  stuck  a key is missing
      dogwatch logs stuck  shows what it said

ENDED
  docs  complete at 02:10: all done (1 attempt started, 2 milestones, $3.50)

GOES ON
  limited  held: the limit resets at 09:00, in 2 h (1 attempt started)
  stuck  escalated: a key is missing (1 attempt started)

HELD
  limited  for 2 h
      05:00 until now, 2 h: held, a usage limit

MADE
  docs  2 milestones:
      Sun 23:00  attempt 1: new commit 1a2b3c4d5e
      01:00  attempt 1: new commit 2b3c4d5e6f`);
});

test('as Markdown', () => {
  const lines = markdownOf(pageOf(NIGHT, CLOCK));
  expect(lines.slice(0, 8)).toEqual([
    '# box, Sun 18:00 to 07:00 UTC',
    '',
    '3 runs, 1 complete, 1 needs you, 3 attempts started, 2 milestones; cost: \\$3.50 as the agent states (1.5k tokens).',
    '',
    '## Needs you',
    '',
    '- **stuck**: a key is missing',
    '  - `dogwatch logs stuck` shows what it said',
  ]);
});

describe('in one line', () => {
  test.each<[string, Partial<Report>, string]>([
    ['if nothing ran', { runs: [] }, 'Nothing has run since Sun 18:00.'],
    ['if the journal cannot be read', { isJournalRead: false }, 'What happened is unknown: the journal cannot be read.'],
  ])('%s', (_, changes, line) => {
    const report = { ...NIGHT, calls: [], ...changes };
    expect(textOf(pageOf(report, CLOCK), null)[1]).toBe(line);
  });
});

test.each([
  ['![x](http://evil)', '\\!\\[x\\](http\\://evil)'],
  ['<script>', '\\<script\\>'],
  ['# no heading', '\\# no heading'],
  ['www.evil.example and @someone', 'www\\.evil.example and \\@someone'],
  ['`code` *bold* a|b \\', '\\`code\\` \\*bold\\* a\\|b \\\\'],
])('in Markdown %s is text', (because, escaped) => {
  const calls = [{ run: 'stuck', why: because, commands: [] }];
  expect(markdownOf(pageOf({ ...NIGHT, calls }, CLOCK))).toContain(`- **stuck**: ${escaped}`);
});

test.each(Array.from({ length: 12 }, (_, index) => 10 + index * 13))('fits on a terminal of %d columns, whatever runs say', (columns) => {
  const runs = [run(HOSTILE, { because: `漢字の理由 ${HOSTILE}`, state: 'complete', endedAt: NIGHT.at }), ...NIGHT.runs];
  const calls = [{ run: HOSTILE, why: HOSTILE, commands: [{ type: 'dogwatch logs x', does: 'shows' }] }];
  for (const line of textOf(pageOf({ ...NIGHT, runs, calls, doubts: [HOSTILE] }, CLOCK), columns)) {
    expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    expect(isHarmful(line)).toBe(false);
  }
  for (const line of markdownOf(pageOf({ ...NIGHT, runs, calls }, CLOCK))) expect(isHarmful(line)).toBe(false);
});
