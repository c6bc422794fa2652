import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { openNotice } from '../../src/core/notices/notice.ts';
import { frame } from '../../src/top/frame.ts';
import { BEGIN, type Page, type State } from '../../src/top/state.ts';
import { actsOf } from '../../src/view/acts.ts';
import type { RunDetail } from '../../src/view/detail.ts';
import type { View } from '../../src/view/model.ts';
import * as moments from '../kit/core/moments.ts';
import { news } from '../kit/core/notice-samples.ts';
import { working } from '../kit/core/world.ts';
import { framed } from '../kit/framed.ts';
import { HOSTILE, isHarmful } from '../kit/kept-state.ts';
import { type Around, viewed } from '../kit/viewed.ts';

const WIDE = '日本語の長い名前-👩‍👩‍👧‍👦-1️⃣-é';

const fleet = (around: Around = {}): View =>
  viewed(
    {
      blocked: moments.blocked(),
      [WIDE]: moments.limited(),
      [HOSTILE]: working(),
      'a-name-that-is-longer-than-most-screens-are-wide-and-goes-on-and-on-for-ever': moments.paused(),
      quiet: moments.tool(),
      done: moments.stopped(),
    },
    around,
  );

const NEWS = { cause: 'host/out-of-memory', runs: [], subject: `much is killed ${HOSTILE}` };

/** Screens of every kind: each has to fit. */
const dead = fleet({ host: { watchdog: null, condition: 'none', unwatchedMs: 90_000 } });
const noisy = fleet({ notices: [openNotice(news(NEWS as never), { wall: 0 } as never)] });

const detailOf = (view: View): RunDetail => {
  const [run] = view.runs;
  if (run === undefined) throw new Error('expected a run');
  const at = (minutes: number) => new Date(Date.parse(view.at) - minutes * 60_000).toISOString();
  return {
    version: 1,
    at: view.at,
    run,
    host: view.host,
    notices: [],
    keptAt: null,
    leftOut: 0,
    accounts: [],
    command: ['agent', HOSTILE],
    doneWhen: ['the agent says `dogwatch done`'],
    explanation: '',
    nextResume: null,
    said: [HOSTILE],
    timeline: {
      from: at(600),
      to: at(0),
      isWhole: true,
      attempts: [
        { number: 1, mode: 'start', from: at(600), to: at(300), exit: null, because: 'it died' },
        { number: 2, mode: 'resume', from: at(200), to: null, exit: null, because: null },
      ],
      states: [
        { state: 'waiting', group: 'held', from: at(300), to: at(200), because: '' },
        { state: 'escalated', group: 'person', from: at(30), to: null, because: '' },
      ],
      milestones: [{ at: at(500), attempt: 1, what: 'a commit' }],
      recoveries: [],
      disk: [
        { at: at(600), availableBytes: 90, totalBytes: 100 },
        { at: at(100), availableBytes: 5, totalBytes: 100 },
      ],
      spend: [{ at: at(400), usd: 1 }],
    },
    journal: [
      {
        seq: 7,
        at: at(300),
        from: 'working',
        state: 'waiting',
        observation: 'x',
        because: HOSTILE,
        actions: [],
        decided: ['resume'],
        isFailure: true,
        happened: ['it died'],
      },
    ],
  };
};

const model = (view: View, isFull = false) => ({ view, detail: isFull ? detailOf(view) : null, log: [HOSTILE, WIDE, 'x'.repeat(500)] });
const asking = (view: View, verb: string): Partial<State> => {
  const run = view.runs.find((one) => actsOf(one).some((act) => act.verb === verb));
  const act = run === undefined ? undefined : actsOf(run).find((one) => one.verb === verb);
  if (run === undefined || act === undefined) throw new Error(`expected a run to ${verb}`);
  return { ask: { act, run, typed: 'typed' } };
};

/** Screens of many sizes have many lines in common. */
const widths = new Map<string, number>();
function widthOf(text: string): number {
  const width = widths.get(text) ?? stringWidth(text);
  widths.set(text, width);
  return width;
}

/** What is wrong with the lines of a screen, in words. */
function faults(lines: readonly string[], width: number, height: number): string[] {
  return [
    ...lines.filter((text) => widthOf(text) > width).map((text) => `wider than ${width}: ${text}`),
    ...(lines.length > height ? [`${lines.length} lines for ${height}`] : []),
    ...lines.filter(isHarmful).map((text) => `harmful: ${JSON.stringify(text)}`),
  ];
}

const WIDTHS = Array.from({ length: 181 }, (_, index) => index + 20);
const HEIGHTS = Array.from({ length: 56 }, (_, index) => index + 5);

describe('on every screen, no line is too wide, nothing is below its end, and what needs a person is there', () => {
  const every = fleet();
  const isNeedy = (lines: readonly string[]) => lines.some((text) => text.startsWith('!!') && text.includes('blo'));

  const ascii = viewed({
    blocked: moments.blocked(),
    'a-long-name-of-a-run-that-goes-on': moments.paused(),
    quiet: moments.tool(),
    done: moments.stopped(),
  });

  test.each([
    ['of every width and height', ascii, 1],
    ['with names of wide and hostile characters', every, 5],
  ])('%s', (_, view, step) => {
    const found = WIDTHS.filter((width) => width % step === 0).flatMap((width) =>
      HEIGHTS.flatMap((height) => {
        const lines = framed(view, width, height);
        return [...faults(lines, width, height), ...(isNeedy(lines) ? [] : ['nobody is called'])].map(
          (fault) => `${width}x${height}: ${fault}`,
        );
      }),
    );
    expect(found.slice(0, 5)).toEqual([]);
  });

  const SCREENS: readonly (readonly [string, View, Partial<State>])[] = [
    ['nobody looks', dead, {}],
    ['a notice about the machine', noisy, {}],
    ['no runs', viewed({}), {}],
    ['the last run is chosen', every, { chosen: 'done.1' }],
    ['stop asked', every, asking(every, 'stop')],
    ['pause asked', every, asking(every, 'pause')],
    ['a message', every, { message: `${HOSTILE} ${'word '.repeat(100)}` }],
    ['finding', every, { isFinding: true, find: HOSTILE }],
    ...(['run', 'log', 'explain', 'help'] satisfies Page[]).map(
      (page) => [page, every, { pages: ['list', page], chosen: 'blocked.1' }] as const,
    ),
  ];

  test.each(SCREENS)('%s', (_, view, changes) => {
    const isFull = view.runs.length > 0;
    const found = WIDTHS.filter((width) => width % 7 === 0 || width < 45).flatMap((width) =>
      HEIGHTS.filter((height) => height % 5 === 0 || height < 12).flatMap((height) =>
        faults(framed(view, width, height, changes, model(view, isFull)), width, height).map((fault) => `${width}x${height}: ${fault}`),
      ),
    );
    expect(found.slice(0, 5)).toEqual([]);
  });

  test('in ASCII where nothing else can be shown', () => {
    const pen = { clock: { nowWall: Date.parse(every.at), isUtc: true, zone: 'UTC' }, isUnicode: false };
    for (const pages of [['list'], ['list', 'run'], ['list', 'explain'], ['list', 'log']] satisfies Page[][]) {
      const { lines } = frame({ ...BEGIN, pages }, model(every, true), pen, 80, 60);
      expect(lines.filter(({ text }) => /[^ -~]/.test(text))).toEqual([]);
      expect(lines.filter(({ text }) => stringWidth(text) > 80)).toEqual([]);
    }
  });
});

describe('80x24', () => {
  test('the counts first, then whether this can be trusted', () => {
    const [first, second] = framed(fleet(), 80, 24);
    expect(first).toMatch(/^dogwatch {2}build-01 {2}1 needs you, .* UTC$/);
    expect(second).toMatch(/^watchdog \(process 4711\) up for/);
  });

  test('a dead watchdog is the second line, in reverse video', () => {
    const pen = { clock: { nowWall: Date.parse(dead.at), isUtc: true, zone: 'UTC' }, isUnicode: true };
    const [, second] = frame(BEGIN, model(dead), pen, 80, 24).lines;
    expect(second).toMatchObject({ text: expect.stringMatching(/^no watchdog is alive/), look: 'alarm' });
  });

  test('without runs, what starts one', () => {
    expect(framed(viewed({}), 80, 24).join('\n')).toMatch(/dogwatch run -- COMMAND[\s\S]*dogwatch adopt[\s\S]*dogwatch demo/);
  });

  test('a run: attempts, waits, milestones, disk and spend on one axis', () => {
    const view = fleet();
    const lines = framed(view, 80, 40, { pages: ['list', 'run'], chosen: 'blocked.1' }, model(view, true));
    const row = (label: string) => lines.find((text) => text.startsWith(label)) ?? '';
    expect(row('run ')).toMatch(/^run {3}━+┃·+ *━+!+$/);
    expect(row('marks').indexOf('^')).toBeLessThan(row('run ').indexOf('┃'));
    expect(row('disk  ')).toMatch(/^disk {2}█+▁+$/);
    expect(row('spend')).toMatch(/█/);
  });

  test('the log follows its end, and stays where it was scrolled to', () => {
    const view = fleet();
    const log = Array.from({ length: 100 }, (_, index) => `line ${index + 1}`);
    const at = (scroll: number) => framed(view, 80, 24, { pages: ['list', 'log'], chosen: 'blocked.1', scroll }, { log }).join('\n');
    expect(at(0)).toContain('line 100');
    expect(at(50)).not.toContain('line 100');
    expect(at(1e6)).toContain('line 1\n');
  });

  test('with a thousand runs, one that needs a person stays in sight', () => {
    const story = working();
    const view = viewed({
      blocked: moments.blocked(),
      ...Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`job-${index}`, story])),
    });
    const lines = framed(view, 80, 24, { chosen: 'job-900.1' });
    expect(lines.some((text) => text.startsWith('!!  blocked'))).toBe(true);
    expect(lines.some((text) => text.startsWith('>>  job-900 '))).toBe(true);
  });
});
