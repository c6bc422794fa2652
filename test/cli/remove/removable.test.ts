import { describe, expect, test } from 'vitest';
import { prunableRuns, removableRuns } from '../../../src/cli/remove/removable.ts';
import type { RunState } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { newRunNamed } from '../../kit/samples-of-decisions.ts';

const run = (name: string, generation: number, state: RunState, sinceWall = 0): Run => ({
  ...newRunNamed(name, generation),
  state,
  since: { wall: sinceWall, mono: 0 },
});

const RUNS = [
  run('docs', 1, 'complete'),
  run('docs', 2, 'stopped'),
  run('up', 1, 'failed'),
  run('up', 2, 'working'),
  run('up-x', 1, 'held'),
];
const reader = { everyRun: () => RUNS };
const ids = (...names: string[]) => removableRuns(reader, names).map(({ id }) => id);

describe('what is removed', () => {
  test.each([
    [['docs'], ['docs.1', 'docs.2']],
    [['docs.1'], ['docs.1']],
    [
      ['up.1', 'docs.2', 'up.1'],
      ['up.1', 'docs.2'],
    ],
    [['*'], ['docs.1', 'docs.2', 'up.1']],
    [['up*'], ['up.1']],
  ])('%j', (names, wanted) => {
    expect(ids(...names)).toEqual(wanted);
  });

  test.each([
    [['up'], 64, 'up.2 is working'],
    [['docs', 'up-x'], 64, 'up-x.1 is held'],
    [['up-*'], 64, 'up-x.1 is held'],
    [['doc'], 66, null],
    [['x*'], 66, null],
  ])('%j is refused', (names, exitCode, got) => {
    let thrown: unknown = null;
    try {
      ids(...names);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ exitCode, ...(got === null ? {} : { explanation: { got } }) });
  });
});

test('prune: what is over for long enough, of every generation', () => {
  const old = {
    everyRun: () => [run('a', 1, 'complete', 0), run('a', 2, 'failed', 500), run('b', 1, 'stopped', 900), run('c', 1, 'held', 0)],
  };
  const prunable = (olderThanMs: number) => prunableRuns(old, olderThanMs, 1000).map(({ id }) => id);
  expect([prunable(0), prunable(500), prunable(501), prunable(1001)]).toEqual([['a.1', 'a.2', 'b.1'], ['a.1', 'a.2'], ['a.1'], []]);
});
