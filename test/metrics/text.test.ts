import { describe, expect, test } from 'vitest';
import { STATES } from '../../src/core/model/states.ts';
import { gauge } from '../../src/metrics/family.ts';
import { gaugesOf, MOST_RUNS } from '../../src/metrics/gauges.ts';
import { delays, OPEN_METRICS, PROMETHEUS, textOf } from '../../src/metrics/text.ts';
import type { View } from '../../src/view/model.ts';
import * as moments from '../kit/core/moments.ts';
import { type Story, working } from '../kit/core/world.ts';
import { HOSTILE, isHarmful } from '../kit/kept-state.ts';
import { type Around, viewed } from '../kit/viewed.ts';
import { samplesIn, valuesBy } from './parsed.ts';

const BESIDE = { version: '1.2.3', storeBytes: 4096 };

const shown = (view: View, format: Parameters<typeof textOf>[2] = PROMETHEUS): Promise<string> =>
  textOf(gaugesOf(view, BESIDE), delays(), format);

const textWith = (stories: Readonly<Record<string, Story>>, around: Around = {}): Promise<string> => shown(viewed(stories, around));

describe('the state as metrics', () => {
  test('has all states, groups and holds, with zeros', async () => {
    const text = await textWith({ one: working(), two: moments.limited() });
    expect(Object.keys(valuesBy(text, 'dogwatch_runs', 'state')).toSorted()).toEqual(Object.keys(STATES).toSorted());
    expect(valuesBy(text, 'dogwatch_runs_by_group', 'group')).toEqual({ person: 0, held: 1, quiet: 0, working: 1, done: 0 });
    expect(valuesBy(text, 'dogwatch_holds', 'kind')).toMatchObject({ limit: 1, disk: 0, cap: 0 });
  });

  test('of a run has only its current state, and of a run that is done nothing', async () => {
    const samples = samplesIn(await textWith({ one: working(), over: moments.stopped() }));
    expect([...samples.keys()].filter((series) => series.startsWith('dogwatch_run_state'))).toEqual([
      'dogwatch_run_state{run="one",state="working"}',
    ]);
    expect([...samples.keys()].filter((series) => series.includes('"over"'))).toEqual([]);
  });

  test('has the times of progress and of holds in seconds', async () => {
    const view = viewed({ one: moments.limited() });
    const [run] = view.runs;
    const text = await shown(view);
    const until = run?.holds.find(({ kind }) => kind === 'limit')?.until ?? '';
    expect(valuesBy(text, 'dogwatch_run_hold_until_timestamp_seconds', 'kind')).toEqual({ limit: Date.parse(until) / 1000 });
    expect(valuesBy(text, 'dogwatch_run_last_progress_timestamp_seconds', 'run')).toEqual({
      one: Date.parse(run?.milestone?.at ?? run?.startedAt ?? '') / 1000,
    });
  });

  test('says nothing of a sign of life that is not known', async () => {
    const samples = samplesIn(await textWith({}, { host: { seenAt: null, condition: 'none', watchdog: null } }));
    expect(samples.has('dogwatch_watchdog_heartbeat_timestamp_seconds')).toBe(false);
    expect(samples.get('dogwatch_watchdog_alive')).toBe(0);
  });

  test('says when it is from a snapshot', async () => {
    const values = async (around: Around) => samplesIn(await textWith({ one: working() }, around)).get('dogwatch_state_readable');
    expect([await values({}), await values({ keptAt: '2026-03-02T03:00:00.000Z' })]).toEqual([1, 0]);
  });

  test('has windows of accounts, without a value that is not known', async () => {
    const window = {
      name: 'five_hour',
      model: null,
      usedPercent: 87,
      resetsAt: '2026-03-02T04:00:00.000Z',
      seenAt: '2026-03-02T03:00:00.000Z',
      extra: null,
    };
    const accounts = [
      { account: 'claude', runs: [], holds: [], windows: [window, { ...window, name: 'week', usedPercent: null, resetsAt: null }] },
    ];
    const text = await shown({ ...viewed({}), accounts });
    expect(valuesBy(text, 'dogwatch_account_window_used_percent', 'window')).toEqual({ five_hour: 87 });
    expect(valuesBy(text, 'dogwatch_account_window_reset_timestamp_seconds', 'window')).toEqual({ five_hour: 1_772_424_000 });
  });
});

describe('names', () => {
  test.each([
    ['a quote and a backslash', 'a"b\\c', 'a\\"b\\\\c'],
    ['a line end', 'a\nb', 'a b'],
    ['braces and commas', '{x="y",}', '{x=\\"y\\",}'],
    ['other scripts', 'läuft-夜間-🌙', 'läuft-夜間-🌙'],
    ['half a character', 'a\ud800b', 'a\ufffdb'],
  ])('with %s', async (_, name, escaped) => {
    expect(await textWith({ [name]: working() })).toContain(`dogwatch_run_state{run="${escaped}",state="working"} 1\n`);
  });

  test('move nothing on a terminal, and forge no line', async () => {
    const plain = await textWith({ one: working() });
    const text = await textWith({ [HOSTILE]: working() });
    expect(isHarmful(text)).toBe(false);
    expect(text.split('\n').length).toBe(plain.split('\n').length);
  });
});

describe('1,000 runs', () => {
  const many = (count: number) => viewed(Object.fromEntries(Array.from({ length: count }, (_, index) => [`job-${index}`, working()])));

  test('have series for the first of them only, and a count of the others', async () => {
    const view = many(1000);
    const text = await shown(view);
    const series = [...samplesIn(text).keys()];
    expect(new Set(series.flatMap((one) => /run="([^"]*)"/.exec(one)?.[1] ?? [])).size).toBe(MOST_RUNS);
    expect(series.length).toBeLessThan(15 * MOST_RUNS);
    expect(samplesIn(text).get('dogwatch_runs_without_series')).toBe(1000 - MOST_RUNS);
    expect(valuesBy(text, 'dogwatch_runs', 'state').working).toBe(1000);
  });

  test('keep those in front that need a person', async () => {
    const view = many(1000);
    const [first] = viewed({ z: moments.handedOff() }).runs;
    if (first === undefined) throw new Error('expected a run');
    const text = await shown({ ...view, runs: [first, ...view.runs] });
    expect(valuesBy(text, 'dogwatch_run_needs_person', 'run')).toMatchObject({ z: 1 });
  });
});

describe('the two formats', () => {
  test('have the same series, whichever is asked for first', async () => {
    const families = [{ ...gauge('dogwatch_x_total', 'X.', [{ labels: { kind: 'a' }, value: 2 }]), kind: 'counter' as const }];
    const histogram = delays();
    const [open, plain] = [await textOf(families, histogram, OPEN_METRICS), await textOf(families, histogram, PROMETHEUS)];
    expect(open).toContain('# TYPE dogwatch_x counter\ndogwatch_x_total{kind="a"} 2\n');
    expect(open.endsWith('# EOF\n')).toBe(true);
    expect(plain).toContain('# TYPE dogwatch_x_total counter\ndogwatch_x_total{kind="a"} 2\n');
    expect([...samplesIn(plain).keys()].toSorted()).toEqual([...samplesIn(open).keys()].toSorted());
  });
});
