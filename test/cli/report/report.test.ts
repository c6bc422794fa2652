import { existsSync, symlinkSync, unlinkSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { schemaText } from '../../../src/cli/help/schema.ts';
import { register as history } from '../../../src/cli/history/history.ts';
import { register } from '../../../src/cli/report/report.ts';
import type { RunDecision } from '../../../src/core/decision.ts';
import type { RunEvent } from '../../../src/core/run/events.ts';
import { quarterOf } from '../../../src/core/spend/quarters.ts';
import { keepSnapshot } from '../../../src/look/snapshot.ts';
import type { Report } from '../../../src/report/model.ts';
import type { Layout } from '../../../src/store/directory/layout.ts';
import { instant } from '../../../src/system/process/clock.ts';
import { limited, milestone, stopped } from '../../kit/core/moments.ts';
import type { Story } from '../../kit/core/world.ts';
import { ALIVE, HOSTILE, isHarmful, keptState, look } from '../../kit/kept-state.ts';
import { newRunNamed, noting } from '../../kit/samples-of-decisions.ts';

const HOUR = 3_600_000;

/** The decisions of a story about a run of this name, the last of which was made just now. */
function lately(story: Story, name: string, firstSeq: number): RunDecision[] {
  const byMs = instant().wall - story.now.wall;
  return story.decisions.map((decision, index) => {
    const moved = JSON.parse(JSON.stringify(decision), (key, value) =>
      /^(?:wall|.*Wall)$/.test(key) && typeof value === 'number' ? value + byMs : value,
    ) as RunDecision;
    const id = `${name}.1`;
    const run = { ...moved.run, id, name, spec: { ...moved.run.spec, name } };
    return {
      ...moved,
      observation: { ...moved.observation, run: id, seq: firstSeq + index },
      run,
      actions: [],
      reply: null,
      holds: null,
      recoveryHolds: null,
    };
  });
}

const NAMES = ['limited', 'makes', 'done'] as const;

async function oneNight(): Promise<Layout> {
  const { where, keep } = await keptState();
  [limited(), milestone(), stopped()].forEach((story, index) => {
    keep(...lately(story, NAMES[index] ?? '', 1 + index * 1000));
  });
  return where;
}

const reported = async (where: Layout, ...argv: string[]): Promise<Report> =>
  JSON.parse((await look(register, where, 'report', '--json', ...argv)).out);

describe('dogwatch report', () => {
  test('says what ran, was held and made, and that nobody looks', async () => {
    const { out, thrown } = await look(register, await oneNight(), 'report', '--utc');
    expect(thrown).toBe(null);
    expect(out).toMatch(/^dogwatch: no watchdog is alive/);
    expect(out).toMatch(/^3 runs, .*attempts? started, \d+ milestones?; cost: unknown\.$/m);
    for (const title of ['GOES ON', 'HELD', 'MADE']) expect(out).toContain(`\n${title}\n`);
    expect(out).toContain(' UTC\n');
  });

  test('counts the same as the history since any time', async () => {
    const where = await oneNight();
    const rows = new Map<string, readonly { at: string; events: readonly RunEvent[] }[]>();
    for (const name of NAMES) {
      const { out } = await look(history, where, 'history', name, '--json');
      rows.set(
        name,
        out
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line)),
      );
    }
    const times = [...rows.values()].flat().map(({ at }) => Date.parse(at));
    const somewhere = fc.oneof(fc.constantFrom(...times), fc.integer({ min: Math.min(...times) - HOUR, max: Date.now() - 1 }));
    await fc.assert(
      fc.asyncProperty(somewhere, async (since) => {
        const { counts, runs } = await reported(where, '--since', new Date(since).toISOString());
        const within = (name: string) => (rows.get(name) ?? []).filter(({ at }) => Date.parse(at) >= since).flatMap(({ events }) => events);
        const count = (events: readonly RunEvent[], kind: RunEvent['kind']) => events.filter((event) => event.kind === kind).length;
        const all = NAMES.flatMap(within);
        expect(counts).toMatchObject({
          attemptsStarted: count(all, 'attempt-started'),
          attemptsEnded: count(all, 'attempt-ended'),
          milestones: count(all, 'milestone'),
          recoveries: count(all, 'recovery-over'),
        });
        for (const run of runs) expect(run.milestones).toBe(count(within(run.name), 'milestone'));
      }),
      { numRuns: 60 },
    );
  });

  test('has what was spent since then, for each run', async () => {
    const { where, keep } = await keptState();
    const spend = (hoursAgo: number, statedUsd: number) => ({
      run: 'one.1',
      attempt: 1,
      recovery: null,
      account: 'a',
      quarter: quarterOf(Date.now() - hoursAgo * HOUR),
      amount: { model: 'opus', tokens: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 }, statedUsd, computedUsd: 0, unpriced: 0 },
    });
    keep({ ...noting(newRunNamed('one'), 1), spent: [spend(30, 5), spend(2, 1.25)] });
    const { cost, runs } = await reported(where);
    expect([cost.usd, runs[0]?.cost?.usd]).toEqual([1.25, 1.25]);
    expect((await reported(where, '--since', '2d')).cost.usd).toBe(6.25);
  });

  test('prints JSON that matches the schema', async () => {
    const { $defs } = JSON.parse(schemaText());
    const { error } = z.fromJSONSchema({ $ref: '#/$defs/report', $defs }).safeParse(await reported(await oneNight(), '--since', '99d'));
    expect(error === undefined ? null : z.prettifyError(error)).toBe(null);
  });

  test('guesses nothing of what happened when only the snapshot can be read', async () => {
    const watchdog = ALIVE();
    const { where } = await keptState(watchdog);
    const runs = [{ ...newRunNamed('one'), state: 'held' as const }];
    expect(keepSnapshot(where, runs, { ...watchdog, fence: 1, takenAt: instant() })).toBeNull();
    for (const end of ['', '-wal', '-shm']) if (existsSync(`${where.database}${end}`)) unlinkSync(`${where.database}${end}`);
    // Reading it fails as on a full disk.
    symlinkSync('/proc/self/mem', where.database);
    const { isJournalRead, runs: found, doubts, cost } = await reported(where);
    expect([isJournalRead, found.map(({ name, held }) => [name, held.times]), cost.usd]).toEqual([false, [['one', 0]], null]);
    expect(doubts[0]).toMatch(/disk is full/);
    expect((await look(register, where, 'report')).out).toContain('What happened is unknown: the journal cannot be read.');
  });

  test('says so in one line if nothing ran', async () => {
    const { where } = await keptState();
    const { out } = await look(register, where, 'report', '--utc');
    expect(out.split('\n')).toEqual([expect.stringMatching(/ UTC$/), expect.stringMatching(/^Nothing has run since .*\.$/), '']);
  });

  test('shows nothing of what a run says as more than text', async () => {
    const { where, keep } = await keptState();
    const run = newRunNamed('one');
    keep({ ...noting(run, 1), because: HOSTILE, run: { ...run, because: HOSTILE } });
    for (const form of ['--utc', '--markdown'])
      expect(isHarmful((await look(register, where, 'report', form)).out.replaceAll('\n', ' '))).toBe(false);
  });

  test.each([
    [['--since', 'someday'], '--since is not a time'],
    [['--since', '2999-01-01'], '--since is in the future'],
    [['--json', '--markdown'], 'these options cannot be combined'],
  ])('%j is refused', async (argv, message) => {
    expect((await look(register, await oneNight(), 'report', ...argv)).thrown).toMatchObject({ message, exitCode: 64 });
  });
});
