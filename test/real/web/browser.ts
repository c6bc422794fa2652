import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findOnPath } from '../../../src/system/command/find-on-path.ts';
import { unpackedIn, whyNotUnpacked } from '../unpacked.ts';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A name that a hostile resolver leads here.
  '--host-resolver-rules=MAP evil.test 127.0.0.1',
];

const installed = (): string | null => findOnPath('chromium', process.env.PATH ?? '');

/** Why there is no browser here, or null if there is one. */
export const whyNoBrowser = (): string | null => (installed() === null ? whyNotUnpacked('chromium', 'Chromium') : null);

/** The real Chromium: that of this machine, or the unpacked one. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: installed() ?? join(unpackedIn('chromium'), 'bin/chromium'), args: ARGUMENTS });

export interface Seen {
  readonly page: Page;
  /** Errors and warnings of the console, and what was thrown. */
  readonly complaints: string[];
  /** Every address that was asked for. */
  readonly requests: string[];
  /** Bytes of all responses so far. */
  readonly bytes: () => number;
}

/** Opens a page, and notes all that it does. */
export async function opened(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Seen> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  let bytes = 0;
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => requests.push(request.url()));
  page.on('response', async (response) => {
    if (!response.url().includes('/api/live')) bytes += (await response.body().catch(() => Buffer.alloc(0))).length;
  });
  await page.goto(url);
  return { page, complaints, requests, bytes: () => bytes };
}

export const ready = (page: Page) => page.locator('body[data-ready=true]').waitFor();

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds against the page, each rule with the elements. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: axe has put itself there.
    const { axe, document } = globalThis as any;
    const { violations: all } = await axe.run(document, { resultTypes: ['violations'] });
    return all.map(({ id, nodes }: { id: string; nodes: { html: string; failureSummary: string }[] }) =>
      [id, ...nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`)].join('\n'),
    );
  });
}
