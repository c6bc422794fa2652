import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { AgentName } from '../../src/core/model/facts.ts';
import { sessionRecords } from '../../src/daemon/session-records.ts';
import { working } from '../kit/core/world.ts';

const SESSION = '01a22c7e-669c-7c02-891d-c44b916d16fd';
const OTHER = '01a22c82-9edb-7682-b1b0-30913f3e0092';

function home(): string {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-home-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

function write(path: string, line: object = {}): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(line)}\n`);
  return path;
}

/** The first line of codex' record, which names the main thread. */
const meta = (thread: string, main: string) => ({
  timestamp: '2026-11-30T12:51:27.622Z',
  ordinal: 0,
  type: 'session_meta',
  payload: { account_scoped: true, session_id: main, id: thread },
});
const rollout = (HOME: string, time: string, thread: string, main = thread): string =>
  write(join(HOME, `.codex/sessions/2026/11/30/rollout-2026-11-30T${time}-${thread}.jsonl`), meta(thread, main));

const paths: readonly (readonly [agent: AgentName, make: (HOME: string) => readonly string[]])[] = [
  [
    'claude',
    (HOME) => [
      write(join(HOME, `.claude/projects/-home-u/${SESSION}.jsonl`)),
      write(join(HOME, `.claude/projects/-home-u/${SESSION}/subagents/agent-a28b.jsonl`)),
    ],
  ],
  [
    'codex',
    (HOME) => {
      rollout(HOME, '11-00-00', OTHER, SESSION);
      const found = [rollout(HOME, '12-00-00', SESSION), rollout(HOME, '12-00-01', 'sub', SESSION)];
      rollout(HOME, '12-00-02', 'another', OTHER);
      write(join(HOME, '.codex/sessions/2026/11/30/rollout-2026-11-30T12-00-03-torn.jsonl'));
      return found;
    },
  ],
  [
    'gemini',
    (HOME) => [
      write(join(HOME, `.gemini/tmp/work/chats/session-2026-11-30T12-48-${SESSION.slice(0, 8)}.jsonl`)),
      write(join(HOME, `.gemini/tmp/work/chats/${SESSION}/6f621347.jsonl`)),
    ],
  ],
  ['opencode', () => []],
  ['qwen', () => []],
];

function watched(agent: AgentName, HOME: string, session: string | null = SESSION) {
  const clock = { mono: 0 };
  const records = sessionRecords(
    () => ({ HOME }),
    () => clock.mono,
  );
  const { run } = working({ agent });
  const later = (ms: number) => {
    clock.mono += ms;
  };
  return { look: (isLast = false) => records({ ...run, session }, isLast), later };
}

test.each(paths)('the records that %s keeps of a session and of its sub-agents', (agent, make) => {
  const HOME = home();
  const { look, later } = watched(agent, HOME);
  expect(look()).toEqual([]);
  const made = make(HOME);
  expect(look()).toEqual([]);
  expect(look(true).map(({ path }) => path)).toEqual(made);
  later(2000);
  expect(look().map(({ path, kind }) => [path, kind])).toEqual(made.map((path) => [path, 'record']));
  for (const path of made) appendFileSync(path, '{}\n');
  expect(watched(agent, HOME, null).look()).toEqual([]);
  expect(watched(agent, HOME, 'ffffffff-0000-0000-0000-000000000000').look()).toEqual([]);
});

test('those of many sub-agents, each found while the agent works, up to a limit', () => {
  const HOME = home();
  const { look, later } = watched('claude', HOME);
  const own = write(join(HOME, `.claude/projects/-home-u/${SESSION}.jsonl`));
  const sub = (name: string) => write(join(HOME, `.claude/projects/-home-u/${SESSION}/subagents/agent-${name}.jsonl`));
  expect(look().map(({ path }) => path)).toEqual([own]);
  const late = sub('z');
  later(2000);
  expect(look()).toHaveLength(1);
  later(8000);
  expect(look().map(({ path }) => path)).toEqual([own, late]);
  for (let number = 100; number < 200; number++) sub(`${number}`);
  const all = look(true).map(({ path }) => path);
  expect(all).toHaveLength(64);
  expect(all.slice(0, 2)).toEqual([own, late]);
});
