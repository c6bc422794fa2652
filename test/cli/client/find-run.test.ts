import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { findRun } from '../../../src/cli/client/find-run.ts';
import { Problem, renderProblem } from '../../../src/cli/terminal/problem.ts';
import { openReader } from '../../../src/store/reader.ts';
import { HOSTILE, isHarmful, keptState } from '../../kit/kept-state.ts';
import { stateDirectory } from '../../kit/opened-store.ts';
import { newRunNamed, noting } from '../../kit/samples-of-decisions.ts';

beforeEach(() => void vi.stubEnv('FORCE_COLOR', undefined));
afterEach(() => void vi.unstubAllEnvs());

async function reading(...names: string[]) {
  const { where, keep } = await keptState();
  names.forEach((name, index) => {
    keep(noting(newRunNamed(name), index + 1));
  });
  const reader = openReader(where);
  onTestFinished(() => reader.close());
  return { reader, keep };
}

function said(job: () => unknown): string {
  try {
    job();
  } catch (error) {
    if (error instanceof Problem && error.exitCode === 66) return renderProblem(error);
    throw error;
  }
  throw new Error('expected a problem');
}

test('a name means its newest run; an id finds an older one', async () => {
  const { reader, keep } = await reading('upgrade');
  keep(noting(newRunNamed('upgrade', 2), 2));
  expect([findRun(reader, 'upgrade').id, findRun(reader, 'upgrade.1').id]).toEqual(['upgrade.2', 'upgrade.1']);
});

const names = ['upgrade', 'upgrade-2', 'docs', 'nightly-build', 'nightly-tests'];

test.each([
  ['upgrad', /did you mean upgrade or upgrade-2\?/],
  ['dosc', /did you mean docs\?/],
  ['nightly', /did you mean nightly-build or nightly-tests\?/],
  ['UPGRADE', /one of docs, nightly-build, nightly-tests, upgrade, upgrade-2$/m],
  ['something else', /one of docs, /],
  ['', /one of docs, /],
])('suggests what %j, which is not a name, may have meant', async (name, hint) => {
  const { reader } = await reading(...names);
  const text = said(() => findRun(reader, name));
  expect(text).toContain(`there is no run ${JSON.stringify(name)}`);
  expect(text).toMatch(hint);
});

test('lists only some of many runs', async () => {
  const { reader } = await reading(...Array.from({ length: 30 }, (_, number) => `run-${number}`));
  expect(said(() => findRun(reader, 'something else'))).toMatch(/ and 10 more/);
});

test('without any runs, says how to start one', () => {
  const reader = openReader(stateDirectory());
  expect(said(() => findRun(reader, 'upgrade'))).toMatch(/dogwatch run -- COMMAND/);
});

test('sanitizes a hostile name', async () => {
  const { reader } = await reading('upgrade');
  expect(isHarmful(said(() => findRun(reader, HOSTILE)))).toBe(false);
});
