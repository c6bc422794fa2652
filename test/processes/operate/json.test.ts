import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { schemaText } from '../../../src/cli/help/schema.ts';
import { STATES } from '../../../src/core/model/states.ts';
import { NEVER_SHORT } from '../../kit/never-short.ts';
import { PROGRAM } from '../../kit/stage.ts';

const { $defs } = JSON.parse(schemaText());

/** What is wrong with a value that should match a part of the schema, or null if nothing is. */
function problemsOf(name: string, value: unknown): string | null {
  const { error } = z.fromJSONSchema({ $ref: `#/$defs/${name}`, $defs }).safeParse(value);
  return error === undefined ? null : `${name}: ${z.prettifyError(error)}`;
}

let scratch = '';
const ran = (input: string, ...words: string[]): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [PROGRAM, ...words], {
    encoding: 'utf8',
    cwd: scratch,
    input,
    env: {
      DOGWATCH_ON_EVENT: `exec:${join(scratch, 'bin/receiver')}`,
      PATH: process.env.PATH,
      HOME: scratch,
      DOGWATCH_STATE_DIR: join(scratch, 'state'),
      DOGWATCH_BALLAST: '0',
      DOGWATCH_PRERECLAIM: '0',
      DOGWATCH_DOCKER_HOSTS: 'none',
      DOGWATCH_NOTIFY: 'exec:/bin/true',
      DOGWATCH_BACKOFF_MIN: '1h',
      DOGWATCH_BACKOFF_MAX: '2h',
      ...NEVER_SHORT,
    },
  });
const linesOf = (text: string): unknown[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'dogwatch-json-'));
  mkdirSync(join(scratch, 'bin'));
  writeFileSync(join(scratch, 'bin/receiver'), `#!/bin/sh\ncat >>'${scratch}/events'; echo >>'${scratch}/events'\n`, { mode: 0o755 });
});
afterAll(() => {
  ran('', 'stop', '--all', '--yes');
  rmSync(scratch, { recursive: true, force: true });
});

test('everything that is printed with --json matches the schema', () => {
  const lines = linesOf(ran('', 'run', '--json', '--name', 'done', '--done-exit', '--', 'sh', '-c', 'echo hello').stdout);
  expect(problemsOf('registered', lines[0])).toBe(null);
  for (const line of lines.slice(1)) expect(problemsOf(Object.hasOwn(line as object, 'log') ? 'log' : 'decision', line)).toBe(null);
  expect(lines.some((line) => Object.hasOwn(line as object, 'log'))).toBe(true);

  // One dies and waits, one lives, one needs a person.
  ran('', 'run', '--detach', '--name', 'waits', '--done-file', 'x', '--', 'sh', '-c', 'echo no; exit 1');
  ran('', 'run', '--detach', '--name', 'lives', '--done-file', 'x', '--', 'sh', '-c', 'while :; do echo x; sleep 0.2; done');
  ran(
    '',
    'run',
    '--detach',
    '--name',
    'needs',
    '--done-file',
    'x',
    '--',
    'sh',
    '-c',
    `${process.execPath} ${PROGRAM} blocked --because "no key"; sleep 100`,
  );
  ran('', 'wait', 'waits', '--for', 'waiting', '--timeout', '30s');
  ran('', 'wait', 'needs', '--for', 'escalated', '--timeout', '30s');

  const wrong = OUTPUTS.flatMap(([name, words, form, input = '']) => {
    const { stdout, stderr } = ran(input, ...words.split(' '));
    const values = form === 'lines' ? linesOf(stdout) : form === 'array' ? JSON.parse(stdout) : [JSON.parse(stdout)];
    if (values.length === 0) return [`${words} printed nothing: ${stderr}`];
    const each = typeof name === 'string' ? values.map(() => name) : [...values.slice(1).map(() => name[0]), name[1]];
    return values.flatMap((value: unknown, index: number) => problemsOf(each[index] ?? '', value) ?? []);
  });
  expect(wrong).toEqual([]);
  const received = readFileSync(join(scratch, 'events'), 'utf8');
  // The last one may still be arriving.
  const events = linesOf(received.slice(0, received.lastIndexOf('\n') + 1));
  expect(events).not.toEqual([]);
  expect(events.flatMap((event) => problemsOf('event', event) ?? [])).toEqual([]);
});

type Form = 'whole' | 'lines' | 'array';
/** A part of the schema (of the lines, and of the last one), the command, how it prints, and its input. */
const OUTPUTS: readonly (readonly [string | readonly [string, string], string, Form, string?])[] = [
  ['status', 'status --json', 'whole'],
  ['status', 'status needs --json', 'whole'],
  ['error', 'explain nothing --json', 'whole'],
  ['error', 'status --json --nothing', 'whole'],
  ['error', 'wait needs --for nothing --json', 'whole'],
  ['fleetStatus', 'fleet status --ssh . --json', 'whole'],
  ['fleetStatus', 'fleet status --ssh .,nowhere.invalid --timeout 5s --json', 'whole'],
  ['explain', 'explain waits --json', 'lines'],
  ['explain', 'explain needs --json', 'lines'],
  ['decision', 'history waits --json', 'lines'],
  ['logLine', 'logs waits --json', 'lines'],
  [['difference', 'replayed'], 'replay waits --json --set DOGWATCH_BACKOFF_MIN=1s', 'lines'],
  ['config', 'config --json', 'whole'],
  ['runConfig', 'config lives --json', 'whole'],
  ['doctor', 'doctor --json', 'whole'],
  ['doctor', 'fleet doctor --json', 'whole'],
  ['supervise', 'supervise --dry-run --json', 'whole'],
  ['reclaim', 'reclaim --dry-run --json', 'whole'],
  ['notifyTest', 'notify --test --json', 'whole'],
  ['unit', 'systemd print --user --json', 'array'],
  ['classified', 'classify --agent generic --json', 'lines', 'a line\nError: 429 Too Many Requests\n'],
  ['waited', 'wait needs --for escalated --json', 'lines'],
  ['costs', 'costs --json', 'whole'],
  ['costs', 'costs lives --json', 'whole'],
  ['report', 'report --since 1h --json', 'whole'],
  ['removal', 'rm done --dry-run --json', 'lines'],
  ['removal', 'rm done --yes --json', 'lines'],
  ['backup', 'backup --json copy.db', 'lines'],
  ['reply', 'pause lives --json', 'lines'],
  ['reply', 'unpause lives --json', 'lines'],
  ['reply', 'ack needs --json', 'lines'],
  ['reply', 'set lives DOGWATCH_IDLE=20m --json', 'lines'],
  ['skill', 'skill --json', 'lines'],
  ['skill', 'skill --install --dry-run --agent claude --json', 'lines'],
  ['error', 'answer lives --json', 'whole'],
  ['reply', 'answer lives yes --json', 'lines'],
  ['reply', 'stop lives waits needs --json', 'lines'],
];

test('the schema has every state and every kind of hold', () => {
  expect($defs.state.enum).toEqual(Object.keys(STATES));
  const [, kinds = ''] = /interface Hold \{\s+readonly kind: ([^;]+);/.exec(readFileSync('src/core/model/states.ts', 'utf8')) ?? [];
  expect($defs.hold.properties.kind.enum.map((kind: string) => `'${kind}'`)).toEqual(kinds.split(' | '));
});

test('a value that lacks a key, or has another type, does not match', () => {
  const line = { line: 1, signal: 'none', text: 'x' };
  expect(problemsOf('classified', line)).toBe(null);
  expect(problemsOf('classified', { ...line, more: true })).toBe(null);
  expect(problemsOf('classified', { line: 1, signal: 'none' })).toContain('text');
  expect(problemsOf('classified', { ...line, line: '1' })).toContain('line');
});
