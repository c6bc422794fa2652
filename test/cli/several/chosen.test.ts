import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { chosenRuns } from '../../../src/cli/several/chosen.ts';
import { Problem } from '../../../src/cli/terminal/problem.ts';
import { openReader } from '../../../src/store/reader.ts';
import { keptState } from '../../kit/kept-state.ts';
import { newRunNamed, noting } from '../../kit/samples-of-decisions.ts';

beforeEach(() => void vi.stubEnv('FORCE_COLOR', undefined));
afterEach(() => void vi.unstubAllEnvs());

const NAMES = ['docs', 'upgrade', 'upgrade-2', 'up*', 'up*', '[docs]'];

async function choosing(...choice: Parameters<typeof chosenRuns>[1]['names']) {
  const { where, keep } = await keptState();
  NAMES.forEach((name, index) => {
    const generation = NAMES.slice(0, index + 1).filter((one) => one === name).length;
    keep(noting(newRunNamed(name, generation), index + 1));
  });
  const reader = openReader(where);
  onTestFinished(() => reader.close());
  return (all = false, isMeant: (run: { readonly name: string }) => boolean = () => true) =>
    chosenRuns(reader, { names: choice, all }, { verb: 'stop', isMeant }).map(({ id }) => id);
}

describe('which runs are chosen', () => {
  test.each<{ names: string[]; ids: string[] }>([
    { names: ['docs'], ids: ['docs.1'] },
    { names: ['upgrade', 'docs', 'upgrade'], ids: ['upgrade.1', 'docs.1'] },
    { names: ['up*.1'], ids: ['up*.1'] },
    { names: ['up*'], ids: ['up*.2'] },
    { names: ['up?rade*'], ids: ['upgrade.1', 'upgrade-2.1'] },
    { names: ['[docs]'], ids: ['[docs].1'] },
    { names: ['*docs*', 'docs'], ids: ['[docs].1', 'docs.1'] },
  ])('$names', async ({ names, ids }) => {
    expect((await choosing(...names))()).toEqual(ids);
  });

  test('--all are those that the command can do something with', async () => {
    const choose = await choosing();
    expect(choose(true, ({ name }) => name.startsWith('upgrade'))).toEqual(['upgrade.1', 'upgrade-2.1']);
    expect(choose(true, () => false)).toEqual([]);
  });
});

describe('what chooses nothing is an error before anything is done', () => {
  test.each<{ names: string[]; all?: boolean; isMeant?: () => boolean; code: number; says: string }>([
    { names: [], code: 64, says: 'which runs to stop' },
    { names: ['docs'], all: true, code: 64, says: 'which runs to stop' },
    { names: ['docs', 'upgrad'], code: 66, says: 'there is no run "upgrad"' },
    { names: ['x*'], code: 66, says: 'there is no run "x*"' },
    { names: ['upgrade-*'], isMeant: () => false, code: 64, says: 'nothing to stop among the runs "upgrade-*"' },
  ])('$names', async ({ names, all, isMeant, code, says }) => {
    const choose = await choosing(...names);
    const problem = (() => {
      try {
        return choose(all, isMeant);
      } catch (error) {
        return error;
      }
    })();
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ exitCode: code, message: expect.stringContaining(says) });
  });
});
