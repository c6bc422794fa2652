import { mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { highestGeneration, highestOnDisk, lostAttempts } from '../../../src/launch/attempt/on-disk.ts';
import { layout } from '../../../src/store/directory/layout.ts';
import { startedMono } from '../../../src/system/process/process.ts';
import { workbench } from '../../kit/workbench.ts';

test('attempts on disk are compared with known ones, by number', async () => {
  const bench = workbench();
  const where = layout(`${bench.directory}/state`);
  for (const name of ['2', '10', '9', 'x', '011', '-12', '1e3'])
    mkdirSync(join(where.runs, bench.run, 'attempts', name), { recursive: true });
  mkdirSync(join(where.runs, 'other.3'), { recursive: true });
  expect([highestOnDisk(where, bench.run), highestOnDisk(where, 'other.3'), highestOnDisk(where, 'none.1')]).toEqual([10, 0, 0]);
  const { shim, command } = await bench.start(['/bin/sh', '-c', 'echo ready; exec sleep 1000'], { attempt: 12 });
  const facts = (tried: number) => lostAttempts(where, new Map([[bench.run, tried]]), new Map()).facts;
  expect(facts(12)).toEqual([]);
  expect(facts(11)).toMatchObject([{ kind: 'attempts.found', run: bench.run, highest: 12, shim, agent: command, alive: true, exit: null }]);
});

test('an attempt that a standby became began with its claim, not with its processes', async () => {
  const bench = workbench('generic', undefined, { usesStandbys: true });
  const where = layout(`${bench.directory}/state`);
  const { shim } = await bench.start(['/bin/sh', '-c', 'echo ready; exec sleep 1000']);
  const found = () => lostAttempts(where, new Map([[bench.run, 0]]), new Map()).facts[0]?.startedMono ?? 0;
  utimesSync(bench.files(1).claim, new Date(), new Date(Date.now() + 3_600_000));
  expect(found()).toBeGreaterThan(startedMono(shim.startTicks));
  utimesSync(bench.files(1).claim, new Date(), new Date(0));
  expect(found()).toBeCloseTo(startedMono(shim.startTicks), -3);
});

test('the last snapshot of the runs counts as well, and unknown runs are named', () => {
  const where = layout(join(workbench().directory, 'state'));
  mkdirSync(join(where.runs, 'gone.1', 'attempts', '3'), { recursive: true });
  mkdirSync(join(where.runs, 'never-begun.1'), { recursive: true });
  const found = lostAttempts(
    where,
    new Map([['job.1', 2]]),
    new Map([
      ['job.1', 5],
      ['pictured.1', 1],
      ['waits.1', 0],
    ]),
  );
  expect(found).toMatchObject({
    facts: [{ run: 'job.1', highest: 5, shim: null, alive: false, exit: null, startedMono: null }],
    unknown: ['gone.1', 'pictured.1'],
  });
});

test('a generation that ever began never begins again', () => {
  const where = layout(join(workbench().directory, 'state'));
  for (const id of ['job.2', 'job.11', 'job.x', 'job-2.40', 'jo.99']) mkdirSync(join(where.runs, id), { recursive: true });
  expect(['job', 'job-2', 'none'].map((name) => highestGeneration(where, name))).toEqual([11, 40, 0]);
});
