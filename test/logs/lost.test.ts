import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Fact, LogCursor } from '../../src/core/model/facts.ts';
import { tailLog } from '../../src/logs/tail.ts';

let directory: string;
let path: string;
let writer: ReturnType<typeof spawn>;
let descriptors: readonly string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dogwatch-lost-'));
  mkdirSync(join(directory, 'attempt'));
  path = join(directory, 'attempt', 'log');
  writer = spawn('cat', [], { stdio: ['pipe', openSync(path, 'a'), 'ignore'] });
  descriptors = [`/proc/${writer.pid}/fd/1`];
});
afterEach(async () => {
  writer.stdin?.end();
  if (writer.exitCode === null) await once(writer, 'exit');
  rmSync(directory, { recursive: true, force: true });
});

/** What `cat` was given is in the log once a read finds it. */
async function reads(tail: ReturnType<typeof tailLog>, count: number): Promise<(Fact & { kind: 'log.read' })[]> {
  const facts: (Fact & { kind: 'log.read' })[] = [];
  while (facts.reduce((sum, { lines }) => sum + lines, 0) < count) {
    facts.push(...tail.read(false).facts);
    await new Promise((done) => setTimeout(done, 5));
  }
  return facts;
}

const tailOf = (from: readonly string[], cursors = new Map<string, LogCursor>()) =>
  tailLog({
    run: 'r',
    attempt: 1,
    path,
    own: true,
    shared: false,
    descriptors: from,
    cursors,
    interpreter: { read: () => [] },
    report: () => {},
  });

const LOSSES: readonly (readonly [string, () => void, string])[] = [
  ['removed', () => rmSync(path), 'was removed'],
  ['its directory removed', () => rmSync(join(directory, 'attempt'), { recursive: true }), 'was removed'],
  [
    'replaced by another file',
    () => {
      rmSync(path);
      writeFileSync(path, 'of somebody else\n');
    },
    'was replaced by another file',
  ],
];

for (const [what, lose, because] of LOSSES)
  test(`${what}: reported once, and still read where its writer has it open`, async () => {
    const tail = tailOf(descriptors);
    writer.stdin?.write('one\n');
    await reads(tail, 1);
    lose();
    writer.stdin?.write('two\n');
    const facts = await reads(tail, 1);
    expect(facts.flatMap(({ lost }) => (lost === undefined ? [] : [lost]))).toEqual([{ because, isRead: true }]);
    expect(facts.map(({ bytes, gap }) => [bytes, gap])).toEqual([
      [0, null],
      [4, null],
    ]);
    expect(tail.hasUnread()).toBe(true);
  });

test('moved to another directory: still read, and its place is reported', async () => {
  const tail = tailOf(descriptors);
  writer.stdin?.write('one\n');
  await reads(tail, 1);
  const there = join(directory, 'elsewhere');
  renameSync(path, there);
  writer.stdin?.write('two\n');
  const facts = await reads(tail, 1);
  expect(facts[0]?.lost).toEqual({ because: `was moved to ${there}`, isRead: true });
});

test('renamed next to its path, as by rotation: nothing to report', async () => {
  const tail = tailOf(descriptors);
  writer.stdin?.write('one\n');
  await reads(tail, 1);
  renameSync(path, `${path}.1`);
  writer.stdin?.write('two\n');
  const facts = await reads(tail, 1);
  expect(facts.every(({ lost }) => lost === undefined)).toBe(true);
});

test('removed, and no process is known to have it open: its content is unknown', async () => {
  const tail = tailOf([]);
  writer.stdin?.write('one\n');
  await reads(tail, 1);
  rmSync(path);
  expect(tail.read(false).facts).toEqual([expect.objectContaining({ lost: { because: 'was removed', isRead: false }, bytes: 0 })]);
  expect(tail.read(false).facts).toEqual([]);
});

test('removed before it was ever read: read from its beginning', async () => {
  writer.stdin?.write('one\n');
  const before = tailOf(descriptors);
  await reads(before, 1);
  rmSync(path);
  const facts = await reads(tailOf(descriptors), 1);
  expect(facts.map(({ lines }) => lines)).toEqual([0, 1]);
});

test('the descriptor of a process that writes elsewhere is not its log', async () => {
  const tail = tailOf([`/proc/${process.pid}/fd/1`]);
  appendFileSync(path, 'one\n');
  await reads(tail, 1);
  rmSync(path);
  expect(tail.read(false).facts[0]?.lost?.isRead).toBe(false);
});
