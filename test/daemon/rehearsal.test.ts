import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Run } from '../../src/core/model/run.ts';
import { newAttempt } from '../../src/core/run/new-run.ts';
import { rehearseDeath } from '../../src/daemon/rehearsal.ts';
import { layout } from '../../src/store/directory/layout.ts';
import { identify } from '../../src/system/process/process.ts';
import { MARKS } from '../kit/core/world.ts';
import { newRunNamed } from '../kit/samples-of-decisions.ts';

const RULES = { marks: MARKS, mayAct: true, recovers: false };

function place() {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-rehearsal-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return layout(directory);
}

/** A run whose attempt is this process. */
function working(): Run {
  const run = newRunNamed('job');
  const attempt = newAttempt(1, identify(process.pid), null, 'start', run.registeredAt);
  return { ...run, state: 'working', attempt };
}

test('without a run that could die there is nothing to rehearse', () => {
  expect(rehearseDeath([], place(), RULES)).toBe(false);
  expect(rehearseDeath([newRunNamed('job')], place(), RULES)).toBe(false);
});

test('a rehearsed death leaves no trace', () => {
  const where = place();
  const run = working();
  const before = structuredClone(run);
  expect(rehearseDeath([run], where, RULES)).toBe(true);
  expect(run).toEqual(before);
  expect([readdirSync(where.stateDir), existsSync(where.database)]).toEqual([[], false]);
});
