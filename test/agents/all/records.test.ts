import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { agentFor } from '../../../src/agents/registry.ts';
import { rowsOf, SAMPLES } from './samples.ts';
import { inDirectory, SESSION } from './sessions.ts';

function home(): string {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-home-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

function write(path: string, atSecond: number): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '{}\n');
  utimesSync(path, atSecond, atSecond);
}

test.each(SAMPLES.flatMap(([agent, { record }]) => (record === null ? [] : [[agent, record] as const])))(
  'when %s last wrote to its record of a session',
  (agent, file) => {
    const HOME = home();
    const wrote = () => agentFor(agent).wroteWall(SESSION, { HOME });
    expect(wrote()).toBeNull();
    write(join(HOME, file), 1_000_000);
    expect(wrote()).toBe(1_000_000_000);
    write(join(HOME, file), 2_000_000);
    expect(wrote()).toBe(2_000_000_000);
    rmSync(join(HOME, file));
    expect(wrote()).toBeNull();
    expect(agentFor(agent).wroteWall('another-one-that-nobody-knows', { HOME })).toBeNull();
  },
);

test.each(rowsOf(({ workedIn }) => workedIn))('where %s worked, as its record %s says', (agent, file, events, expected) => {
  const HOME = home();
  const workedIn = () => agentFor(agent).workedIn?.(SESSION, { HOME });
  expect(workedIn()).toEqual([]);
  const path = join(HOME, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `torn {"cwd"\n${events.map((event) => JSON.stringify(event)).join('\n')}\n{"type":"user","cwd":"/to`);
  expect(workedIn()).toEqual(expected);
  const many = Array.from({ length: 9 }, (_, n) => JSON.stringify({ type: 'turn_context', payload: { cwd: `/n${n}` } })).concat(
    Array.from({ length: 9 }, (_, n) => JSON.stringify(inDirectory(`/n${n}`))),
  );
  writeFileSync(path, many.join('\n'));
  expect(workedIn()).toEqual(['/n8', '/n7', '/n6', '/n5']);
});

test.each(rowsOf(({ said }) => said).concat([['generic', 'Done.', null] as never]))(
  'what the model said, by %s: %s',
  (agent, line, expected) => {
    expect(agentFor(agent).said(line)).toBe(expected);
  },
);
