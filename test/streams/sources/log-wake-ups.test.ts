import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LogWatchdog } from './log-watchdog.ts';

// With the real chokidar, in real time.

let watchdog: LogWatchdog;
const own = (attempt: number) => watchdog.own(attempt);
afterEach(() => watchdog.remove());

const heard = (text: string) => vi.waitFor(() => expect(watchdog.said).toContain(text), { timeout: 10_000, interval: 5 });

beforeEach(async () => {
  watchdog = new LogWatchdog(true);
  writeFileSync(own(1), 'first\n');
  watchdog.tell({ number: 1 });
  await heard('1: first');
});

test('the last line of a burst is read, and every line before it', async () => {
  const texts = Array.from({ length: 100 }, (_, index) => `1: ${index}`);
  for (const text of texts) {
    appendFileSync(own(1), `${text.slice(3)}\n`);
    await pause(15);
  }
  const all: string[] = [];
  await vi.waitFor(() => expect(all.push(...watchdog.said) && all.at(-1)).toBe('1: 99'), { timeout: 10_000, interval: 5 });
  expect(all).toEqual(texts);
});

test('a rotated log is still followed', async () => {
  appendFileSync(own(1), 'before\n');
  renameSync(own(1), `${own(1)}.1`);
  writeFileSync(own(1), 'after\n');
  await heard('1: after');
  appendFileSync(own(1), 'later\n');
  await heard('1: later');
});
