import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { cardsOf, pageOf, plainOf } from '../../../src/cli/status/page.ts';
import type { Paper } from '../../../src/cli/status/paper.ts';
import type { View } from '../../../src/view/model.ts';
import * as moments from '../../kit/core/moments.ts';
import { working } from '../../kit/core/world.ts';
import { HOSTILE, isHarmful } from '../../kit/kept-state.ts';
import { viewed } from '../../kit/viewed.ts';

const paperOf = (view: View, columns: number | null, mark = '…'): Paper => ({
  columns,
  mark,
  clock: { nowWall: Date.parse(view.at), isUtc: true, zone: 'UTC' },
  paint: (_format, text) => text,
});

const STORIES = {
  'nightly-deps': moments.handedOff(),
  'upgrade-all-of-the-monorepo-packages-in-one-go': moments.limited(),
  'job-10': working(),
  'job-2': working(),
  quiet: moments.tool(),
  paused: moments.paused(),
  spelled: moments.stopped(),
  fails: moments.failed(),
};
const ALL = viewed(STORIES);
const SHORT = viewed({ a: moments.limited(), b: working(), c: moments.dead(), d: moments.handedOff() });
const WIDTHS = Array.from({ length: 181 }, (_, index) => index + 20);

/** Wide and joined characters, and what must never reach a terminal. */
const strange = (view: View): View => ({
  ...view,
  runs: view.runs.map((run, index) => ({
    ...run,
    name: `${run.name}${['日本語の仕事', '👩‍👩‍👧‍👦', HOSTILE, 'é'.repeat(40)][index % 4]}`,
    why: `漢字 👍🏽 ${HOSTILE} ${run.why}`,
  })),
});

describe('on a terminal of any width', () => {
  test.each([
    ['usual runs', ALL],
    ['short names', SHORT],
    ['strange texts', strange(ALL)],
    ['a dead watchdog', viewed(STORIES, { host: { watchdog: null, condition: 'none', unwatchedMs: 4_000_000 }, found: 'gone' })],
  ])('no line is wider than it, and nothing harmful is written: %s', (_, view) => {
    for (const columns of WIDTHS)
      for (const lines of [pageOf(view, paperOf(view, columns), false), cardsOf(view, paperOf(view, columns))]) {
        expect(lines.filter((line) => stringWidth(line) > columns)).toEqual([]);
        expect(lines.some((line) => isHarmful(line) || line.includes('\n'))).toBe(false);
      }
  });

  test('the row of what needs a person is always there, and comes first', () => {
    for (const columns of WIDTHS) {
      const rows = pageOf(ALL, paperOf(ALL, columns), false).filter((line) => /^(?:!!|<<|\.\.|>>|ok|--|xx) /.test(line));
      expect(rows[0]).toMatch(/^!! {2}fails/);
      expect(rows.length).toBe(ALL.runs.length);
    }
  });

  test('the reason has at least 40 columns: other columns go first, or it has lines of its own', () => {
    for (const columns of WIDTHS.filter((width) => width >= 44))
      for (const view of [ALL, SHORT]) {
        const lines = pageOf(view, paperOf(view, columns), false);
        const headings = lines.find((line) => line.includes('NAME')) ?? '';
        if (headings.includes('BECAUSE')) expect(columns - headings.indexOf('BECAUSE')).toBeGreaterThanOrEqual(40);
        else expect(lines.some((line) => line.startsWith('    0 resumes without a milestone'))).toBe(true);
      }
  });

  test('at 80 columns with long names, the reason is whole below its row', () => {
    const lines = pageOf(ALL, paperOf(ALL, 80), false);
    const row = lines.findIndex((line) => line.startsWith('<<  upgrade-all-of-the-monorepo-packages-in-one-go  waiting'));
    expect(`${lines[row + 1]?.trim()} ${lines[row + 2]?.trim()}`).toMatch(
      /^the five_hour limit of .* is spent \(You have hit your limit\); resets 06:00/,
    );
  });

  test('the counts, the time and its zone come first, and whether anybody looks', () => {
    const [first = '', second = ''] = pageOf(ALL, paperOf(ALL, 80), false);
    expect(first).toMatch(/^2 need you, 2 held, 1 quiet, 2 working, 1 done .* \d\d:\d\d UTC$/);
    expect(second).toMatch(/^watchdog \(process 4711\) up for 1 h, last sign of life 1 s ago$/);
  });

  test('what needs a person has its reason and what to type below the table', () => {
    const text = pageOf(ALL, paperOf(ALL, 100), false).join('\n');
    expect(text).toMatch(/\nnightly-deps\n {2}why {2}0 resumes without a milestone.*\n {2}do {3}dogwatch logs nightly-deps/);
  });
});

test('elsewhere nothing is cut, and programs find the name and the state first', () => {
  const lines = pageOf(ALL, paperOf(ALL, null), false);
  expect(lines[0]).toMatch(/^NAME {2,}STATE {2,}.*NEXT \(UTC\) .*BECAUSE$/);
  expect(lines.slice(1, 3).map((line) => line.split(/ {2,}/).slice(0, 2))).toEqual([
    ['fails', 'failed'],
    ['nightly-deps', 'handed-off'],
  ]);
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['NAME', ...ALL.runs.map(({ name }) => name)]);
  expect(lines.join('\n')).not.toContain('…');
});

test('a column in which no run has anything to say is left out', () => {
  const heading = (view: View) => pageOf(view, paperOf(view, null), false)[0] ?? '';
  expect(heading(viewed({ one: moments.stopped() }))).not.toMatch(/NEXT|RESUMES|PID|COST/);
  expect(heading(viewed({ one: moments.dead() }))).toMatch(/NEXT/);
});

test('"all is quiet" and "nobody looks" never look alike', () => {
  const dead = {
    watchdog: null,
    condition: 'none',
    unwatchedMs: 5_820_000,
    seenAt: new Date(Date.parse(ALL.at) - 5_820_000).toISOString(),
  } as const;
  for (const columns of [20, 80, null])
    for (const render of [
      (view: View) => pageOf(view, paperOf(view, columns), false),
      (view: View) => cardsOf(view, paperOf(view, columns)),
      (view: View) => plainOf(view, paperOf(view, null)),
    ]) {
      const [first = '', second = ''] = render(viewed({ one: working() }, { host: dead }));
      expect(`${first} ${second}`).toMatch(/no watchdog/);
    }
  const stopped = viewed({ one: working() }, { host: { condition: 'stopped' } });
  expect(pageOf(stopped, paperOf(stopped, null), false)[0]).toMatch(/the watchdog is stopped: no sign of life since .*supervise/);
});

test('one run is facts on lines of their own: wrapped, never cut', () => {
  const view = viewed({ upgrade: moments.limited() });
  const words = (columns: number | null) =>
    cardsOf(view, paperOf(view, columns))
      .map((line) => line.trim())
      .join(' ')
      .replaceAll(/\s+/g, '');
  for (const columns of WIDTHS) expect(words(columns)).toBe(words(null));
  const lines = cardsOf(view, paperOf(view, null));
  const labels = lines.slice(1).map((line) => line.slice(2).split(' ')[0]);
  expect(labels).toEqual(expect.arrayContaining(['state', 'why', 'cause', 'next', 'budget', 'cost', 'where', 'do']));
  expect(lines.join('\n')).toMatch(/next {2,}it or another run of its account is tried at \d\d:\d\d, in 2 h/);
});

test('in plain form each line is one fact with its name', () => {
  const lines = plainOf(ALL, paperOf(ALL, null));
  expect(lines.filter((line) => !/^[a-z]+: /.test(line))).toEqual([]);
  expect(lines.filter((line) => line.startsWith('run: '))).toHaveLength(ALL.runs.length);
});

test('without the characters of UTF-8, what is missing is marked in ASCII', () => {
  expect(pageOf(SHORT, paperOf(SHORT, 80, '...'), false).join('')).not.toMatch(/[^\x20-\x7e]/);
});
