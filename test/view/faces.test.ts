import { describe, expect, test } from 'vitest';
import type { RunDecision } from '../../src/core/decision.ts';
import { openNotice } from '../../src/core/notices/notice.ts';
import { lookAt } from '../../src/look/state.ts';
import { instant } from '../../src/system/process/clock.ts';
import * as moments from '../kit/core/moments.ts';
import { news } from '../kit/core/notice-samples.ts';
import { type Story, working } from '../kit/core/world.ts';
import { ALIVE, DEAD, keptState } from '../kit/kept-state.ts';
import { FACES } from './faces.ts';

const STORIES: Readonly<Record<string, () => Story>> = {
  blocked: moments.blocked,
  dead: moments.dead,
  done: moments.stopped,
  fails: moments.failed,
  'handed-off': moments.handedOff,
  'job-2': working,
  'job-10': working,
  limited: moments.limited,
  mending: moments.mending,
  paused: moments.paused,
  quiet: moments.tool,
};

/** The last decision of a story, as if it had just been made about a run of this name. */
function lastOf(story: Story, name: string, seq: number): RunDecision {
  const { last, run, now } = story;
  const byMs = instant().wall - now.wall;
  const shifted = JSON.parse(JSON.stringify(run), (key, value) =>
    /^(?:wall|.*Wall)$/.test(key) && typeof value === 'number' ? value + byMs : value,
  );
  const id = `${name}.1`;
  const renamed = { ...shifted, id, name, spec: { ...shifted.spec, name } };
  return {
    ...last,
    observation: { ...last.observation, run: id, seq },
    run: renamed,
    material: true,
    actions: [],
    reply: null,
    holds: null,
    recoveryHolds: null,
  };
}

async function oneState(watchdog = ALIVE()) {
  const { where, keep, store } = await keptState(watchdog);
  Object.entries(STORIES).forEach(([name, story], index) => {
    keep(lastOf(story(), name, index + 1));
  });
  const notice = openNotice(news({ cause: 'overlong-tool/quiet.1', runs: [{ id: 'quiet.1', name: 'quiet' }] }), instant());
  store.record([], { kept: [notice], dropped: [] });
  return where;
}

describe('all faces say the same of one state', () => {
  test.each(FACES)('$name', async ({ say }) => {
    const where = await oneState();
    const view = await lookAt(where);
    const names = view.runs.map(({ name }) => name);
    const of = (value: (run: (typeof view.runs)[number]) => string) => Object.fromEntries(view.runs.map((run) => [run.name, value(run)]));
    const said = await say(where, names);
    const expected = {
      order: names,
      states: of(({ state }) => state),
      current: Object.fromEntries(view.runs.filter(({ group }) => group !== 'done').map(({ name, state }) => [name, state])),
      next: of(({ next }) => next.what),
      person: view.counts.person,
      commands: of(({ commands }) => commands[0]?.type ?? ''),
      isWatched: true,
    };
    expect(said).toEqual(Object.fromEntries(Object.entries({ ...expected, reasons: expect.anything() }).filter(([fact]) => fact in said)));
    for (const { name, why } of view.runs.filter(() => said.reasons !== undefined))
      expect([name, said.reasons?.[name]?.slice(0, 40)]).toEqual([name, why.slice(0, 40)]);
  });

  test.each(FACES)('$name: nobody looks', async ({ say }) => {
    expect(await say(await oneState(DEAD), ['job-2'])).toMatchObject({ isWatched: false });
  });

  test('with something in each group, in the order of need', async () => {
    const { runs, counts } = await lookAt(await oneState());
    expect(counts).toEqual({ person: 4, held: 4, quiet: 0, working: 2, done: 1 });
    expect(runs.map(({ name }) => name)).toEqual([
      'blocked',
      'fails',
      'handed-off',
      'quiet',
      'dead',
      'limited',
      'mending',
      'paused',
      'job-2',
      'job-10',
      'done',
    ]);
  });
});
