import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { DockerEvent } from '../../../src/system/docker/events.ts';
import { engineAt, fakeDocker, IMPATIENT, json, PATIENT, type Reply } from '../../kit/fakes/docker.ts';
import { until } from '../../kit/until.ts';

const SHA = `sha256:${'a'.repeat(64)}`;

function home(): string {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-docker-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const faults: [string, Reply, string][] = [
  ['that never answers', () => {}, 'did not answer within 300 ms'],
  ['that dies without an answer', (request) => request.socket.destroy(), 'closed the connection'],
  [
    'that dies in the middle of its answer',
    (_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"ID":', () => response.socket?.destroy());
    },
    'closed the connection in the middle',
  ],
  [
    'whose answer drips for ever',
    (_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 20);
      response.once('close', () => clearInterval(drip));
    },
    'did not answer within 300 ms',
  ],
  [
    'that answers with a page',
    (_, response) => response.end('<html>proxy</html>'),
    'did not answer with a description of itself: <html>proxy',
  ],
  ['whose answer never ends', (_, response) => endless(response, 200), 'is longer than 16'],
  ['whose refusal never ends', (_, response) => endless(response, 500), 'is longer than 16'],
  ['that answers with something else', json([1, 2]), 'did not answer with a description of itself: [1,2]'],
  ['that answers with nothing', (_, response) => response.end(), 'did not answer with'],
];

/** Writes as much as the other side accepts. */
function endless(response: ServerResponse, status: number, chunk = 'x'.repeat(1024 * 1024)): void {
  response.writeHead(status);
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
}

describe('a question to an engine', () => {
  test.for(faults)('%s is an answer in words', async ([, reply, words]) => {
    const { path, sockets } = await fakeDocker(reply);
    // Only the cases that time out get a short deadline: 16 MiB take a while on a busy machine.
    const answer = await engineAt(path, words.includes('300 ms') ? IMPATIENT : PATIENT).info();
    expect(answer).toMatchObject({ kind: 'failed', because: expect.stringContaining(words) });
    // Nothing keeps the process from exiting.
    await until('the connection is closed', () => sockets.size === 0 || words.includes('did not answer'));
  });

  test('without an engine is answered in words', async () => {
    const directory = home();
    expect(await engineAt(join(directory, 'none')).info()).toMatchObject({
      because: expect.stringContaining('socket does not exist'),
      isAbsent: true,
    });
    const file = join(directory, 'file');
    writeFileSync(file, '');
    expect(await engineAt(file).info()).toMatchObject({ because: expect.stringContaining('is not running') });
    // A socket that outlived its daemon.
    const stale = join(directory, 'stale');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(stale, resolve));
    await new Promise((resolve) => server.close(resolve));
    expect(await engineAt(stale).info()).toMatchObject({ kind: 'failed' });
  });

  test('that timed out makes the next ones fail at once', async () => {
    const { path, asked } = await fakeDocker(() => {});
    const engine = engineAt(path);
    await engine.info();
    expect(await engine.images({ shares: true })).toMatchObject({ kind: 'failed', because: expect.stringContaining('did not answer') });
    expect(asked).toEqual(['GET /info?']);
  });

  test('about the build cache waits while the engine answers another client, but not forever', async () => {
    const busy = json({ message: 'a disk usage operation is already running' }, 500);
    let left = 1;
    const one = await fakeDocker((request, response) => (left-- > 0 ? busy : json({ BuildCache: [] }))(request, response));
    expect(await engineAt(one.path, { ...IMPATIENT, list: 10_000 }).buildCache()).toEqual({ kind: 'ok', value: [] });
    const other = await fakeDocker(busy);
    expect(await engineAt(other.path).buildCache()).toMatchObject({ kind: 'refused', status: 500 });
  });

  test('is repeated if the connection was closed before an answer, unless it changes something', async () => {
    const closing = () => {
      let left = 1;
      return fakeDocker((request, response) => (left-- > 0 ? void request.socket.destroy() : json([])(request, response)));
    };
    const one = await closing();
    expect(await engineAt(one.path).images({ shares: false })).toEqual({ kind: 'ok', value: [] });
    expect(one.asked).toHaveLength(2);
    const other = await closing();
    expect(await engineAt(other.path).removeImage('old:1')).toMatchObject({ kind: 'failed' });
    expect(other.asked).toHaveLength(1);
  });

  test('that is refused returns status and message', async () => {
    const { path } = await fakeDocker(json({ message: 'a prune operation is already running' }, 409));
    expect(await engineAt(path).pruneBuildCache(1000)).toEqual({
      kind: 'refused',
      status: 409,
      because: 'a prune operation is already running',
    });
  });

  test('about images is repeated if something was removed during listing, but not forever', async () => {
    const gone = json({ message: 'NotFound: content digest sha256:12ab: not found' }, 404);
    let left = 2;
    const { path, asked } = await fakeDocker((request, response) => (left-- > 0 ? gone : json([]))(request, response));
    expect(await engineAt(path).images({ shares: false })).toEqual({ kind: 'ok', value: [] });
    expect(asked).toHaveLength(3);

    const broken = await fakeDocker(gone);
    expect(await engineAt(broken.path).images({ shares: false })).toMatchObject({ kind: 'refused', status: 404 });
    expect(broken.asked).toHaveLength(5);
    const failing = await fakeDocker(json({ message: 'something else' }, 500));
    expect(await engineAt(failing.path).images({ shares: false })).toMatchObject({ kind: 'refused', status: 500 });
    expect(failing.asked).toHaveLength(1);
  });

  test('is asked as Docker expects it', async () => {
    const { path, asked } = await fakeDocker(json({ SpaceReclaimed: 7, BuildCache: [] }));
    const engine = engineAt(path);
    expect(await engine.pruneBuildCache(7 * 86_400_000)).toEqual({ kind: 'ok', value: 7 });
    await engine.removeImage('localhost:5000/a/b:1');
    await engine.buildCache();
    expect(asked.map((call) => call.split('&').toSorted().join('&'))).toEqual([
      'POST /build/prune?all=true&filters={"until":["604800s"]}',
      'DELETE /images/localhost:5000/a/b:1?noprune=true',
      'GET /system/df?type=build-cache',
    ]);
  });

  test('about itself says where its images are stored', async () => {
    const info = {
      ID: 'ENGINE',
      ServerVersion: '28.0',
      DockerRootDir: '/var/lib/docker',
      DriverStatus: [['Backing Filesystem', 'extfs']],
      SystemTime: '2026-01-01T00:00:00Z',
    };
    const value = { id: 'ENGINE', version: '28.0', root: '/var/lib/docker', usesContainerd: false, clockWall: Date.UTC(2026, 0, 1) };
    expect(await engineAt((await fakeDocker(json(info))).path).info()).toEqual({ kind: 'ok', value });
    const containerd = { ...info, DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] };
    expect(await engineAt((await fakeDocker(json(containerd))).path).info()).toEqual({
      kind: 'ok',
      value: { ...value, usesContainerd: true },
    });
  });

  test('about images is read the same from every engine', async () => {
    const old = {
      Id: SHA,
      RepoTags: ['<none>:<none>'],
      RepoDigests: null,
      Labels: null,
      ParentId: '',
      Created: 5,
      Size: 10,
      SharedSize: -1,
    };
    const recent = { ...old, RepoTags: ['a:1'], RepoDigests: ['a@sha256:1'], Labels: { keep: '' }, SharedSize: 4, ParentId: 'sha256:p' };
    const { path } = await fakeDocker(json([old, recent]));
    const none = {
      id: SHA,
      tags: [],
      digests: [],
      labels: [],
      layers: null,
      parent: null,
      builtWall: 5000,
      sizeBytes: 10,
      unsharedBytes: null,
    };
    const named = { tags: ['a:1'], digests: ['a@sha256:1'], labels: ['keep'], parent: 'sha256:p', unsharedBytes: 6 };
    expect(await engineAt(path).images({ shares: true })).toEqual({ kind: 'ok', value: [none, { ...none, ...named }] });
  });

  test('about containers says when stopped ones were last used, and inspects each once', async () => {
    const container = (Id: string, State: string) => ({ Id, Names: [`/${Id}`], State, ImageID: SHA, Image: 'a:1', Created: 1 });
    const { path, asked } = await fakeDocker((request, response) => {
      const isList = request.url?.startsWith('/containers/json');
      const dates = { Created: '1970-01-01T00:00:01Z', State: { StartedAt: '1970-01-01T00:00:09.5Z', FinishedAt: '0001-01-01T00:00:00Z' } };
      json(isList ? [container('still', 'exited'), container('runs', 'running')] : dates)(request, response);
    });
    const engine = engineAt(path);
    const seen = { name: 'still', state: 'exited', images: [SHA, 'a:1'], usedWall: 9500 };
    for (const _ of [1, 2]) {
      const containers = await engine.containers();
      expect(containers).toMatchObject({ kind: 'ok', value: [seen, { name: 'runs', state: 'running', usedWall: null }] });
    }
    expect(asked.filter((call) => call.includes('/still/'))).toHaveLength(1);
  });
});

describe('the events of an engine', () => {
  const pull = { Type: 'image', Action: 'pull', Actor: { ID: 'a:1' }, time: 10, timeNano: 10_500_000_000 };
  const die = { Type: 'container', Action: 'die', Actor: { ID: 'c', Attributes: { image: 'a:1' } }, time: 11 };

  function follow(path: string, sinceWall: number | null) {
    const [events, ends]: [DockerEvent[], string[]] = [[], []];
    const stop = engineAt(path, IMPATIENT).watchEvents(
      sinceWall,
      (event) => events.push(event),
      (because) => ends.push(because),
    );
    onTestFinished(stop);
    return { events, ends, stop };
  }

  test('end with a reason when there are more than a working engine sends', async () => {
    const event = `${JSON.stringify({ Type: 'container', Action: 'exec', Actor: { ID: 'x', Attributes: { image: 'a' } }, time: 1 })}\n`;
    const { path } = await fakeDocker((_, response) => endless(response, 200, event.repeat(1000)));
    let heard = 0;
    const because = await new Promise<string>((resolve) => engineAt(path).watchEvents(null, () => heard++, resolve));
    expect(because).toContain('more than 20000 events');
    expect(heard).toBeLessThanOrEqual(20_000);
  });

  test('arrive one by one, however they are split, from the requested time', async () => {
    const { path, asked } = await fakeDocker((_, response) => {
      const text = `${JSON.stringify(pull)}\n{"Type":"volume","Action":"create","time":1}\nnonsense\n${JSON.stringify(die)}\n`;
      response.write(text.slice(0, 30));
      setImmediate(() => response.write(text.slice(30)));
    });
    const { events, ends } = follow(path, 1500);
    await until('both events have arrived', () => events.length === 2);
    expect(events).toEqual([
      { type: 'image', action: 'pull', image: 'a:1', wall: 10_500 },
      { type: 'container', action: 'die', image: 'a:1', wall: 11_000 },
    ]);
    expect(asked[0]).toContain('since=1.500');
    expect(ends).toEqual([]);
  });

  test.for<[string, Reply]>([
    ['the daemon ends it', (_, response) => response.end('')],
    ['the daemon dies', (request, response) => void response.write('\n', () => request.socket.destroy())],
    ['it is refused', json({ message: 'no' }, 500)],
  ])('end with a reason, once, when %s', async ([, reply]) => {
    const { path } = await fakeDocker(reply);
    const { ends } = follow(path, null);
    await until('it has ended', () => ends.length > 0);
    expect(ends).toEqual([expect.stringMatching(/Docker|no/)]);
  });

  test('end silently when the listener stops', async () => {
    const { path, sockets } = await fakeDocker((_, response) => response.write('\n'));
    const { ends, stop } = follow(path, null);
    await until('it is followed', () => sockets.size === 1);
    stop();
    await until('the connection is closed', () => sockets.size === 0);
    expect(ends).toEqual([]);
  });
});
