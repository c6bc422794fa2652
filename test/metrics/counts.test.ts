import { describe, expect, test } from 'vitest';
import type { HostObservation } from '../../src/core/model/host.ts';
import { Counts } from '../../src/metrics/counts.ts';
import type { HostRow, JournalRow, SpendRow } from '../../src/store/reader.ts';
import * as moments from '../kit/core/moments.ts';
import { MINUTE, type Story, working, worksAndExits } from '../kit/core/world.ts';

function counting(channels: readonly string[] = ['log']) {
  const delays: number[] = [];
  const counts = new Counts(channels, (seconds) => delays.push(seconds));
  /** The values of a family that are not zero, by their labels. */
  const values = (name: string) =>
    Object.fromEntries(
      counts
        .families()
        .filter((family) => family.name === name)
        .flatMap(({ samples }) => samples)
        .filter(({ value }) => value !== 0)
        .map(({ labels, value }) => [Object.values(labels).join(' '), value]),
    );
  return { counts, values, delays };
}

/** What the journal has of a story. */
const rowsOf = (story: Story): readonly JournalRow[] =>
  story.decisions.map(({ observation, run, from, because, actions }, index) => ({
    seq: index + 1,
    run: run.id,
    bootId: 'boot',
    observation,
    from,
    to: run.state,
    because,
    events: [],
    actions,
    given: null,
  }));

describe('before anything has happened', () => {
  test('all counters with known labels are there, as zero', () => {
    const { counts } = counting(['log', 'ntfy://x']);
    const known = counts.families().map(({ name, samples }) => [name, samples.length, samples.every(({ value }) => value === 0)]);
    expect(known).toEqual([
      ['dogwatch_decisions_total', 7, true],
      ['dogwatch_resumes_total', 5, true],
      ['dogwatch_reclaimed_bytes_total', 6, true],
      ['dogwatch_notices_total', 4, true],
      ['dogwatch_spend_usd_total', 2, true],
      ['dogwatch_tokens_total', 5, true],
    ]);
  });
});

describe('resumes', () => {
  test.each<[string, () => Story, Record<string, number>]>([
    ['the first start is none', working, {}],
    [
      'after a death',
      () => {
        const story = working();
        worksAndExits(story, 'SIGKILL');
        story.gathered();
        return story;
      },
      { death: 1 },
    ],
    [
      'because the operator asked for it',
      () => {
        const story = moments.handedOff();
        story.operator({ kind: 'resume', prompt: null });
        return story;
      },
      { operator: 1 },
    ],
  ])('%s', (_, tell, more) => {
    const { counts, values } = counting();
    const story = tell();
    const rows = rowsOf(story);
    counts.decided(rows);
    const resumes = rows.flatMap(({ actions }) => actions.filter((action) => action.kind === 'resume'));
    const counted = values('dogwatch_resumes_total');
    expect(counted).toMatchObject(more);
    expect(Object.values(counted).reduce((sum, value) => sum + value, 0)).toBe(resumes.filter(({ attempt }) => attempt > 1).length);
    expect(values('dogwatch_decisions_total').resume).toBe(resumes.length);
  });

  test('after a limit count as a wait', () => {
    const { counts, values } = counting();
    const story = moments.limited();
    for (let minutes = 0; minutes < 24 * 60 && story.last.actions.length === 0; minutes++) story.after(MINUTE).tick();
    counts.decided(rowsOf(story).slice(-1));
    expect(values('dogwatch_resumes_total')).toEqual({ wait: 1 });
  });

  const started = (boot: string): readonly JournalRow[] => {
    const story = working();
    worksAndExits(story, 'SIGKILL');
    story.gathered();
    story.after(40).started();
    return rowsOf(story).map((row, index, all) => (index === all.length - 1 ? { ...row, bootId: boot } : row));
  };

  test('take as long as from their decision to their start', () => {
    const { counts, delays } = counting();
    counts.decided(started('boot'));
    expect(delays).toEqual([0.04]);
  });

  test('over a reboot take no known time', () => {
    const { counts, delays } = counting();
    counts.decided(started('another'));
    expect(delays).toEqual([]);
  });
});

describe('space', () => {
  const finished = (steps: readonly object[]): HostRow => ({
    seq: 1,
    observation: {
      kind: 'reclaim.finished',
      outcome: { kind: 'reclaimed', steps, others: [], isEnough: true, largest: [] },
    } as unknown as HostObservation,
    because: '',
    actions: [],
  });

  test.each<[string, object, Record<string, number>]>([
    ['as measured', { reclaimer: 'images', claimedBytes: 9, measuredBytes: 5 }, { images: 5 }],
    ['as claimed where nothing can be measured', { reclaimer: 'logs', claimedBytes: 9, measuredBytes: null }, { logs: 9 }],
    ['not less than nothing', { reclaimer: 'logs', claimedBytes: 9, measuredBytes: -5 }, {}],
    ['without the text of a command', { reclaimer: 'command: clean --key s3cret', claimedBytes: 1, measuredBytes: 1 }, { command: 1 }],
  ])('freed %s', (_, step, expected) => {
    const { counts, values } = counting();
    counts.decided([finished([step])]);
    expect(values('dogwatch_reclaimed_bytes_total')).toEqual(expected);
  });
});

describe('spend', () => {
  const row = (changes: Partial<SpendRow> = {}): SpendRow => ({
    run: 'a.1',
    attempt: 1,
    recovery: 0,
    account: 'claude',
    model: 'm',
    quarter: 7,
    input: 10,
    output: 1,
    cacheRead: 0,
    cacheWrite: 0,
    reasoning: null,
    stated: 2,
    computed: 0.5,
    unpriced: 0,
    ...changes,
  });

  test('is what was added since the first look', () => {
    const { counts, values } = counting();
    counts.spent([row()], true);
    expect(values('dogwatch_spend_usd_total')).toEqual({});
    counts.spent([row({ stated: 3, input: 15 }), row({ quarter: 8 })], false);
    expect(values('dogwatch_spend_usd_total')).toEqual({ stated: 3, computed: 0.5 });
    expect(values('dogwatch_tokens_total')).toEqual({ input: 15, output: 1 });
  });

  test('does not shrink when rows are removed', () => {
    const { counts, values } = counting();
    counts.spent([], true);
    counts.spent([row()], false);
    counts.spent([], false);
    expect(values('dogwatch_spend_usd_total')).toEqual({ stated: 2, computed: 0.5 });
  });
});

describe('deliveries', () => {
  const delivery = (accepted: number, failures: number) =>
    ({ accepted, failures, cleared: false, problem: null, at: { wall: 0, mono: 0 }, waitMs: 0 }) as const;
  const notice = (accepted: number, failures: number) => [{ id: 'n', deliveries: { log: delivery(accepted, failures) } }];

  test('are counted by their growth', () => {
    const { counts, values } = counting();
    counts.noticed(notice(3, 2), true);
    expect(values('dogwatch_notices_total')).toEqual({});
    counts.noticed(notice(3, 4), false);
    counts.noticed(notice(4, 0), false);
    counts.noticed(notice(4, 1), false);
    expect(values('dogwatch_notices_total')).toEqual({ 'log delivered': 1, 'log failed': 3 });
  });
});
