import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { agentFor } from '../../../src/agents/registry.ts';
import { specWith } from '../../kit/core/world.ts';
import { rowsOf } from './samples.ts';
import { EMPTY, STARTED } from './sessions.ts';

function homeWith(file: string | null, writtenAt: number): string {
  const home = mkdtempSync(join(tmpdir(), 'dogwatch-home-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  if (file !== null) {
    const path = join(home, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, writtenAt === EMPTY ? '' : '{}\n');
    utimesSync(path, writtenAt / 1000, writtenAt / 1000);
  }
  return home;
}

test.each(rowsOf(({ sessions }) => sessions))('%s, %s', async (agent, _what, command, file, writtenAt, session) => {
  const spec = specWith({ agent, command: command.split(' ') });
  expect(await agentFor(agent).findSession(spec, { HOME: homeWith(file, writtenAt) }, STARTED)).toBe(session);
});
