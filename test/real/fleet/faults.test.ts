import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { Swapped } from '../../../src/core/fleet/lease.ts';
import type { Engine, Entry } from '../../../src/fleet/engine.ts';
import { connectOnce } from '../../../src/fleet/nats/access.ts';
import { createBuckets } from '../../../src/fleet/nats/buckets.ts';
import { connectEngine, type NatsEngine } from '../../../src/fleet/nats/connected.ts';
import { expectNoAnswer, heard, SOON, written } from '../../kit/fleet/contract.ts';
import { until } from '../../kit/until.ts';
import { NatsNodes, type Version, whyNoNats } from './nats-nodes.ts';

const WHY_NOT = whyNoNats();
const PATIENTLY = { timeout: 60_000 };

let nodes: NatsNodes;
const engines: NatsEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
  await nodes?.end();
});

async function started(version: Version, count: number): Promise<void> {
  nodes = await new NatsNodes(version).start(count);
  await makeBuckets();
}

async function makeBuckets(): Promise<void> {
  const admin = await connectOnce({ host: 'admin', urls: nodes.urls, natsSeed: null });
  await createBuckets(admin);
  await admin.close();
}

async function connected(host: string, urls = nodes.urls): Promise<NatsEngine> {
  const engine = await connectEngine({ host, urls, natsSeed: null });
  engines.push(engine);
  return engine;
}

/** The number of the node that leads this bucket. */
async function leaderOf(bucket: string): Promise<number> {
  const admin = await connectOnce({ host: 'admin', urls: nodes.urls, natsSeed: null });
  const info = await admin.request(`$JS.API.STREAM.INFO.KV_dw_${bucket}`, '', { timeout: 10_000 });
  await admin.close();
  return Number((info.json() as { cluster: { leader: string } }).cluster.leader.replace('node-', ''));
}

/**
 * One host that counts in one row, as a lease is renewed: it reads after everything that is not
 * written, and counts on from what stands there.
 */
class Counter {
  readonly acknowledged: number[] = [];
  readonly results: Swapped['kind'][] = [];
  #rev = 0;
  count = 0;

  async step(engine: Engine): Promise<void> {
    const next = this.count + 1;
    const result = await engine.swap('runs', 'counter.a', this.#rev, String(next));
    this.results.push(result.kind);
    if (result.kind === 'written') {
      this.#rev = result.rev;
      this.count = next;
      this.acknowledged.push(next);
      return;
    }
    const stored = await engine.get('runs', 'counter.a');
    if (stored === null || stored.rev < this.#rev) return;
    this.#rev = stored.rev;
    this.count = Number(stored.row ?? 0);
  }

  /** Counts until it has been written once more. */
  async goesOn(engine: Engine): Promise<void> {
    const before = this.acknowledged.length;
    const moreThan = async () => {
      await this.step(engine);
      return this.acknowledged.length;
    };
    await expect.poll(moreThan, PATIENTLY).toBeGreaterThan(before);
  }
}

describe.skipIf(WHY_NOT !== null).for(['2.10', 'newest'] as const)('the faults of NATS %s', (version) => {
  test.for(['SIGKILL', 'SIGSTOP'] as const)('the node that leads a bucket gets %s', async (signal) => {
    await started(version, 3);
    const one = await connected('one');
    const other = await connected('other');
    const counter = new Counter();
    const watch = heard(other, 'counter.');
    while (watch.entries.size === 0) await counter.goesOn(one);
    for (let round = 0; round < 2; round += 1) {
      const leader = await leaderOf('runs');
      if (signal === 'SIGKILL') await nodes.down(leader);
      else nodes.signal(leader, 'SIGSTOP');
      await counter.goesOn(one);
      await counter.goesOn(one);
      // It is heard of again by itself, and what was written meanwhile too.
      await until('the watch hears of the last', () => Number(watch.entries.get('counter.a')?.row) >= counter.count);
      if (signal === 'SIGKILL') await nodes.up(leader);
      else nodes.signal(leader, 'SIGCONT');
      await nodes.settled();
    }
    // What was acknowledged only grew, and is there: nobody else writes this row.
    expect(counter.acknowledged).toEqual(counter.acknowledged.toSorted((a, b) => a - b));
    await expect.poll(async () => Number((await other.get('runs', 'counter.a'))?.row), PATIENTLY).toBe(counter.count);
    let rows: ReadonlyMap<string, Entry> | null = null;
    await expect.poll(async () => (rows = await other.list('runs', 'counter.')), PATIENTLY).not.toBe(null);
    expect([...(rows ?? new Map<string, Entry>()).keys()]).toEqual(['counter.a']);
  });

  test('without a majority nothing is known, and then everything again', async () => {
    await started(version, 3);
    const one = await connected('one');
    const made = await one.made();
    const rev = written(await one.swap('hosts', 'a', 0, 'x'));
    await nodes.down(0);
    await nodes.down(1);
    expect((await one.swap('hosts', 'a', rev, 'y')).kind).toBe('unknown');
    await nodes.up(0);
    await nodes.up(1);
    await expect.poll(() => one.made(), PATIENTLY).toBe(made);
    const found = await one.get('hosts', 'a');
    expect(['x', 'y']).toContain(found?.row);
    await expect.poll(async () => (await one.swap('hosts', 'a', found?.rev ?? 0, 'z')).kind, PATIENTLY).toBe('written');
  });

  test('an engine that is not there yet, then there, then another one', async () => {
    nodes = await new NatsNodes(version).start(1);
    await nodes.down(0);
    const one = await connected('one');
    const known: boolean[] = [];
    one.onConnection((isConnected) => known.push(isConnected));
    await expectNoAnswer(one);
    expect(one.trouble).toMatch(/refused/);
    await nodes.up(0);
    await until('it is connected', () => known.at(-1));
    // Connected, but there are no buckets: nobody answers.
    await expectNoAnswer(one);
    await makeBuckets();
    const watch = heard(one, '');
    await expect.poll(() => one.made(), SOON).not.toBe(null);
    const made = await one.made();
    const other = await connected('other');
    for (let rev = 0; watch.entries.size === 0; await pause(50)) rev = written(await other.swap('runs', 'a', rev, 'old'));
    await nodes.down(0);
    expect(await one.swap('runs', 'b', 0, 'late')).toEqual({ kind: 'unknown' });
    nodes.lose(0);
    await nodes.up(0);
    await makeBuckets();
    await expect.poll(async () => ((await one.made()) ?? made) !== made, PATIENTLY).toBe(true);
    // What was asked while it was away is not sent later, and revisions begin anew: the watch hears.
    await expect.poll(() => one.get('runs', 'b'), SOON).toEqual({ rev: 0, row: null });
    written(await one.swap('runs', 'a', 0, 'new'));
    await until('the watch hears of the new engine', () => watch.entries.get('a')?.row === 'new');
    expect(known).toContain(false);
  });

  test('consumers do not pile up when a connection breaks again and again', async () => {
    await started(version, 1);
    const one = await connected('one');
    const other = await connected('other');
    const watch = heard(one, '');
    for (let round = 0; round < 3; round += 1) {
      await nodes.down(0);
      await nodes.up(0);
      watch.entries.clear();
      for (let number = 0; watch.entries.size === 0; number += 1) {
        await expect.poll(async () => (await other.swap('runs', `a${round}-${number}`, 0, 'x')).kind, PATIENTLY).toBe('written');
        await pause(100);
      }
    }
    for (let times = 0; times < 20; times += 1) await one.list('runs', '');
    const admin = await connectOnce({ host: 'admin', urls: nodes.urls, natsSeed: null });
    const consumers = async () => {
      const names = (await admin.request('$JS.API.CONSUMER.NAMES.KV_dw_runs')).json() as { consumers: string[] | null };
      return names.consumers?.length;
    };
    await expect.poll(consumers, PATIENTLY).toBe(1);
    await admin.close();
  });
});
