// A program that follows the given log as the watchdog does, and prints what it reports and reads,
// one line each. With a directory as second argument it first creates so many files there, without
// a pause, that inotify's queue overflows, and then writes to the log.
import { appendFileSync, mkdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { of } from 'rxjs';
import type { Fact } from '../../src/core/model/facts.ts';
import { newAttempt, newRun } from '../../src/core/run/new-run.ts';
import { logLines } from '../../streams/sources/log-lines.ts';
import { specWith } from '../kit/core/world.ts';

const [path = '', crowd] = process.argv.slice(2);
const AT = { wall: 0, mono: 0 };
const registered = {
  kind: 'run.registered',
  run: 'r',
  request: 'q',
  generation: 1,
  spec: specWith(),
  foreign: null,
  seq: 1,
  at: AT,
  jitter: 0,
} as const;
const run = { ...newRun(registered, true), attempt: newAttempt(1, null, null, 'start', AT) };
const print = (text: string) => process.stdout.write(`${text}\n`);

const { facts$ } = logLines(of(run), {
  logs: () => [{ path, kind: 'attempt' }],
  interpreter: () => ({ read: (lines) => lines.map((text) => ({ kind: 'error', text })) }),
  report: (problem) => print(`problem: ${problem}`),
});
let isCrowded = false;
facts$.subscribe((fact: Fact) => {
  if (fact.kind !== 'log.read') return;
  for (const signal of fact.signals) print(`heard: ${'text' in signal ? signal.text : ''}`);
  if (crowd === undefined || isCrowded) return;
  isCrowded = true;
  // Once the log is watched.
  setTimeout(() => overflow(crowd), 500);
});

/** More events than inotify keeps, before any is read; the log's own finds no room. */
function overflow(directory: string): void {
  mkdirSync(directory, { recursive: true });
  let delivered = 0;
  watch(directory, () => delivered++);
  const count = Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8')) + 1000;
  for (let number = 0; number < count; number++) writeFileSync(join(directory, String(number)), '');
  appendFileSync(path, 'after the flood\n');
  setTimeout(() => print(`delivered: ${delivered < count}`), 200);
}
