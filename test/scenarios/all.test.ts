import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseReplayFile } from '../../src/cli/replay/file.ts';
import { register } from '../../src/cli/replay/replay.ts';
import { replayed } from '../../src/core/replay.ts';
import { look } from '../kit/kept-state.ts';
import { stateDirectory } from '../kit/opened-store.ts';

const FILES = globSync('test/scenarios/*.jsonl').sort();

/**
 * What users of agents reported, and what dogwatch does instead: facts, the agent's own lines, and
 * the decisions in short.
 */
describe('incidents', () => {
  test('there are some', () => expect(FILES.length).toBeGreaterThan(12));

  test.each(FILES.map((path) => [basename(path, '.jsonl'), path]))('%s', (_, path) => {
    const { rows, spec } = parseReplayFile(readFileSync(path, 'utf8'), path);
    const compared = [...replayed(rows, spec)].filter(({ row }) => row.decided !== null);
    expect(compared.length).toBeGreaterThan(1);
    expect(compared.map(({ today }) => today)).toEqual(
      compared.map(({ row: { decided } }) => ({ ...decided, because: expect.stringContaining(decided?.because ?? '') })),
    );
  });

  test('the command replays them, too', async () => {
    const { out, exitCode } = await look(register, stateDirectory(), 'replay', FILES[0]!);
    expect(out).toMatch(/^\d+ decisions replayed, none differs\.\n$/);
    expect(exitCode).toBeUndefined();
  });

  test('of one that is decided otherwise it says so, and where', async () => {
    const { out, exitCode } = await look(register, stateDirectory(), 'replay', FILES[0]!, '--set', 'DOGWATCH_ENABLED=0');
    expect(out).toMatch(/ {2}recorded {3}.*\n {2}(today|before it) /);
    expect(exitCode).toBeUndefined();
  });
});
