import { spawn } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { endAttempt } from '../../../src/effects/end-attempt.ts';
import { readAttempt } from '../../../src/launch/attempt/record.ts';
import { allProcesses } from '../../../src/system/process/marks.ts';
import { identify, isAlive, signalProcess, statOf } from '../../../src/system/process/process.ts';
import { until, workbench } from '../../kit/workbench.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/agents/${name}`, import.meta.url));

const LONG_MS = 20_000;
const SHORT_MS = 100;

function ending(bench: ReturnType<typeof workbench>, graceMs: number) {
  const { shim, agent, mark } = readAttempt(bench.files(1));
  return endAttempt({ shim, agent, mark, graceMs, cwd: bench.cwd });
}

test('an attempt that heeds TERM gets only that, as do tools in their own sessions, and its status is known', async () => {
  const bench = workbench();
  const { shim } = await bench.start([fixture('agent.sh'), `${bench.cwd}/go`]);
  await until('the tool runs', () => bench.marked(1).find(({ argv }) => argv[1] === '1001'));
  const outcome = await ending(bench, LONG_MS);
  expect(outcome).toEqual({
    kind: 'ended',
    because: expect.stringMatching(/^\d+ processes ended within \d+ms; no process that carries its mark/),
  });
  expect(bench.marked(1)).toEqual([]);
  expect(isAlive(shim)).toBe(false);
  expect(readAttempt(bench.files(1)).exit).toMatchObject({ code: 143, signal: 'SIGTERM' });
});

test('one that ignores TERM is killed after a grace period', async () => {
  const bench = workbench();
  await bench.start([fixture('stubborn.sh')]);
  expect(await ending(bench, SHORT_MS)).toEqual({
    kind: 'ended',
    because: expect.stringMatching(/SIGKILL was needed for stubborn\.sh \(pid \d+\)/),
  });
  expect(bench.marked(1)).toEqual([]);
});

test('one that forks while dying is ended with all its children', async () => {
  const bench = workbench();
  await bench.start([fixture('hydra.sh'), '3']);
  // A child that gets the signal while it starts may miss it: then KILL ends it.
  expect((await ending(bench, SHORT_MS)).kind).toBe('ended');
  expect(bench.marked(1)).toEqual([]);
});

test('a stopped one is ended, without KILL if it heeds TERM', async () => {
  const bench = workbench();
  const { command } = await bench.start(['sh', '-c', 'echo ready; exec sleep 1000']);
  signalProcess(command, 'SIGSTOP');
  await until('it has stopped', () => statOf(command.pid)?.state === 'T');
  expect(await ending(bench, LONG_MS)).toEqual({
    kind: 'ended',
    because: expect.stringMatching(/^1 process ended within \d+ms; no process/),
  });
});

test('a child that cleared its environment is ended with it', async () => {
  const bench = workbench();
  await bench.start([fixture('cleared.sh')]);
  const child = await until('it runs', () => cleared(bench));
  expect((await ending(bench, LONG_MS)).kind).toBe('ended');
  expect(isAlive(child.identity)).toBe(false);
});

function cleared(bench: ReturnType<typeof workbench>) {
  const { shim } = readAttempt(bench.files(1));
  return allProcesses().find(({ sid, comm, mark }) => sid === shim?.pid && comm === 'sleep' && mark === null);
}

test('its shim is killed if it does not exit by itself', async () => {
  const bench = workbench();
  const { shim } = await bench.start(['sh', '-c', 'echo ready; exec sleep 1000']);
  signalProcess(shim, 'SIGSTOP');
  expect((await ending(bench, LONG_MS)).kind).toBe('ended');
  expect(isAlive(shim)).toBe(false);
});

test('processes on the keep-list are left alone, and so is another attempt', async () => {
  const bench = workbench();
  copyFileSync('/bin/sleep', `${bench.cwd}/gpg-agent`);
  await bench.start(['sh', '-c', 'setsid ./gpg-agent 1000 & echo ready; sleep 1000']);
  const kept = await until('the shared server runs', () => bench.marked(1).find(({ comm }) => comm === 'gpg-agent'));
  const other = await bench.start(['sh', '-c', 'echo ready; exec sleep 1000'], { attempt: 2 });
  expect((await ending(bench, LONG_MS)).kind).toBe('ended');
  expect([isAlive(kept.identity), isAlive(other.command)]).toEqual([true, true]);
});

test('one that has already ended needs nothing', async () => {
  const bench = workbench();
  await bench.start(['sh', '-c', 'echo ready']);
  await bench.end();
  expect(await ending(bench, LONG_MS)).toEqual({
    kind: 'ended',
    because: expect.stringMatching(/^none of its processes was still running; no process/),
  });
});

test('an adopted process is ended with all its descendants, and nothing else', async () => {
  const parent = spawn('sh', ['-c', 'setsid sh -c "sleep 1000 & sleep 1000" & sleep 1000'], { stdio: 'ignore', detached: true });
  const bystander = spawn('sleep', ['1000'], { stdio: 'ignore' });
  onTestFinished(() => void bystander.kill('SIGKILL'));
  const agent = identify(parent.pid!)!;
  const family = await until('they all run', () => {
    const found = familyOf(parent.pid!);
    return found.filter(({ comm }) => comm === 'sleep').length === 3 && found;
  });
  expect((await endAttempt({ mark: null, shim: null, agent, graceMs: LONG_MS, cwd: '/' })).kind).toBe('ended');
  expect(family.filter(({ identity }) => isAlive(identity))).toEqual([]);
  expect(identify(bystander.pid!)).not.toBe(null);
});

function familyOf(pid: number) {
  const all = allProcesses();
  const family = new Set([pid]);
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const one of all) if (family.has(one.ppid)) family.add(one.pid);
  }
  return all.filter((one) => family.has(one.pid));
}

test('a reused pid is not touched', async () => {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const identity = identify(child.pid!)!;
  const agent = { ...identity, startTicks: identity.startTicks - 1 };
  expect((await endAttempt({ mark: null, shim: null, agent, graceMs: SHORT_MS, cwd: '/' })).kind).toBe('ended');
  expect(isAlive(identity)).toBe(true);
});
