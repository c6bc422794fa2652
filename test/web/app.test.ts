import { describe, expect, test, vi } from 'vitest';
import type { Submit } from '../../src/web/acts.ts';
import { webApp } from '../../src/web/app.ts';
import type { RunPage } from '../../src/web/documents.ts';
import { working } from '../kit/core/world.ts';
import { ALIVE, HOSTILE, isHarmful, keptState, printed } from '../kit/kept-state.ts';
import { NEVER_SHORT } from '../kit/never-short.ts';

const TOKEN = 'a'.repeat(32);
const OURS = { host: '127.0.0.1:4321', authorization: `Bearer ${TOKEN}` };

async function page(submit: Submit | null = null) {
  for (const [name, value] of Object.entries(NEVER_SHORT)) vi.stubEnv(name, value);
  const state = await keptState(ALIVE());
  const story = working();
  state.store.record(story.decisions);
  const names = () => ({ port: 4321, proxies: ['dogwatch.example'] });
  const { app, hub } = webApp({ layout: state.where, token: TOKEN, names, submit, isUtc: true });
  const get = (path: string, headers: Record<string, string> = OURS) => app.request(path, { headers });
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    app.request('/api/act', {
      method: 'POST',
      headers: { ...OURS, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return { ...state, get, post, hub, run: story.run };
}

describe('who may ask', () => {
  test.each<[string, Record<string, string>, number]>([
    ['its own page', OURS, 200],
    ['its own page, as a browser says', { ...OURS, 'sec-fetch-site': 'same-origin', origin: 'http://127.0.0.1:4321' }, 200],
    ['an address that was typed', { ...OURS, 'sec-fetch-site': 'none' }, 200],
    ['localhost', { ...OURS, host: 'localhost:4321' }, 200],
    ['in capitals', { ...OURS, host: 'LOCALHOST:4321' }, 200],
    ['IPv6', { ...OURS, host: '[::1]:4321' }, 200],
    ['the proxy', { ...OURS, host: 'dogwatch.example', origin: 'https://dogwatch.example' }, 200],
    ['a name that was rebound', { ...OURS, host: 'evil.test:4321' }, 421],
    ['a name that begins like ours', { ...OURS, host: 'localhost.evil.test:4321' }, 421],
    ['a name that ends like ours', { ...OURS, host: 'evil.localhost:4321' }, 421],
    ['another port', { ...OURS, host: '127.0.0.1:80' }, 421],
    ['an address of the network', { ...OURS, host: '192.0.2.7:4321' }, 421],
    ['no Host', { authorization: OURS.authorization }, 421],
    ['an empty Host', { ...OURS, host: '' }, 421],
    ['a page of another site', { ...OURS, 'sec-fetch-site': 'cross-site' }, 403],
    ['a page of another port', { ...OURS, 'sec-fetch-site': 'same-site' }, 403],
    ['a foreign origin', { ...OURS, origin: 'https://evil.test' }, 403],
    ['an opaque origin', { ...OURS, origin: 'null' }, 403],
    ['nobody who has a token', { host: OURS.host }, 401],
    ['another token', { ...OURS, authorization: `Bearer ${'b'.repeat(32)}` }, 401],
    ['a part of the token', { ...OURS, authorization: `Bearer ${'a'.repeat(31)}` }, 401],
    ['another scheme', { ...OURS, authorization: `Basic ${TOKEN}` }, 401],
  ])('%s', async (_, headers, status) => {
    const { get } = await page();
    expect((await get('/api/overview', headers)).status).toBe(status);
  });

  test('a token in the query counts for nothing', async () => {
    const { get } = await page();
    expect((await get(`/api/overview?token=${TOKEN}`, { host: OURS.host })).status).toBe(401);
  });

  test('the refusal of a Host names it, those that are allowed, and the option', async () => {
    const { get } = await page();
    const text = await (await get('/', { host: 'evil.test' })).text();
    expect(text).toContain('"evil.test"');
    expect(text).toContain('127.0.0.1:4321, localhost:4321, [::1]:4321, dogwatch.example');
    expect(text).toContain('--behind-proxy');
  });

  test('the page itself needs no token, and has no data', async () => {
    const { get, run } = await page();
    for (const path of ['/', `/runs/${run.name}`, '/page/start.js', '/page/style.css', '/page/uPlot.iife.min.js']) {
      const response = await get(path, { host: OURS.host });
      expect([path, response.status]).toEqual([path, 200]);
      expect(await response.text()).not.toContain('attempt 1 started');
    }
    for (const path of ['/page/..%2Fapp.ts', '/page/../../package.json', '/nowhere']) expect((await get(path)).status).toBe(404);
  });
});

test.each(['/', '/api/overview', '/api/nowhere', '/page/start.js'])('the headers of %s let nothing in from elsewhere', async (path) => {
  const { get } = await page();
  for (const headers of [OURS, { host: OURS.host }, { host: 'evil.test' }]) {
    const response = await get(path, headers);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    });
    expect(response.headers.get('access-control-allow-origin')).toBe(null);
  }
});

test('the files of the page need nothing from elsewhere, and no script or style in the text', async () => {
  const { get } = await page();
  const html = await (await get('/')).text();
  expect(html).not.toMatch(/<style|<script(?![^>]*src="\/)|\son\w+=|\sstyle=|https?:\/\//);
  const names = [...html.matchAll(/(?:src|href)="(\/page\/[^"]+)"/g)].map(([, path]) => path ?? '');
  expect(names).toContain('/page/uPlot.iife.min.js');
  for (const name of names) expect((await get(name)).status).toBe(200);
});

describe('what it says', () => {
  test('a log has no escapes, and is data', async () => {
    const { get, run, where } = await page();
    printed(where, run.id, 1, `<script>alert(1)</script>\n${HOSTILE}\n`);
    const response = await get(`/api/runs/${run.name}/log?attempt=1`);
    expect(response.headers.get('content-type')).toContain('application/json');
    const { lines } = (await response.json()) as { lines: string[] };
    expect(lines[0]).toBe('<script>alert(1)</script>');
    expect(isHarmful(lines.join('\n'))).toBe(false);
  });

  test.each(['/log?attempt=2', '/log?attempt=0', '/log?attempt=-1', '/log?attempt=..%2f1', '/log?attempt=1e0x'])(
    'no log at %s',
    async (path) => {
      const { get, run } = await page();
      expect((await get(`/api/runs/${run.name}${path}`)).status).toBe(404);
    },
  );

  test('a run with its time line and journal', async () => {
    const { get, run } = await page();
    const document = (await (await get(`/api/runs/${run.name}`)).json()) as RunPage;
    expect(document.run).toMatchObject({ name: run.name, state: 'working' });
    expect(document.timeline.attempts).toHaveLength(1);
    expect(document.journal.at(-1)?.because).toEqual(expect.any(String));
    expect((await get('/api/runs/nobody')).status).toBe(404);
  });
});

describe('acts', () => {
  const submit = () => vi.fn<Submit>(async () => ({ accepted: true, message: 'done' }));
  const pause = { run: 'upgrade.1', act: 'pause', because: 'lunch' };

  test('are refused unless it may act', async () => {
    const { post, run } = await page();
    const response = await post({ ...pause, run: run.id });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('--act');
  });

  test('go to the watchdog, whose answer they return', async () => {
    const asked = submit();
    const { post, run } = await page(asked);
    expect(await (await post({ ...pause, run: run.id })).json()).toEqual({ accepted: true, message: 'done' });
    expect(asked.mock.calls).toEqual([[run.id, { kind: 'pause', because: 'lunch' }]]);
  });

  test.each<[string, object | string, Record<string, string>, number]>([
    ['without a token', pause, { authorization: '' }, 401],
    ['from a form', 'run=x&act=stop', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['as plain text', pause, { 'content-type': 'text/plain' }, 415],
    ['from another site', pause, { 'sec-fetch-site': 'cross-site' }, 403],
    ['what is no JSON', '{', {}, 400],
    ['what is no object', '1', {}, 400],
    ['an unknown act', { ...pause, act: 'rm' }, {}, 400],
    ['a request of the core', { ...pause, act: 'recover' }, {}, 400],
    ['a stop without the name', { run: 'upgrade.1', act: 'stop' }, {}, 400],
    ['a stop with another name', { run: 'upgrade.1', act: 'stop', name: 'up' }, {}, 400],
    ['a run that is none', { ...pause, run: '../x' }, {}, 404],
    ['too much', { ...pause, because: 'x'.repeat(17_000) }, {}, 413],
    ['a long reason', { ...pause, because: 'x'.repeat(2001) }, {}, 400],
  ])('%s is refused', async (_, body, headers, status) => {
    const asked = submit();
    const { post } = await page(asked);
    expect((await post(body, headers)).status).toBe(status);
    expect(asked).not.toHaveBeenCalled();
  });

  test('say why the watchdog refused, or did not answer', async () => {
    const refused = await page(async () => ({ accepted: false, message: 'it is stopped' }));
    expect((await refused.post({ ...pause, run: refused.run.id })).status).toBe(409);
    const silent = await page(async () => Promise.reject(new Error('the watchdog does not answer')));
    const response = await silent.post({ ...pause, run: silent.run.id });
    expect([response.status, await response.json()]).toEqual([503, { error: 'the watchdog does not answer' }]);
  });
});
