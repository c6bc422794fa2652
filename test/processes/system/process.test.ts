import { spawn } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { bootId, holdProcess, identify, isAlive, monoMs, signalProcess, startedMono, statOf } from '../../../src/system/process/process.ts';
import { until } from '../../kit/workbench.ts';

function sleeper(argv: readonly [string, ...string[]] = ['sleep', '1000']) {
  const child = spawn(argv[0], argv.slice(1), { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const identity = identify(child.pid!)!;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  return { child, identity, gone };
}

test('a process is alive until it dies, also through a handle', async () => {
  const { child, identity, gone } = sleeper();
  const held = holdProcess(identity)!;
  expect([isAlive(identity), held.isAlive()]).toEqual([true, true]);
  child.kill('SIGKILL');
  await gone;
  expect([isAlive(identity), held.isAlive(), identify(identity.pid), holdProcess(identity)]).toEqual([false, false, null, null]);
  held.close();
  held.close();
});

test('a zombie is dead', async () => {
  // `sleep` never waits for the child that its shell left it.
  const { identity } = sleeper(['sh', '-c', 'sh -c "exit 0" & exec sleep 1000']);
  const zombie = await until('there is a zombie', () => {
    const stats = Array.from({ length: 200 }, (_, next) => statOf(identity.pid + next + 1));
    return stats.find((stat) => stat?.ppid === identity.pid && stat.state === 'Z');
  });
  expect(identify(zombie.pid)).toBe(null);
  expect(holdProcess({ bootId: bootId(), pid: zombie.pid, startTicks: zombie.startTicks })).toBe(null);
});

test('another process with the same pid, or one of an earlier boot, is neither alive nor signalled', () => {
  const { identity } = sleeper();
  for (const other of [
    { ...identity, startTicks: identity.startTicks - 1 },
    { ...identity, bootId: 'earlier' },
  ])
    expect([isAlive(other), holdProcess(other), signalProcess(other, 'SIGKILL')]).toEqual([false, null, false]);
  expect(isAlive(identity)).toBe(true);
});

test('a signal to the right process arrives', async () => {
  const { identity, gone } = sleeper();
  expect(signalProcess(identity, 'SIGTERM')).toBe(true);
  await gone;
  expect(signalProcess(identity, 'SIGTERM')).toBe(false);
});

test('the start time of a process is on the monotonic clock', () => {
  const before = monoMs();
  const { identity } = sleeper();
  const started = startedMono(identity.startTicks);
  // A tick is 10 ms, and the uptime is given in hundredths of a second.
  expect(started).toBeGreaterThan(before - 30);
  expect(started).toBeLessThan(monoMs() + 30);
});
