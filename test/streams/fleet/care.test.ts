import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LiveHost, type LiveOptions, type Told } from '../../kit/fleet/live-host.ts';
import { MemoryEngine } from '../../kit/fleet/memory-engine.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** A fleet that has run for two minutes, in which one host is the caretaker. */
async function fleetOf(names: readonly string[], options: (name: string) => LiveOptions = () => ({})) {
  const told: Told[] = [];
  const engine = new MemoryEngine();
  const hosts = names.map((name) => new LiveHost(name, engine, told, options(name)));
  await pass(2 * MINUTE);
  const caretaker = () => hosts.filter(({ duty }) => duty.isMine);
  const others = () => hosts.filter(({ duty }) => !duty.isMine);
  return { told, engine, hosts, caretaker, others };
}

const words = (told: readonly Told[]) => told.map(({ event, notice }) => `${event}: ${notice.subject}`);

test('exactly one host has the duty, and while all are heard of nobody is notified', async () => {
  const { told, caretaker } = await fleetOf(['a', 'b', 'c']);
  await pass(30 * MINUTE);
  expect(caretaker().length).toBe(1);
  expect(told).toEqual([]);
});

test('a host that is killed is told of once, with what its runs need, and that it is back', async () => {
  const { told, others } = await fleetOf(['a', 'b', 'c']);
  const dead = others()[0]!;
  dead.change('docs', { name: 'docs', state: 'working', group: 'working', sign: '>>', label: 'working', why: 'it works' });
  dead.change('upgrade', { name: 'upgrade', state: 'escalated', group: 'person', sign: '!!', label: 'escalated', why: '"which licence?"' });
  await pass(SECOND);
  dead.kill();
  const since = Date.now();
  while (told.length === 0 && Date.now() - since < 5 * MINUTE) await pass(SECOND);
  expect(Date.now() - since).toBeLessThanOrEqual(70 * SECOND);
  await pass(30 * MINUTE);
  expect(words(told)).toEqual([`notice: the host ${dead.name} is not heard of`]);
  const { sentence, lastLines, commands } = told[0]!.notice;
  expect(sentence).toMatch(/^Nothing has been heard of \w for 1m.* It had 2 runs that were not over: 1 in need of a person, 1 working\.$/);
  expect(lastLines).toEqual(['!! upgrade: escalated, "which licence?"', '>> docs: working, it works']);
  expect(commands[0]).toBe(`ssh ${dead.name} dogwatch status`);
  dead.start();
  await pass(2 * MINUTE);
  expect(words(told).slice(1)).toEqual([`all-clear: the host ${dead.name} is not heard of`]);
  expect(told[1]!.notice).toMatchObject({ id: told[0]!.notice.id, over: `${dead.name} is heard of again` });
});

test('the caretaker itself is killed: another one takes the duty, tells of it, and reminds of what was told before', async () => {
  const { told, caretaker, others, hosts } = await fleetOf(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  const [first] = others();
  first!.kill();
  await pass(2 * MINUTE);
  const before = caretaker()[0]!;
  before.kill();
  await pass(4 * MINUTE);
  const dead = [first, before].map((host) => host!.name);
  expect(words(told)).toEqual(dead.map((name) => `notice: the host ${name} is not heard of`));
  const after = hosts.filter((host) => host !== before && host.duty.isMine);
  expect(after.length).toBe(1);
  expect(after[0]!.outbox.notices.map(({ subject }) => subject).toSorted()).toEqual(
    dead.map((name) => `the host ${name} is not heard of`).toSorted(),
  );
  // The former one comes back, and leaves it to the other one.
  before.start();
  await pass(3 * MINUTE);
  expect(before.outbox.notices).toEqual([]);
  expect(words(told).slice(2)).toEqual([`all-clear: the host ${before.name} is not heard of`]);
});

test('many hosts at once are one notice', async () => {
  const { told, others } = await fleetOf(['a', 'b', 'c', 'd', 'e', 'f']);
  const cut = others().slice(0, 4);
  for (const host of cut) host.connection.cut(true);
  await pass(5 * MINUTE);
  expect(words(told)).toEqual(['notice: 4 hosts fell silent together: the network or the engine']);
  for (const host of cut) host.connection.cut(false);
  await pass(5 * MINUTE);
  expect(words(told).slice(1)).toEqual(['all-clear: 4 hosts fell silent together: the network or the engine']);
});

test('an engine that is away for everybody is no silence; after a quarter of an hour each host says so itself', async () => {
  const { told, hosts } = await fleetOf(['a', 'b', 'c']);
  for (const host of hosts) host.connection.cut(true);
  await pass(14 * MINUTE);
  expect(told).toEqual([]);
  await pass(2 * MINUTE);
  expect(told.map(({ by, notice }) => `${by} ${notice.cause}`).toSorted()).toEqual(['a fleet engine', 'b fleet engine', 'c fleet engine']);
  for (const host of hosts) host.connection.cut(false);
  await pass(10 * MINUTE);
  expect(
    told
      .slice(3)
      .map(({ by, event }) => `${by} ${event}`)
      .toSorted(),
  ).toEqual(['a all-clear', 'b all-clear', 'c all-clear']);
});

test('a watchdog that ended with nothing to do is not missed; one that was ended with runs is', async () => {
  const { told, others } = await fleetOf(['a', 'b', 'c'], (name) => ({ active: name === 'b' ? 0 : 2 }));
  for (const host of others()) {
    const gone = host.beats.farewell(host.document(true), 1000);
    await pass(SECOND);
    await gone;
    host.kill();
    await pass(3 * MINUTE);
  }
  const withRuns = others().filter(({ name }) => name !== 'b');
  expect(words(told)).toEqual(withRuns.map(({ name }) => `notice: the watchdog of the host ${name} has ended`));
});

test('a host with a channel has the duty before one that can only write into its log', async () => {
  const { caretaker } = await fleetOf(['a', 'b', 'c', 'd'], (name) => ({ channels: name === 'c' ? 1 : 0 }));
  await pass(5 * MINUTE);
  expect(caretaker().map(({ name }) => name)).toEqual(['c']);
});

test('in a large fleet few hosts read the rows of all', async () => {
  const names = Array.from({ length: 30 }, (_, number) => `host-${number}`);
  const { hosts } = await fleetOf(names);
  const lists = hosts.map(({ connection }) => vi.spyOn(connection, 'list'));
  await pass(2 * MINUTE);
  const readers = lists.filter((list) => list.mock.calls.filter(([bucket]) => bucket === 'hosts').length > 2);
  expect(readers.length).toBe(5);
});

test('what stands there and is no row of a notice or a lease is written over', async () => {
  const { engine, told, others, caretaker } = await fleetOf(['a', 'b', 'c']);
  const dead = others()[0]!;
  engine.write('notices', `host-dead.${dead.key}`, 'spoiled');
  engine.write('duty', 'caretaker', '[]');
  dead.kill();
  await pass(6 * MINUTE);
  expect(caretaker().length).toBe(1);
  expect(words(told)).toEqual([`notice: the host ${dead.name} is not heard of`]);
});
