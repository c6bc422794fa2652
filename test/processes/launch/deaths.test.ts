import { spawn } from 'node:child_process';
import { closeSync, copyFileSync, openSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Subject } from 'rxjs';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Fact } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { identify, signalProcess } from '../../../src/system/process/process.ts';
import { processExits } from '../../../streams/sources/process-exits.ts';
import { until, workbench } from '../../kit/workbench.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/agents/${name}`, import.meta.url));

/** Watches the bench's run, and records the exits it reports. */
function watching(bench: ReturnType<typeof workbench>, run: Run) {
  const exits: (Fact & { kind: 'process.exited' })[] = [];
  const problems: unknown[] = [];
  const changed$ = new Subject<Run>();
  const subscription = processExits(changed$, {
    fifo: () => bench.fifo,
    unit: () => null,
    files: ({ attempt }) => bench.files(attempt?.number ?? 0),
    drain: () => [],
    doneFile: () => null,
    isCapped: () => false,
    report: (problem) => problems.push(problem),
  }).subscribe({ next: (fact) => fact.kind === 'process.exited' && exits.push(fact), error: (error) => problems.push(error) });
  onTestFinished(() => subscription.unsubscribe());
  changed$.next(run);
  const exit = async (count = 1) => (await until('the death is reported', () => exits[count - 1] ?? problems[0])) as (typeof exits)[0];
  return { exits, problems, exit, changed: (next: Run) => changed$.next(next), stop: () => subscription.unsubscribe() };
}

const alone = {
  survivors: [],
  outOfMemory: false,
  lastLine: 'ready',
  run: expect.stringContaining('bench'),
  kind: 'process.exited',
  attempt: 1,
};

describe('the end of an attempt is reported', () => {
  test('with the status of its command', async () => {
    const bench = workbench();
    const { attempt } = await bench.start(['sh', '-c', 'echo ready; while [ ! -e go ]; do sleep 0.01; done; exit 5']);
    const seen = watching(bench, bench.runState(attempt));
    bench.script('go', '');
    expect(await seen.exit()).toEqual({ ...alone, code: 5, signal: null });
  });

  test('when the command was killed', async () => {
    const bench = workbench();
    const { attempt, command } = await bench.start(['sh', '-c', 'echo ready; exec sleep 1000']);
    const seen = watching(bench, bench.runState(attempt));
    signalProcess(command, 'SIGKILL');
    expect(await seen.exit()).toEqual({ ...alone, code: 137, signal: 'SIGKILL' });
  });

  test('not when only the shim was killed, but when the command ends afterwards', async () => {
    const bench = workbench();
    const { attempt, command, shim } = await bench.start(['sh', '-c', 'echo ready; exec sleep 1000']);
    const seen = watching(bench, bench.runState(attempt));
    signalProcess(shim, 'SIGKILL');
    await until('the shim is dead', () => identify(shim.pid) === null);
    expect(seen.exits).toEqual([]);
    signalProcess(command, 'SIGKILL');
    expect(await seen.exit()).toEqual({ ...alone, code: null, signal: null });
  });

  test('without a status when shim and command were killed at once', async () => {
    const bench = workbench();
    const { attempt, shim } = await bench.start(['sh', '-c', 'echo ready; exec sleep 1000']);
    const seen = watching(bench, bench.runState(attempt));
    process.kill(-shim.pid, 'SIGKILL');
    expect(await seen.exit()).toEqual({ ...alone, code: null, signal: null });
  });

  test('for one that died unwatched, with its status', async () => {
    const bench = workbench();
    const { attempt } = await bench.start(['sh', '-c', 'echo ready; exit 4']);
    await bench.end();
    expect(await watching(bench, bench.runState(attempt)).exit()).toEqual({ ...alone, code: 4, signal: null });
  });

  test('for one that an earlier watch saw alive', async () => {
    const bench = workbench();
    const { attempt, command } = await bench.start(['sh', '-c', 'echo ready; exec sleep 1000']);
    const before = watching(bench, bench.runState(attempt));
    before.stop();
    const seen = watching(bench, bench.runState(attempt));
    signalProcess(command, 'SIGTERM');
    expect(await seen.exit()).toEqual({ ...alone, code: 143, signal: 'SIGTERM' });
    expect(before.exits).toEqual([]);
  });

  test('for each attempt of a run that uses one FIFO', async () => {
    const bench = workbench();
    const first = await bench.start(['sh', '-c', 'echo ready; exec sleep 1000']);
    const seen = watching(bench, bench.runState(first.attempt));
    signalProcess(first.command, 'SIGKILL');
    await seen.exit();
    const second = await bench.start(['sh', '-c', 'echo ready; exec sleep 1000'], { attempt: 2 });
    seen.changed(bench.runState(second.attempt));
    signalProcess(second.command, 'SIGKILL');
    expect(await seen.exit(2)).toMatchObject({ attempt: 2, signal: 'SIGKILL' });
  });

  test('even if another process holds its FIFO open, or has removed it', async () => {
    const bench = workbench();
    const first = await bench.start(['sh', '-c', 'echo ready; exec sleep 1000']);
    const held = openSync(bench.fifo, 'r+');
    onTestFinished(() => closeSync(held));
    const seen = watching(bench, bench.runState(first.attempt));
    signalProcess(first.command, 'SIGKILL');
    expect(await seen.exit()).toMatchObject({ attempt: 1, signal: 'SIGKILL' });
    const second = await bench.start(['sh', '-c', 'echo ready; exec sleep 1000'], { attempt: 2 });
    rmSync(bench.fifo);
    seen.changed(bench.runState(second.attempt));
    signalProcess(second.command, 'SIGKILL');
    expect(await seen.exit(2)).toMatchObject({ attempt: 2, signal: 'SIGKILL' });
  });

  test('for a process that dogwatch did not start', async () => {
    const bench = workbench();
    const child = spawn('sleep', ['1000']);
    const agent = await until('it runs', () => identify(child.pid ?? 0));
    const { attempt } = await bench.start(['sh', '-c', 'echo ready']);
    const seen = watching(bench, bench.runState({ ...attempt, shim: null, agent }, true));
    expect(seen.exits).toEqual([]);
    child.kill('SIGKILL');
    expect(await seen.exit()).toEqual({ ...alone, code: null, signal: null });
  });

  test('even if another process has its pid now', async () => {
    const bench = workbench();
    const { attempt, shim } = await bench.start(['sh', '-c', 'echo ready; exec sleep 1000']);
    const earlier = { ...attempt, shim: { ...shim, startTicks: shim.startTicks - 1 }, agent: null };
    expect(await watching(bench, bench.runState({ ...earlier, agent: { ...shim, startTicks: 1 } })).exit()).toMatchObject({ code: null });
  });
});

describe('what outlives an attempt', () => {
  test('an agent behind a wrapper that died is the agent, its tool a tool; the run keeps watching it', async () => {
    const bench = workbench();
    const { attempt, command } = await bench.start([fixture('wrapper.sh'), `${bench.cwd}/go`, 'on']);
    const tool = await until('the tool runs', () => bench.marked(1).find(({ argv }) => argv[1] === '1001'));
    const seen = watching(bench, bench.runState(attempt));
    signalProcess(command, 'SIGKILL');
    const { survivors, signal } = await seen.exit();
    expect(signal).toBe('SIGKILL');
    expect(survivors[0]).toMatchObject({ role: 'agent', name: 'agent.sh' });
    expect(survivors).toContainEqual({ identity: tool.identity, role: 'tool', name: 'sleep' });
    const agent = survivors[0]!.identity;
    seen.changed(bench.runState({ ...attempt, agent }));
    bench.script('go', '');
    const last = await seen.exit(2);
    expect(last).toMatchObject({ code: null, signal: null });
    expect(last.survivors).toMatchObject([{ role: 'tool', name: 'sleep' }]);
  });

  test('a tool in its own session', async () => {
    const bench = workbench('opencode');
    const { attempt, command } = await bench.start([fixture('agent.sh'), `${bench.cwd}/go`]);
    const tool = await until('the tool runs', () => bench.marked(1).find(({ argv }) => argv[1] === '1001'));
    const seen = watching(bench, bench.runState(attempt));
    signalProcess(command, 'SIGKILL');
    const { survivors } = await seen.exit();
    expect(survivors).toContainEqual({ identity: tool.identity, role: 'tool', name: 'sleep' });
  });

  test('what a dead script was waiting for', async () => {
    const bench = workbench();
    const { attempt, command } = await bench.start([bench.script('job.sh', '#!/bin/sh\necho ready\nsleep 1000\n'), '1000']);
    const seen = watching(bench, bench.runState(attempt));
    await until('it sleeps', () => bench.marked(1).find(({ comm }) => comm === 'sleep'));
    signalProcess(command, 'SIGKILL');
    expect((await seen.exit()).survivors).toMatchObject([{ role: 'tool', name: 'sleep' }]);
  });

  test('but nothing on the keep-list', async () => {
    const bench = workbench();
    copyFileSync('/bin/sleep', `${bench.cwd}/ssh-agent`);
    const { attempt, command } = await bench.start(['sh', '-c', 'setsid ./ssh-agent 1000 & echo ready; sleep 1000']);
    await until('the shared server runs', () => bench.marked(1).find(({ comm }) => comm === 'ssh-agent'));
    await until('it sleeps', () => bench.marked(1).find(({ comm }) => comm === 'sleep'));
    const seen = watching(bench, bench.runState(attempt));
    signalProcess(command, 'SIGKILL');
    expect((await seen.exit()).survivors).toMatchObject([{ role: 'tool', name: 'sleep' }]);
  });
});
