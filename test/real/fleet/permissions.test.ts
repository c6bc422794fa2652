import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection, nkeyAuthenticator } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Fleet, newFleet, withHost, writeFleet } from '../../../src/fleet/admin/fleet-file.ts';
import { BUCKETS, type Entry } from '../../../src/fleet/engine.ts';
import { createBuckets } from '../../../src/fleet/nats/buckets.ts';
import { connectEngine } from '../../../src/fleet/nats/connected.ts';
import { adapted, EngineServer, freePort } from './engine.ts';
import { whyNoNats } from './nats-nodes.ts';

const WHY_NOT = whyNoNats();

describe.skipIf(WHY_NOT).each(['newest', '2.10'] as const)(
  `%s: the accounts of a fleet${WHY_NOT === null ? '' : ` (${WHY_NOT})`}`,
  (version) => {
    const directory = mkdtempSync(join(tmpdir(), 'dogwatch-engine-'));
    let server: EngineServer;
    let url = '';
    const seeds: Record<string, string> = {};
    const open: NatsConnection[] = [];

    /** A connection, and what the server forbade it since it was last asked. */
    interface Client {
      readonly nc: NatsConnection;
      readonly forbidden: () => Promise<string[]>;
    }

    async function client(who: string, inboxPrefix: string): Promise<Client> {
      const nc = await connect({
        servers: url,
        authenticator: nkeyAuthenticator(new TextEncoder().encode(seeds[who])),
        inboxPrefix,
        ignoreClusterUpdates: true,
      });
      open.push(nc);
      const errors: string[] = [];
      void (async () => {
        for await (const status of nc.status()) if (status.type === 'error') errors.push(String(status.error.message));
      })();
      const forbidden = async () => {
        await nc.flush();
        await nc.flush();
        return errors.splice(0);
      };
      return { nc, forbidden };
    }

    const host = (name: string) => client(name, `_INBOX_${name.replace('.', '_2e')}`);

    beforeAll(async () => {
      url = `nats://127.0.0.1:${await freePort()}`;
      let fleet: Fleet = newFleet('test', [url], 1);
      for (const [name, labels] of [
        ['h1', ['gpu']],
        ['h2', []],
        ['build.3', []],
      ] as const) {
        const invited = withHost(fleet, name, labels, false);
        fleet = invited.fleet;
        seeds[name] = invited.invitation.natsSeed;
      }
      Object.assign(seeds, { admin: fleet.admin.hosts.seed, ops: fleet.admin.ops.seed, operator: fleet.operators[0]?.natsSeed });
      writeFleet(directory, fleet);
      const config = join(directory, 'nats-127-0-0-1.conf');
      adapted(config, join(directory, 'store'), await freePort());
      server = new EngineServer(config, version);
      await server.start();
      const admin = await client('admin', '_INBOX_admin');
      await createBuckets(admin.nc);
      const ops = await client('ops', '_INBOX_ops');
      const commands = await jetstreamManager(ops.nc);
      await commands.streams.add({ name: 'DW_CMD', subjects: ['dw.cmd.*'] });
      for (const name of ['h1', 'h2', 'build_2e3'])
        await commands.consumers.add('DW_CMD', {
          durable_name: `host-${name}`,
          deliver_policy: 'all',
          filter_subject: `dw.cmd.${name}`,
          ack_policy: 'explicit',
        });
    });

    afterAll(async () => {
      for (const nc of open) await nc.close();
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    });

    test('a host writes what is its own and what all share, reads everything, and nothing else', async () => {
      const { nc, forbidden } = await host('h1');
      const allowed = [
        'dw.live.h1',
        'dw.ev.h1',
        '$KV.dw_hosts.h1',
        '$KV.dw_runs.h1.upgrade',
        '$KV.dw_holds.claude.h1',
        '$KV.dw_probe.claude.5h',
        '$KV.dw_notices.host-dead',
        '$KV.dw_duty.caretaker',
        '$KV.dw_place.gpu.train',
        '$JS.API.INFO',
        ...BUCKETS.flatMap((bucket) => [
          `$JS.API.STREAM.INFO.KV_dw_${bucket}`,
          `$JS.API.DIRECT.GET.KV_dw_${bucket}.$KV.dw_${bucket}.x`,
          `$JS.API.CONSUMER.CREATE.KV_dw_${bucket}.h1-watch.$KV.dw_${bucket}.x`,
          `$JS.API.CONSUMER.INFO.KV_dw_${bucket}.h1-watch`,
          `$JS.API.CONSUMER.DELETE.KV_dw_${bucket}.h1-watch`,
        ]),
        'OPS.API.CONSUMER.MSG.NEXT.DW_CMD.host-h1',
        'OPS.API.CONSUMER.INFO.DW_CMD.host-h1',
        '$JS.ACK.DW_CMD.host-h1.1.1.1.1.0',
        '$JS.FC.x',
      ];
      for (const subject of allowed) nc.publish(subject, '');
      expect(await forbidden()).toEqual([]);

      const denied = [
        'dw.live.h2',
        'dw.ev.h2',
        '$KV.dw_hosts.h2',
        '$KV.dw_hosts.build_2e3',
        '$KV.dw_runs.h2.upgrade',
        '$KV.dw_holds.claude.h2',
        '$KV.dw_place.other.train',
        'dw.cmd.h1',
        'dw.cmd.h2',
        'dw.ask.h2',
        '_INBOX_h2.x',
        '_INBOX_op.x',
        '_INBOX.x',
        '$JS.API.STREAM.CREATE.EVIL',
        '$JS.API.STREAM.UPDATE.KV_dw_hosts',
        '$JS.API.STREAM.DELETE.KV_dw_hosts',
        '$JS.API.STREAM.PURGE.KV_dw_hosts',
        '$JS.API.STREAM.MSG.DELETE.KV_dw_hosts',
        '$JS.API.STREAM.MSG.GET.KV_dw_hosts',
        '$JS.API.STREAM.SNAPSHOT.KV_dw_hosts',
        '$JS.API.STREAM.NAMES',
        '$JS.API.CONSUMER.DURABLE.CREATE.KV_dw_hosts.x',
        '$JS.API.CONSUMER.MSG.NEXT.DW_CMD.host-h1',
        'OPS.API.CONSUMER.MSG.NEXT.DW_CMD.host-h2',
        'OPS.API.CONSUMER.CREATE.DW_CMD.x',
        'OPS.API.STREAM.INFO.DW_CMD',
        '$JS.ACK.DW_CMD.host-h2.1.1.1.1.0',
        '$SYS.REQ.SERVER.PING',
      ];
      for (const subject of denied) {
        nc.publish(subject, '');
        expect([subject, await forbidden()]).toEqual([subject, [expect.stringContaining(`"${subject}"`)]]);
      }
    });

    test('a host listens to nothing but its own answers', async () => {
      const { nc, forbidden } = await host('h1');
      nc.subscribe('_INBOX_h1.x');
      expect(await forbidden()).toEqual([]);
      for (const subject of ['_INBOX_h2.>', '_INBOX.>', 'dw.cmd.h1', 'dw.live.>', '$KV.>', '$JS.>', '>', '_INBOX_op.>', '_R_.>']) {
        nc.subscribe(subject, { callback: () => undefined });
        expect([subject, (await forbidden()).length]).toEqual([subject, 1]);
      }
    });

    test('an operator gives commands and reads, and writes no row', async () => {
      const { nc, forbidden } = await client('operator', '_INBOX_op');
      for (const subject of [
        'dw.cmd.h1',
        'dw.ask.h1',
        'HOSTS.API.STREAM.INFO.KV_dw_hosts',
        'HOSTS.API.DIRECT.GET.KV_dw_runs.$KV.dw_runs.x',
      ])
        nc.publish(subject, '');
      nc.subscribe('dw.live.>');
      expect(await forbidden()).toEqual([]);
      for (const subject of [
        '$KV.dw_hosts.h1',
        '$JS.API.STREAM.PURGE.DW_CMD',
        '$JS.API.STREAM.DELETE.DW_CMD',
        '$JS.API.STREAM.CREATE.X',
        'HOSTS.API.STREAM.PURGE.KV_dw_hosts',
        'dw.live.h1',
      ]) {
        nc.publish(subject, '');
        expect([subject, (await forbidden()).length]).toEqual([subject, 1]);
      }
      for (const subject of ['dw.cmd.>', '_INBOX_h1.>', '>']) {
        nc.subscribe(subject, { callback: () => undefined });
        expect([subject, (await forbidden()).length]).toEqual([subject, 1]);
      }
    });

    test('an operator reads the rows and live signs of the hosts', async () => {
      const { nc } = await host('h1');
      const row = JSON.stringify({ number: 7 });
      await jetstream(nc).publish('$KV.dw_hosts.h1', row);
      const { nc: mine } = await client('operator', '_INBOX_op');
      const read = await mine.request('HOSTS.API.DIRECT.GET.KV_dw_hosts.$KV.dw_hosts.h1', '', { timeout: 2000 });
      expect(read.string()).toBe(row);
      const info = await mine.request('HOSTS.API.STREAM.INFO.KV_dw_hosts', '', { timeout: 2000 });
      expect(info.json()).toMatchObject({ config: { name: 'KV_dw_hosts' } });
      const heard = new Promise((resolve) => mine.subscribe('dw.live.h1', { callback: (_, message) => resolve(message.string()) }));
      await mine.flush();
      nc.publish('dw.live.h1', 'alive');
      expect(await heard).toBe('alive');
    });

    test('a host fetches its commands, acknowledges them, and gets no others', async () => {
      const { nc: operator } = await client('operator', '_INBOX_op');
      for (const name of ['h1', 'h2', 'build_2e3']) await jetstream(operator).publish(`dw.cmd.${name}`, `for ${name}`);
      const { nc } = await host('build.3');
      // Without the client's own subscription for all answers: a message comes under its own subject.
      const how = { timeout: 2000, noMux: true, reply: '_INBOX_build_2e3.next' };
      const next = () => nc.request('OPS.API.CONSUMER.MSG.NEXT.DW_CMD.host-build_2e3', JSON.stringify({ batch: 1, no_wait: true }), how);
      const message = await next();
      expect(message.string()).toBe('for build_2e3');
      await nc.request(message.reply ?? '', '+ACK', { timeout: 2000 });
      expect((await next()).headers?.code).toBe(404);
    });

    test('a command that a host forges by the reply subject of a request reaches nobody', async () => {
      const { nc: ops } = await client('ops', '_INBOX_ops');
      const commands = await jetstreamManager(ops);
      const before = (await commands.streams.info('DW_CMD')).state.last_seq;
      const { nc, forbidden } = await host('h1');
      const forged = JSON.stringify({ command: 'stop', host: 'h2' });
      await jetstream(nc).publish('$KV.dw_hosts.h1', forged);
      for (const target of ['dw.cmd.h2', '$JS.API.STREAM.PURGE.DW_CMD', 'OPS.API.STREAM.PURGE.DW_CMD']) {
        nc.publish('$JS.API.DIRECT.GET.KV_dw_hosts.$KV.dw_hosts.h1', '', { reply: target });
        nc.publish('OPS.API.CONSUMER.INFO.DW_CMD.host-h1', '', { reply: target });
        nc.publish('OPS.API.CONSUMER.MSG.NEXT.DW_CMD.host-h1', JSON.stringify({ batch: 1, no_wait: true }), { reply: target });
      }
      // A watch that delivers to a subject that is not this host's.
      nc.publish(
        '$JS.API.CONSUMER.CREATE.KV_dw_hosts.h1-evil.$KV.dw_hosts.h1',
        JSON.stringify({
          stream_name: 'KV_dw_hosts',
          config: {
            name: 'h1-evil',
            filter_subject: '$KV.dw_hosts.h1',
            deliver_subject: 'dw.cmd.h2',
            deliver_policy: 'all',
            ack_policy: 'none',
          },
        }),
        { reply: '_INBOX_h1.created' },
      );
      expect(await forbidden()).toEqual([]);
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect((await commands.streams.info('DW_CMD')).state.last_seq).toBe(before);
      // What is left: the row of another host can be written over, so rows are signed.
      nc.publish('$JS.API.DIRECT.GET.KV_dw_hosts.$KV.dw_hosts.h1', '', { reply: '$KV.dw_hosts.h2' });
      await forbidden();
      await expect
        .poll(async () => (await nc.request('$JS.API.DIRECT.GET.KV_dw_hosts.$KV.dw_hosts.h2', '', { timeout: 2000 })).string())
        .toBe(forged);
    });

    test('all that a host asks of its engine is allowed, and what is of another host changes nothing', async () => {
      const engine = await connectEngine({ host: 'build.3', urls: [url], natsSeed: seeds['build.3'] ?? '' });
      try {
        const seen: [string, Entry][] = [];
        const end = engine.watch('runs', '', (key, entry) => seen.push([key, entry]));
        const { nc } = await client('operator', '_INBOX_op');
        const heard: string[] = [];
        nc.subscribe('dw.live.build_2e3', { callback: (_, message) => void heard.push(message.string()) });
        await expect.poll(() => engine.made()).not.toBeNull();
        expect(Math.abs(((await engine.serverNow()) ?? 0) - Date.now())).toBeLessThan(60_000);
        const swapped = await engine.swap('runs', 'build_2e3.upgrade', 0, '{"number":1}');
        expect(swapped).toMatchObject({ kind: 'written' });
        expect(await engine.get('runs', 'build_2e3.upgrade')).toMatchObject({ row: '{"number":1}' });
        expect((await engine.list('runs', 'build_2e3.'))?.size).toBe(1);
        for (const bucket of ['probe', 'notices', 'duty'] as const)
          expect(await engine.swap(bucket, 'shared', 0, '{}')).toMatchObject({ kind: 'written' });
        expect(await engine.swap('runs', 'h1.upgrade', 0, '{"number":1}')).toMatchObject({ kind: 'unknown' });
        expect(await engine.swap('hosts', 'h2', 0, '{"number":1}')).not.toMatchObject({ kind: 'written' });
        await expect.poll(() => seen.map(([key]) => key), { timeout: 10_000 }).toContain('build_2e3.upgrade');
        engine.beat('alive');
        await expect.poll(() => heard).toEqual(['alive']);
        end();
      } finally {
        await engine.close();
      }
    });

    test('an unknown key is refused', async () => {
      const { invitation } = withHost(newFleet('other', [url], 1), 'h1', [], false);
      await expect(
        connect({ servers: url, authenticator: nkeyAuthenticator(new TextEncoder().encode(invitation.natsSeed)), reconnect: false }),
      ).rejects.toThrow(/authorization/i);
      await expect(connect({ servers: url, reconnect: false })).rejects.toThrow(/authorization/i);
    });
  },
);
