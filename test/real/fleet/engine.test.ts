import { Kvm } from '@nats-io/kv';
import { headers } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/fleet/engine.ts';
import { connectOnce } from '../../../src/fleet/nats/access.ts';
import { checkBuckets, createBuckets } from '../../../src/fleet/nats/buckets.ts';
import { connectEngine } from '../../../src/fleet/nats/connected.ts';
import { CONTRACT, expectNoAnswer, SOON, written } from '../../kit/fleet/contract.ts';
import { NatsNodes, whyNoNats } from './nats-nodes.ts';

const WHY_NOT = whyNoNats();
if (WHY_NOT !== null) console.warn(`skipped: ${WHY_NOT}`);

const ENGINES = [
  { version: '2.10', count: 1 },
  { version: 'newest', count: 1 },
  { version: '2.10', count: 3 },
  { version: 'newest', count: 3 },
] as const;

describe.skipIf(WHY_NOT !== null).for(ENGINES)('NATS $version, $count nodes', ({ version, count }) => {
  let nodes: NatsNodes;
  let one: Engine;
  let other: Engine;

  beforeAll(async () => {
    nodes = await new NatsNodes(version).start(count);
    const admin = await connectOnce({ host: 'admin', urls: nodes.urls, natsSeed: null });
    expect(await createBuckets(admin)).toMatchObject({ replicas: count, made: expect.arrayContaining(['hosts', 'duty']) });
    expect(await createBuckets(admin)).toEqual({ replicas: count, made: [] });
    expect(await checkBuckets(admin)).toEqual([]);
    await admin.close();
    one = await connectEngine({ host: 'one', urls: nodes.urls, natsSeed: null });
    other = await connectEngine({ host: 'other', urls: nodes.urls, natsSeed: null });
  });
  afterAll(async () => {
    await one?.close();
    await other?.close();
    await nodes?.end();
  });

  for (const [number, { name, play }] of CONTRACT.entries()) test(name, () => play({ one, other, key: `case-${number}` }));

  test('its rows are those of a key-value store, also one that was deleted by hand', async () => {
    const admin = await connectOnce({ host: 'admin', urls: nodes.urls, natsSeed: null });
    const store = await new Kvm(admin).open('dw_hosts', { allow_direct: true });
    const rev = written(await one.swap('hosts', 'official', 0, 'a'));
    await expect.poll(async () => (await store.get('official'))?.string(), SOON).toBe('a');
    const deleted = headers();
    deleted.set('KV-Operation', 'DEL');
    await admin.request('$KV.dw_hosts.official', '', { timeout: 10_000, headers: deleted });
    await expect.poll(() => one.get('hosts', 'official'), SOON).toMatchObject({ row: null });
    expect((await one.list('hosts', ''))?.has('official')).toBe(false);
    const after = (await one.get('hosts', 'official'))?.rev ?? 0;
    expect(after).toBeGreaterThan(rev);
    expect(await one.swap('hosts', 'official', 0, 'b')).toEqual({ kind: 'refused' });
    written(await one.swap('hosts', 'official', after, 'b'));
    await admin.close();
  });

  test('nobody can take the rows of others away with one message', async () => {
    const admin = await connectOnce({ host: 'admin', urls: nodes.urls, natsSeed: null });
    const everything = headers();
    everything.set('Nats-Rollup', 'all');
    const refused = await admin.request('$KV.dw_hosts.attacker', 'x', { timeout: 10_000, headers: everything });
    expect(refused.json()).toMatchObject({ error: { description: 'rollup not permitted' } });
    const purged = await admin.request('$JS.API.STREAM.PURGE.KV_dw_hosts', '', { timeout: 10_000 });
    expect(purged.json()).toMatchObject({ error: { description: 'stream purge not permitted' } });
    await admin.close();
  });

  test('closed, it knows nothing', async () => {
    await one.close();
    await expectNoAnswer(one);
  });
});
