import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { copilot } from '../../../src/agents/copilot/agent.ts';
import { newestSession, sessionWith } from '../../../src/agents/copilot/sessions.ts';
import { specWith } from '../../kit/core/world.ts';
import { READING } from '../../kit/reading.ts';
import { STARTED } from '../all/sessions.ts';

/** A home with the records of sessions: their directory, their last event, and when it was written. */
function homeWith(...sessions: readonly (readonly [id: string, cwd: string, event: string, wall: number])[]) {
  const home = mkdtempSync(join(tmpdir(), 'dogwatch-home-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  for (const [id, cwd, event, wall] of sessions) {
    const directory = join(home, '.copilot/session-state', id);
    mkdirSync(directory, { recursive: true });
    const lines = [
      { type: 'session.start', data: { sessionId: id, context: { cwd } }, id: 'first' },
      { type: 'user.message', data: {}, id: event },
    ];
    writeFileSync(join(directory, 'events.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    utimesSync(join(directory, 'events.jsonl'), wall / 1000, wall / 1000);
  }
  return { HOME: home };
}

describe('the session of an attempt', () => {
  test('is the one whose record has its prompt', () => {
    const home = homeWith(['s1', '/a', 'e1', STARTED], ['s2', '/a', 'e2', STARTED + 1000]);
    expect(sessionWith('e1', home)).toBe('s1');
    expect(sessionWith('e2', home)).toBe('s2');
    expect(sessionWith('e3', home)).toBeNull();
    expect(sessionWith('e1', { HOME: '/nonexistent' })).toBeNull();
  });

  test('is known from the output as soon as the record is written', () => {
    const home = homeWith(['s1', '/a', 'e1', STARTED]);
    const reader = copilot.interpreter(READING, { atWall: () => 0, zone: 'UTC', session: () => null, environment: () => home });
    const lines = [
      '{"type":"user.message","data":{"content":"x"},"id":"e1"}',
      '{"type":"assistant.message","data":{"content":"y"},"id":"e2"}',
    ];
    expect(reader.read(lines)).toContainEqual({ kind: 'session', id: 's1' });
    expect(reader.read(['{"type":"result","sessionId":"s1","exitCode":0}'])).not.toContainEqual({ kind: 'session', id: 's1' });
  });

  test('that died without an answer is the only new one of its directory', () => {
    const home = homeWith(['old', '/a', 'e1', STARTED - 60_000], ['new', '/a', 'e2', STARTED], ['other', '/b', 'e3', STARTED]);
    expect(newestSession('/a', home, STARTED)).toBe('new');
    expect(newestSession('/c', home, STARTED)).toBeNull();
  });

  test('is not guessed', () => {
    const home = homeWith(['s1', '/a', 'e1', STARTED], ['s2', '/a', 'e2', STARTED]);
    expect(newestSession('/a', home, STARTED)).toBeNull();
  });
});

test('a fresh session gets its task on standard input, because with -p copilot does not read that', () => {
  const plan = copilot.fresh(specWith({ command: ['copilot', '--session-id', 's1', '--allow-all', '-p', 'Do it.'] }), 'so far');
  expect(plan).toEqual({ argv: ['copilot', '--allow-all'], stdin: 'Do it.\nso far' });
});
