import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ACTS, type Submit } from '../../../src/web/acts.ts';
import { webApp } from '../../../src/web/app.ts';
import { listen } from '../../../src/web/listen.ts';
import { newToken } from '../../../src/web/token.ts';
import { working } from '../../kit/core/world.ts';
import { openBrowser, opened, ready, type Seen, violations, whyNoBrowser } from './browser.ts';
import { HOSTILE_NAME, SCRIPT, stateWithRuns } from './state.ts';

const why = whyNoBrowser();
const MAX_BYTES = 250_000;
const MAX_PICTURE_BYTES = 200_000;

interface Served {
  readonly origin: string;
  readonly url: (path?: string) => string;
  readonly close: () => Promise<void>;
}

async function served(submit: Submit | null = null) {
  const state = await stateWithRuns();
  const token = newToken();
  let port = 0;
  const { app } = webApp({ layout: state.where, token, names: () => ({ port, proxies: [] }), submit, isUtc: true });
  const statuses: number[] = [];
  const fetch: typeof app.fetch = async (...asked) => {
    const response = await app.fetch(...asked);
    statuses.push(response.status);
    return response;
  };
  const start = async (): Promise<Served> => {
    const listening = await listen({ fetch }, { kind: 'port', host: '127.0.0.1', port });
    port = listening.port ?? 0;
    onTestFinished(listening.close);
    const origin = `http://127.0.0.1:${port}`;
    return { origin, url: (path = '/') => `${origin}${path}#token=${token}`, close: listening.close };
  };
  return { ...state, token, start, statuses, ...(await start()) };
}

describe.skipIf(why !== null)(`the page in a real browser${why === null ? '' : `: ${why}`}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  const look = async (url: string, options = {}): Promise<Seen> => {
    const seen = await opened(browser, url, options);
    onTestFinished(() => seen.page.context().close());
    return seen;
  };

  const RUN = '/runs/long-night';
  const VIEWS = (['light', 'dark'] as const).flatMap((colorScheme) =>
    [1280, 360].flatMap((width) => ['/', RUN].map((path) => [colorScheme, width, path] as const)),
  );

  test.each(VIEWS)('%s, %i pixels wide, %s: accessible, and not wider than the screen', async (colorScheme, width, path) => {
    const { url, origin, token } = await served();
    const { page, complaints, requests, bytes } = await look(url(path), { colorScheme, viewport: { width, height: 800 } });
    await ready(page);
    if (path === RUN) await page.locator('.plot canvas').first().waitFor();
    expect(await violations(page)).toEqual([]);
    const [wide, room] = (await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')) as [number, number];
    expect(wide).toBeLessThanOrEqual(room);
    expect(complaints).toEqual([]);
    expect(requests.filter((one) => !one.startsWith(origin) && !one.startsWith('data:'))).toEqual([]);
    expect(requests.filter((one) => one.replace(/#.*/, '').includes(token))).toEqual([]);
    expect(page.url()).toBe(`${origin}${path}`);
    expect(bytes()).toBeLessThan(MAX_BYTES);
  });

  test('is the one whose picture is in the README (PICTURES=1 takes it again)', async () => {
    const { url } = await served();
    const { page } = await look(url(RUN), { colorScheme: 'dark', viewport: { width: 1100, height: 900 } });
    await page.locator('.plot canvas').first().waitFor();
    const picture = await page.screenshot();
    const file = new URL('page.png', import.meta.url);
    if (process.env.PICTURES === '1') writeFileSync(file, picture);
    expect(readFileSync(file).subarray(0, 8)).toEqual(picture.subarray(0, 8));
    expect(statSync(file).size).toBeLessThan(MAX_PICTURE_BYTES);
  });

  test.each(['light', 'dark'] as const)('labels in the canvas have contrast in the %s theme', async (colorScheme) => {
    const { url } = await served();
    const { page } = await look(url(RUN), { colorScheme });
    await page.locator('.plot canvas').first().waitFor();
    for (const contrast of await canvasContrasts(page)) expect(contrast).toBeGreaterThanOrEqual(4.5);
  });

  test('the table of a plot says the same as its data', async () => {
    const { url, origin, token } = await served();
    const { page } = await look(url(RUN));
    await ready(page);
    const response = await fetch(`${origin}/api${RUN}`, { headers: { authorization: `Bearer ${token}` } });
    const { timeline } = (await response.json()) as { timeline: { disk: unknown[]; attempts: unknown[] } };
    const rows = (caption: string) =>
      page.locator('table.same', { has: page.locator(`caption:text-is("${caption}")`) }).locator('tbody tr');
    expect(await rows('Disk').count()).toBe(timeline.disk.length);
    expect(await rows('Attempts').count()).toBe(timeline.attempts.length);
    expect(timeline.disk.length).toBeGreaterThan(10);
  });

  test('texts of agents are only ever text', async () => {
    const { url } = await served();
    for (const path of ['/', `/runs/${encodeURIComponent(HOSTILE_NAME)}`]) {
      const { page, complaints } = await look(url(path));
      await ready(page);
      await page.getByText(SCRIPT, { exact: false }).first().waitFor();
      expect(await page.locator('main img, main script').count()).toBe(0);
      if (path !== '/') await expect.poll(() => page.locator('.log').textContent()).toContain(SCRIPT);
      expect(complaints).toEqual([]);
    }
  });

  test('a name that was rebound is refused', async () => {
    const { origin, url, token } = await served();
    const { port } = new URL(origin);
    const { page } = await look(url('/nowhere'));
    expect((await page.goto(`http://evil.test:${port}/#token=${token}`))?.status()).toBe(421);
    expect(await page.locator('body').textContent()).toContain('evil.test');
  });

  test('a page of another site gets nothing, and moves nothing, even with the token', async () => {
    const asked: unknown[] = [];
    const { origin, token, statuses } = await served(async (...words) => {
      asked.push(words);
      return { accepted: true, message: 'so be it' };
    });
    const other = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<title>other</title>'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      other.closeAllConnections();
      other.close();
    });
    const { page } = await look(`http://localhost:${(other.address() as AddressInfo).port}/`);
    const ways: Record<string, unknown>[] = [
      { mode: 'no-cors' },
      { mode: 'cors', headers: { authorization: `Bearer ${token}` } },
      { mode: 'no-cors', method: 'POST', body: '{"act":"pause","run":"lint-fix.1"}' },
      { mode: 'cors', method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: '{}' },
    ];
    for (const way of ways) {
      const path = way.method === 'POST' ? '/api/act' : '/api/overview';
      const read = await page.evaluate(
        ([address, how]) =>
          fetch(String(address), how as RequestInit).then(
            (response) => response.text(),
            () => '',
          ),
        [`${origin}${path}`, way] as const,
      );
      expect(read).toBe('');
    }
    expect(statuses.filter((status) => status < 400)).toEqual([]);
    expect(statuses).toContain(403);
    expect(asked).toEqual([]);
  });

  test('without the token it asks for it, and takes the address that was printed', async () => {
    const { origin, url } = await served();
    const { page } = await look(`${origin}/`);
    await page.getByLabel('Address or token').fill(url());
    await page.keyboard.press('Enter');
    await ready(page);
    await page.getByRole('link', { name: 'long-night' }).first().click();
    await page.getByRole('heading', { name: 'Time line' }).waitFor();
  });

  test('a change is shown, a lost connection said, and the next server found', async () => {
    const { url, add, close, start } = await served();
    const { page } = await look(url());
    await ready(page);
    add('brand-new', working());
    await page.getByRole('link', { name: 'brand-new' }).waitFor();
    await close();
    await page.getByText(/Connection lost \d+ s ago: what is shown may be old/).waitFor();
    await start();
    await page.getByText(/Connection lost/).waitFor({ state: 'hidden' });
  });

  test('keys step through what happened, filter the journal, and reach everything', async () => {
    const { url } = await served();
    const { page } = await look(url(RUN));
    await ready(page);
    await page.locator('svg.lane').focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.locator('.read').textContent()).toMatch(/\d\d:\d\d.*attempt 1 started/);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('+');
    await page.getByLabel('failures only').check();
    expect(await page.locator('.journal tbody tr:not(.failure)').count()).toBe(0);
    await page.getByLabel('all', { exact: true }).check();
    const link = page.locator('.journal tbody a').last();
    await link.click();
    await expect.poll(() => page.locator('.journal .aim').count()).toBe(1);
  });

  describe('acts', () => {
    const asked: unknown[] = [];
    const submit: Submit = async (run, command) => {
      asked.push([run, command]);
      return { accepted: true, message: 'so be it' };
    };

    test('are not offered unless it may act', async () => {
      const { url } = await served();
      const { page } = await look(url(RUN));
      await ready(page);
      expect(await page.getByRole('button', { name: new RegExp(`^(?:${ACTS.join('|')}) `, 'i') }).count()).toBe(0);
    });

    test('ask first, Enter is no, and a stop wants the name', async () => {
      asked.length = 0;
      const { url } = await served(submit);
      const { page, complaints } = await look(url('/runs/lint-fix'));
      await ready(page);
      await page.getByRole('button', { name: /^Pause lint-fix/ }).click();
      await page.keyboard.press('Enter');
      await page.locator('dialog').waitFor({ state: 'hidden' });
      expect(asked).toEqual([]);
      await page.getByRole('button', { name: /^Pause lint-fix/ }).click();
      await page.getByLabel('Reason').fill('lunch');
      await page.locator('#askyes').click();
      await page.getByText('Done: so be it').waitFor();
      expect(asked).toEqual([['lint-fix.1', { kind: 'pause', because: 'lunch' }]]);
      await page.locator('#askno').click();
      await page.getByRole('button', { name: /^Stop lint-fix/ }).click();
      await page.locator('#askyes').click();
      await page.getByText('Not done: to stop a run, its name has to be typed').waitFor();
      await page.getByLabel('Type the name').pressSequentially('lint-fix');
      await page.locator('#askyes').click();
      await page.getByText('Done: so be it').waitFor();
      expect(asked).toHaveLength(2);
      expect(complaints.filter((one) => !one.includes('400'))).toEqual([]);
    });
  });
});

/** For each plot: the contrast of the strongest pixel of its labels with the page. */
async function canvasContrasts(page: Page): Promise<number[]> {
  return page.evaluate(`(() => {
    const level = (part) => { const c = part / 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
    const light = ([r, g, b]) => 0.2126 * level(r) + 0.7152 * level(g) + 0.0722 * level(b);
    const paper = light(getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number));
    return [...document.querySelectorAll('.plot canvas')].map((canvas) => {
      // The labels of the axis of values are left of where the plot begins.
      const { data } = canvas.getContext('2d').getImageData(0, 0, 60, canvas.height);
      let best = 1;
      for (let at = 0; at < data.length; at += 4) {
        if (data[at + 3] < 250) continue;
        const here = light(data.slice(at, at + 3));
        best = Math.max(best, (Math.max(here, paper) + 0.05) / (Math.min(here, paper) + 0.05));
      }
      return best;
    });
  })()`) as Promise<number[]>;
}
