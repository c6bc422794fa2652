import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

/** Starts the page, and waits until it has printed its address. */
async function serving(stage: Stage, args: readonly string[] = [], env: Record<string, string> = {}) {
  const child = stage.start(['web', ...args], { env });
  const said = { out: '', err: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  const ends = new Promise<number | null>((resolve) => child.once('close', resolve));
  await until('it is served', () => said.out.includes('\n') || said.err.includes('its address'));
  return { child, said, ends };
}

interface Asked {
  readonly path: string;
  readonly token: string;
  readonly socketPath?: string;
  readonly port?: string;
  readonly body?: object;
}

/** One request, as curl would make it. */
const asks = ({ path, token, socketPath, port, body }: Asked) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const where = socketPath === undefined ? { host: '127.0.0.1', port } : { socketPath };
    const headers = { host: `localhost:${port ?? 8080}`, authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const asked = request({ ...where, path, headers, method: body === undefined ? 'GET' : 'POST' }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.once('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });

const addressIn = (text: string) => /^http:\/\/[^:]+:(?<port>\d+)\/#token=(?<token>[\w-]{32})$/m.exec(text)?.groups ?? {};

story('a click goes to the watchdog, and the history says where it came from', async ({ stage }) => {
  stage.agent('exec sleep 1000');
  await stage.does(['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh']);
  await stage.inState('working');
  const { child, said, ends } = await serving(stage, ['--act']);
  const { port = '', token = '' } = addressIn(said.out);
  const overview = await asks({ path: '/api/overview', token, port });
  expect(JSON.parse(overview.text)).toMatchObject({ isWatched: true, runs: [{ name: 'job', state: 'working' }] });
  const { status, text } = await asks({ path: '/api/act', token, port, body: { run: 'job.1', act: 'pause', because: 'lunch' } });
  expect([status, JSON.parse(text).accepted]).toEqual([200, true]);
  expect(stage.history().at(-1)?.because).toContain('paused by the operator on the web page: lunch');
  expect(said.err).not.toContain(token);
  child.kill('SIGTERM');
  expect(await ends).toBe(0);
});

story('the built program has every file of the page', async ({ stage }) => {
  const { said } = await serving(stage);
  const { port = '' } = addressIn(said.out);
  const html = (await asks({ path: '/', token: '', port })).text;
  const named = [...html.matchAll(/(?:src|href)="(\/page\/[^"]+)"/g)].map(([, path]) => path ?? '');
  const scripts = await Promise.all(named.map((path) => asks({ path, token: '', port })));
  expect(scripts.map(({ status }) => status)).toEqual(named.map(() => 200));
  const imported = scripts.flatMap(({ text }) => [...text.matchAll(/from '\.\/([\w-]+\.js)'/g)].map(([, name]) => `/page/${name}`));
  expect(imported.filter((path) => !named.includes(path))).toEqual([]);
  expect(named.length).toBeGreaterThan(10);
});

story('with a dead watchdog the page says so, and starts none', async ({ stage }) => {
  stage.agent('exec sleep 1000');
  await stage.does(['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh']);
  await stage.inState('working');
  const holder = stage.watchdog();
  if (holder !== null) await stage.kill(holder);
  const { said } = await serving(stage);
  const { port = '', token = '' } = addressIn(said.out);
  const { text } = await asks({ path: '/api/overview', token, port });
  expect(JSON.parse(text)).toMatchObject({ isWatched: false, doubts: [expect.stringContaining('no watchdog is alive')] });
  expect((await asks({ path: '/api/act', token, port, body: { run: 'job.1', act: 'ack' } })).status).toBe(403);
  expect(stage.watchdog()).toBe(null);
});

story('a socket is for this user only, and one that a dead server has left is replaced', async ({ stage }) => {
  const socketPath = join(stage.directory, 'web', 'web.sock');
  const first = await serving(stage, ['--listen', socketPath]);
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
  expect([mode(socketPath), mode(dirname(socketPath))]).toEqual(['600', '700']);
  const { token = '' } = addressIn(first.said.out);
  expect((await asks({ path: '/api/overview', token, socketPath })).status).toBe(200);
  const busy = await stage.dogwatch(['web', '--listen', socketPath]);
  expect([busy.code, busy.stderr]).toEqual([69, expect.stringContaining('another `dogwatch web`')]);
  first.child.kill('SIGKILL');
  await first.ends;
  const second = await serving(stage, ['--listen', socketPath]);
  expect((await asks({ path: '/api/overview', token, socketPath })).status).toBe(401);
  second.child.kill('SIGINT');
  expect(await second.ends).toBe(0);
});

story('a directory that others may enter is refused, and a file in the place of the socket left alone', async ({ stage }) => {
  const open = join(stage.directory, 'open');
  mkdirSync(open);
  chmodSync(open, 0o755);
  const refused = await stage.dogwatch(['web', '--listen', join(open, 'web.sock')]);
  expect([refused.code, refused.stderr]).toEqual([69, expect.stringMatching(/others could reach the socket.*chmod 700/s)]);
  chmodSync(open, 0o700);
  writeFileSync(join(open, 'web.sock'), 'mine');
  const taken = await stage.dogwatch(['web', '--listen', join(open, 'web.sock')]);
  expect(taken.code).toBe(69);
  expect(statSync(join(open, 'web.sock')).size).toBe(4);
});

story('the address can go to a file of this user, and then nowhere else', async ({ stage }) => {
  const file = join(stage.directory, 'address');
  const { said } = await serving(stage, ['--address-file', file]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(said.out).toBe('');
  expect(said.err).not.toContain('token=');
});

story('an address that others reach is refused', async ({ stage }) => {
  for (const listen of ['0.0.0.0:8080', '[::]:8080', '192.0.2.1:80']) {
    const { code, stderr } = await stage.dogwatch(['web', '--listen', listen]);
    expect([code, stderr]).toEqual([64, expect.stringMatching(/1\. .*2\. .*3\. /s)]);
  }
});
