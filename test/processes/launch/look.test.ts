import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { lookAtAttempts, type SeenVitals } from '../../../src/launch/attempt/look.ts';
import { identify, monoMs } from '../../../src/system/process/process.ts';
import { until, workbench } from '../../kit/workbench.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/agents/${name}`, import.meta.url));

type Bench = ReturnType<typeof workbench>;

function look(bench: Bench, attempt: Parameters<Bench['runState']>[0], foreign = false): SeenVitals | undefined {
  const run = bench.runState(attempt, foreign);
  return lookAtAttempts([run], () => (foreign ? null : bench.files(1))).get(run.id);
}

test('a waiting agent is not busy; its CPU time is known', async () => {
  const bench = workbench();
  const burn = 'while (process.cpuUsage().user < 2e5); console.log("ready"); setInterval(() => {}, 1e6)';
  const { attempt } = await bench.start([process.execPath, '-e', burn]);
  const seen = look(bench, attempt);
  expect(seen).toMatchObject({ tool: null });
  expect(seen?.cpuMs).toBeGreaterThanOrEqual(50);
});

test('CPU time of ended children still counts', async () => {
  const bench = workbench();
  const burn = `${process.execPath} -e 'while (process.cpuUsage().user < 2e5);'`;
  const { attempt } = await bench.start(['sh', '-c', `${burn}; echo ready; exec sleep 1000`]);
  expect(look(bench, attempt)?.cpuMs).toBeGreaterThanOrEqual(50);
});

test('a tool in its own session makes an agent busy since it started', async () => {
  const bench = workbench('opencode');
  const before = monoMs();
  const { attempt } = await bench.start([fixture('agent.sh'), `${bench.cwd}/go`]);
  await until('the tool runs', () => bench.marked(1).find(({ argv }) => argv[1] === '1001'));
  const tool = look(bench, attempt)?.tool;
  expect(tool).toMatchObject({ name: 'sleep', key: expect.stringMatching(/^\w+$/) });
  expect(tool?.sinceMono).toBeGreaterThan(before - 30);
  expect(look(bench, attempt)?.tool?.key).toBe(tool?.key);
});

test('a helper in the session of a known agent does not make it busy, a shell does', async () => {
  const bench = workbench('opencode');
  const agent = bench.script('opencode', '#!/bin/sh\nsleep 1000 &\necho ready\nwait\n');
  const { attempt } = await bench.start([agent]);
  await until('the helper runs', () => bench.marked(1).find(({ comm }) => comm === 'sleep'));
  expect(look(bench, attempt)).toMatchObject({ tool: null });
  const shelled = bench.script('opencode', '#!/bin/sh\nsh -c "sleep 1000; true" &\necho ready\nwait\n');
  const second = await bench.start([shelled], { attempt: 2 });
  await until('the shell runs', () => bench.marked(2).find(({ argv }) => argv[2]?.startsWith('sleep')));
  const run = bench.runState(second.attempt);
  expect(lookAtAttempts([run], () => bench.files(2)).get(run.id)?.tool).toMatchObject({ name: 'sh' });
});

test('any other command is busy with anything it runs', async () => {
  const bench = workbench('generic');
  const { attempt } = await bench.start(['sh', '-c', 'echo ready; sleep 1000; true']);
  await until('it sleeps', () => bench.marked(1).find(({ comm }) => comm === 'sleep'));
  expect(look(bench, attempt)?.tool).toMatchObject({ name: 'sleep' });
});

test('a process that dogwatch did not start is seen with its descendants', async () => {
  const bench = workbench('generic');
  const { attempt, command } = await bench.start(['sh', '-c', 'echo ready; sleep 1000; true']);
  await until('it sleeps', () => bench.marked(1).find(({ comm }) => comm === 'sleep'));
  const foreign = { ...attempt, shim: null, agent: identify(command.pid) };
  expect(look(bench, foreign, true)?.tool).toMatchObject({ name: 'sleep' });
});

test('an attempt without a living process has no vitals', async () => {
  const bench = workbench();
  const { attempt } = await bench.start(['echo', 'ready']);
  await bench.end();
  await until('they are gone', () => bench.marked(1).length === 0);
  expect(look(bench, attempt)).toBe(undefined);
});
