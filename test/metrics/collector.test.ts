import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Collector } from '../../src/metrics/collector.ts';
import { serverOf } from '../../src/metrics/server.ts';
import { OPEN_METRICS, PROMETHEUS } from '../../src/metrics/text.ts';
import { keepTextfile, writeTextfile } from '../../src/metrics/textfile.ts';
import { StoreError } from '../../src/store/directory/error.ts';
import { openStore } from '../../src/store/store.ts';
import { worksAndExits } from '../kit/core/world.ts';
import { ALIVE, keptState, until } from '../kit/kept-state.ts';
import { leased, stateDirectory } from '../kit/opened-store.ts';
import { samplesIn } from './parsed.ts';

function collectorAt(where: ConstructorParameters<typeof Collector>[0]): Collector {
  const collector = new Collector(where, { version: '1', channels: ['log'] });
  onTestFinished(() => collector.close());
  return collector;
}

describe('a collector', () => {
  test('counts what happens after its first look, also several decisions at once', async () => {
    const { where, begin } = await keptState(ALIVE());
    const { story, keepStory } = begin();
    keepStory();
    const collector = collectorAt(where);
    const seriesOf = async (series: string) => samplesIn(await collector.text(PROMETHEUS)).get(series);
    expect(await seriesOf('dogwatch_decisions_total{kind="resume"}')).toBe(0);
    story.gathered();
    story.started();
    story.says({ kind: 'session', id: 'ses_1' });
    worksAndExits(story, 'SIGKILL');
    story.gathered();
    story.after(20).started();
    keepStory();
    expect(await seriesOf('dogwatch_resumes_total{cause="death"}')).toBe(1);
    expect(await seriesOf('dogwatch_resume_delay_seconds_count')).toBe(1);
    expect(await seriesOf('dogwatch_resume_delay_seconds_bucket{le="0.025"}')).toBe(1);
  });

  test('finds a state that did not exist at first', async () => {
    const where = stateDirectory();
    const collector = collectorAt(where);
    const before = samplesIn(await collector.text(PROMETHEUS));
    expect(before.get('dogwatch_runs{state="working"}')).toBe(0);
    expect(before.has('dogwatch_store_bytes')).toBe(false);
    openStore(where, await leased(where), () => false).close();
    expect(samplesIn(await collector.text(PROMETHEUS)).get('dogwatch_store_bytes')).toBeGreaterThan(0);
  });

  test('throws what is wrong with a database that is none', async () => {
    const where = stateDirectory();
    mkdirSync(where.stateDir);
    writeFileSync(where.database, 'no database '.repeat(100));
    await expect(collectorAt(where).text(PROMETHEUS)).rejects.toThrow(StoreError);
  });
});

function emptyDirectory(): string {
  const { stateDir } = stateDirectory();
  mkdirSync(stateDir);
  return stateDir;
}

interface Got {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

async function served(collector: Pick<Collector, 'text'>) {
  const server = serverOf(collector);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return async (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers }).end();
    const [response] = await once(asked, 'response');
    let text = '';
    for await (const chunk of response) text += chunk;
    return { status: response.statusCode, headers: response.headers, text };
  };
}

describe('a server', () => {
  test('gives the format that is asked for', async () => {
    const get = await served(collectorAt((await keptState(ALIVE())).where));
    const plain = await get('/metrics');
    expect(plain).toMatchObject({ status: 200, headers: { 'content-type': PROMETHEUS } });
    const open = await get('/metrics', { accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5' });
    expect(open).toMatchObject({ status: 200, headers: { 'content-type': OPEN_METRICS } });
    expect([plain.text.includes('dogwatch_decisions_total{'), open.text.includes('dogwatch_decisions_total{')]).toEqual([true, true]);
  });

  test.each<[string, string, Record<string, string>, string, number]>([
    ['a name that was pointed here', '/metrics', { host: 'evil.test:9726' }, 'GET', 421],
    ['a loopback name in front of another', '/metrics', { host: '127.0.0.1.evil.test' }, 'GET', 421],
    ['another path', '/', {}, 'GET', 404],
    ['another method', '/metrics', {}, 'POST', 405],
    ['HEAD', '/metrics', {}, 'HEAD', 200],
    ['localhost', '/metrics', { host: 'localhost:1' }, 'GET', 200],
    ['IPv6', '/metrics', { host: '[::1]:1' }, 'GET', 200],
  ])('answers %s', async (_, path, headers, method, status) => {
    const get = await served({ text: () => Promise.resolve('up 1\n') });
    expect((await get(path, headers, method)).status).toBe(status);
  });

  test('says that the state cannot be read', async () => {
    const get = await served({ text: () => Promise.reject(new StoreError('busy', 'the state is in use')) });
    expect(await get('/metrics')).toMatchObject({ status: 503, text: 'the state is in use\n' });
  });
});

describe('a file', () => {
  test('is whole, for every user, and alone', async () => {
    const directory = emptyDirectory();
    await writeTextfile(collectorAt((await keptState(ALIVE())).where), directory);
    const path = join(directory, 'dogwatch.prom');
    expect(samplesIn(readFileSync(path, 'utf8')).get('dogwatch_watchdog_alive')).toBe(1);
    expect(statSync(path).mode & 0o777).toBe(0o644);
  });

  test('is written again and again; what goes wrong is said once, and the old one stays', async () => {
    const directory = emptyDirectory();
    const said: string[] = [];
    const ending = new AbortController();
    let [texts, isWell] = [0, true];
    const collector = {
      text: () => {
        texts += 1;
        return isWell ? Promise.resolve(`x ${texts}\n`) : Promise.reject(new Error('no state'));
      },
    };
    const kept = keepTextfile(collector, directory, { everyMs: 1, tell: (line) => said.push(line), signal: ending.signal });
    await until(() => texts > 3);
    isWell = false;
    const failedFrom = texts;
    await until(() => texts > failedFrom + 4);
    ending.abort();
    await kept;
    expect(said).toEqual(['the metrics cannot be written: no state']);
    expect(readFileSync(join(directory, 'dogwatch.prom'), 'utf8')).toMatch(/^x \d+\n$/);
  });
});
