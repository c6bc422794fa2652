import { expect, test } from 'vitest';
import { endStrays, markedOf, occupiedBy, straysOf } from '../../../src/effects/strays.ts';
import { layout } from '../../../src/store/directory/layout.ts';
import { until, workbench } from '../../kit/workbench.ts';

const FOREVER = ['/bin/sh', '-c', 'echo ready; exec sleep 1000'];

test.each<[string, mark: (run: string) => string]>([
  ['a later attempt', (run) => `${run}/3/secret`],
  ['an attempt with the same number and another secret', (run) => `${run}/1/secret`],
  ['a recovery agent', (run) => `${run}/recovery-1/secret`],
  ['a mark of an unknown form', (run) => `${run}/check-7/secret/more`],
])('a process of the run counts, whatever its mark says: %s', async (_, mark) => {
  const bench = workbench();
  const { attempt } = await bench.start(FOREVER);
  const where = layout(`${bench.directory}/state`);
  const run = bench.runState(attempt);
  expect(straysOf(run, where)).toEqual([]);
  await bench.launch(FOREVER, { attempt: 7, mark: mark(bench.run) });
  const found = await until('both of its processes are seen', () => {
    const strays = straysOf(run, where);
    return strays.some(({ comm }) => comm === 'sleep') && strays;
  });
  const { pid } = found.find(({ comm }) => comm === 'sleep')!;
  expect(occupiedBy(found)).toContain(String(pid));
  expect(occupiedBy(found)).not.toContain('secret');
  expect(await endStrays(bench.run, where, 5000)).toMatchObject({ kind: 'ended' });
  expect(markedOf(bench.run, where)).toEqual([]);
});

test('a run whose id has this one as a prefix is another run', async () => {
  const bench = workbench();
  const { attempt } = await bench.start(FOREVER);
  const where = layout(`${bench.directory}/state`);
  const other = { ...bench.runState(attempt), id: bench.run.slice(0, -1) };
  expect(markedOf(other.id, where)).toEqual([]);
  expect(await endStrays(other.id, where, 0)).toBeNull();
  expect(markedOf(bench.run, where).length).toBeGreaterThan(0);
});

test('a run with the same id in another state directory is another run', async () => {
  const bench = workbench();
  await bench.start(FOREVER);
  const other = layout(`${bench.directory}/another`);
  expect(markedOf(bench.run, other)).toEqual([]);
  expect(await endStrays(bench.run, other, 0)).toBeNull();
  expect(markedOf(bench.run, layout(`${bench.directory}/state/../state`)).length).toBeGreaterThan(0);
});

test('its short-lived processes still belong to the other state while they start and end', async () => {
  const bench = workbench();
  await bench.start(['/bin/sh', '-c', 'echo ready; while :; do /bin/true & /bin/true & /bin/true & wait; done']);
  await until('it is running', () => markedOf(bench.run, layout(`${bench.directory}/state`)).length > 1);
  const other = layout(`${bench.directory}/another`);
  for (let look = 0; look < 300; look++) expect(markedOf(bench.run, other)).toEqual([]);
});
