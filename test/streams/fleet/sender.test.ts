import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { opened } from '../../../src/fleet/rows/envelope.ts';
import { LiveHost } from '../../kit/fleet/live-host.ts';
import { MemoryEngine } from '../../kit/fleet/memory-engine.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const SECOND = 1000;

const posted = (engine: MemoryEngine, key: string) => {
  const row = engine.bucket('runs').get(key)?.row;
  return row === undefined ? null : opened(row)?.document;
};

test('a change is in the engine at once, and the next beat says that it is all', async () => {
  const engine = new MemoryEngine();
  const host = new LiveHost('ci-1', engine, []);
  await pass(SECOND);
  host.change('build', { state: 'working' });
  await pass(50);
  expect(posted(engine, 'ci-1.build')).toBe('{"state":"working"}');
  await pass(11 * SECOND);
  const { beat } = JSON.parse(opened(engine.bucket('hosts').get('ci-1')!.row)!.document);
  expect(beat).toEqual({ lastChange: host.runs.outbox.last, fingerprint: expect.any(Number), unposted: 0 });
});

test.each([
  ['the answer to a write is lost', 'losesAnswer'],
  ['a write is refused, whatever stands there', 'refuses'],
] as const)('%s: the newest change is there, once', async (_, fault) => {
  const engine = new MemoryEngine();
  const host = new LiveHost('ci-1', engine, []);
  await pass(SECOND);
  host.connection[fault] = true;
  host.change('build', { at: 1 });
  host.change('build', { at: 2 });
  await pass(3 * SECOND);
  expect(posted(engine, 'ci-1.build')).toBe('{"at":2}');
  expect([...host.runs.outbox.rows.values()].map(({ isPosted }) => isPosted)).toEqual([true]);
});

test('while the engine is away one row a run is kept, however often it changes, and the newest arrives', async () => {
  const engine = new MemoryEngine();
  const host = new LiveHost('ci-1', engine, []);
  await pass(SECOND);
  host.connection.cut(true);
  for (let at = 0; at < 5000; at++) host.change(`run-${at % 50}`, { at });
  await pass(3600 * SECOND);
  expect(host.runs.outbox.rows.size).toBe(50);
  host.connection.cut(false);
  await pass(5 * SECOND);
  expect(posted(engine, 'ci-1.run-49')).toBe('{"at":4999}');
});

test('a request that is never answered holds nothing up for long', async () => {
  const engine = new MemoryEngine();
  const host = new LiveHost('ci-1', engine, []);
  await pass(SECOND);
  const swap = vi.spyOn(host.connection, 'swap').mockReturnValue(new Promise(() => {}));
  const get = vi.spyOn(host.connection, 'get').mockReturnValue(new Promise(() => {}));
  host.change('build', { at: 1 });
  await pass(60 * SECOND);
  swap.mockRestore();
  get.mockRestore();
  await pass(10 * SECOND);
  expect(posted(engine, 'ci-1.build')).toBe('{"at":1}');
});

test('killed right after a change that was not sent: the next program sends it', async () => {
  const engine = new MemoryEngine();
  const host = new LiveHost('ci-1', engine, []);
  await pass(SECOND);
  host.connection.cut(true);
  host.change('build', { at: 1 });
  host.kill();
  host.connection.cut(false);
  await pass(SECOND);
  expect(posted(engine, 'ci-1.build')).toBe(null);
  host.start();
  await pass(SECOND);
  expect(posted(engine, 'ci-1.build')).toBe('{"at":1}');
});

test('an engine that was wiped is filled again by itself; what it has and the host does not is gone', async () => {
  const engine = new MemoryEngine();
  const host = new LiveHost('ci-1', engine, []);
  await pass(SECOND);
  for (const run of ['a', 'b', 'c']) host.change(run, { run });
  await pass(2 * SECOND);
  engine.wipe('another day');
  engine.write('runs', 'ci-10.other', '{"number":1,"document":{"of":"another host"}}');
  await pass(30 * SECOND);
  expect(['a', 'b', 'c'].map((run) => posted(engine, `ci-1.${run}`))).toEqual(['{"run":"a"}', '{"run":"b"}', '{"run":"c"}']);
  engine.write('runs', 'ci-1.old', '{"number":7,"document":{"run":"old"}}');
  host.runs.resync();
  await pass(30 * SECOND);
  expect([posted(engine, 'ci-1.old'), posted(engine, 'ci-10.other')]).toEqual(['', '{"of":"another host"}']);
  expect(engine.bucket('hosts').has('ci-1')).toBe(true);
});

test('a row that somebody spoiled is written anew', async () => {
  const engine = new MemoryEngine();
  const host = new LiveHost('ci-1', engine, []);
  await pass(SECOND);
  host.change('a', { run: 'a' });
  await pass(SECOND);
  engine.write('runs', 'ci-1.a', 'spoiled');
  await pass(30 * SECOND);
  expect(posted(engine, 'ci-1.a')).toBe('{"run":"a"}');
});
