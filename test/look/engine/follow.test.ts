import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { newFleet } from '../../../src/fleet/admin/fleet-file.ts';
import { follow } from '../../../src/look/engine/follow.ts';
import { Gathered } from '../../../src/look/engine/gathered.ts';
import { MemoryEngine } from '../../kit/fleet/memory-engine.ts';
import { SigningHost } from '../../kit/fleet/signing-host.ts';
import { until } from '../../kit/until.ts';

/** A host of a fleet in an engine, and a viewer that follows it until the end of the test. */
function followed({ isUnreadable = false } = {}) {
  const host = new SigningHost(newFleet('build', ['nats://127.0.0.1:4222'], null), 'ci-1');
  const engine = new MemoryEngine();
  const viewer = engine.connect();
  viewer.isUnreadable = isUnreadable;
  const { fleet, root } = host.invitation;
  const nowMs = () => 1_000_000 + performance.now();
  const gathered = new Gathered({ fleet, root, host: 'office', takeMs: 60_000, clean: (text) => text });
  const runs = () => gathered.known({ wall: host.last, upMs: nowMs() })[0]?.heard?.view.runs.map(({ because }) => because);
  const says = (because: string) => {
    engine.write('runs', 'ci-1.train', host.says('train', because));
    engine.write('hosts', 'ci-1', host.beats());
  };
  says('one');
  const heard: boolean[] = [];
  const end = new AbortController();
  const ended = follow({ engine: viewer, gathered, nowMs }, (isAnswered) => heard.push(isAnswered), end.signal);
  onTestFinished(async () => {
    end.abort();
    await ended;
  });
  return { viewer, runs, says, heard, end, ended };
}

test('each change is followed, and those that come together are called for once', async () => {
  const { runs, says, heard } = followed();
  await until('the first picture', () => heard.length === 1);
  expect(runs()).toEqual(['one']);
  for (let change = 0; change < 50; change++) says(`change ${change}`);
  await until('the next one', () => heard.length > 1);
  expect(runs()).toEqual(['change 49']);
  expect(heard).toEqual([true, true]);
});

test('an engine that does not answer is said, and what the watch missed meanwhile is read', async () => {
  const { viewer, runs, says, heard } = followed({ isUnreadable: true });
  await until('it says that nobody answered', () => heard.at(-1) === false);
  viewer.cut(true);
  says('two');
  viewer.cut(false);
  viewer.isUnreadable = false;
  await until('it has read all', () => heard.at(-1) === true);
  expect(runs()).toEqual(['two']);
});

test('after its end it calls for nothing', async () => {
  const { says, heard, end, ended } = followed();
  await until('the first picture', () => heard.length === 1);
  says('two');
  end.abort();
  await ended;
  await pause(400);
  expect(heard).toEqual([true]);
});
