import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import type { RunState } from '../../../src/core/model/facts.ts';
import type { Stage } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';
import { leftCommands, waiting } from './waiting.ts';

/** The last line of a stack: a bug was shown to a person. */
const STACK = /^\s+at .+[:(]\d+:\d+\)?$/m;

/**
 * What holds after every drill, whatever was broken: the run ended properly, one agent lived at a
 * time, each attempt was started once, each action was recorded once and settled, nothing waits to
 * follow it, the state is intact, `status` answers, and no watchdog printed a stack.
 */
export async function expectSound(stage: Stage, said = '', states: readonly RunState[] = ['complete'], name = 'job'): Promise<void> {
  await until(`${name} is over`, () => states.includes(stage.run(name)?.state ?? 'starting'));
  await atRest(stage);
  await until('nothing waits to follow it', () => waiting(stage, name).length === 0);
  const starts = stage.lives().map(({ attempt }) => attempt);
  const actions = stage.history(name).flatMap((row) => row.actions);
  expect({
    overlaps: stage.lives().filter(({ overlaps }) => overlaps),
    startedTwice: starts.filter((attempt, index) => starts.indexOf(attempt) !== index),
    recordedTwice: twice(actions.map(({ id }) => id)),
    resumedTwice: twice(actions.flatMap((action) => (action.kind === 'resume' ? [`${action.attempt}`] : []))),
    leftBehind: leftCommands(stage, name),
    integrity: look(stage, 'PRAGMA integrity_check'),
    stack: STACK.exec(said + watchdogLog(stage))?.[0] ?? null,
  }).toEqual({ overlaps: [], startedTwice: [], recordedTwice: [], resumedTwice: [], leftBehind: [], integrity: 'ok', stack: null });
  const status = JSON.parse((await stage.does(['status', '--json'])).stdout);
  expect(status.runs.map((run: { name: string }) => run.name)).toContain(name);
}

/** The output so far of watchdogs that were started by a command. */
function watchdogLog(stage: Stage): string {
  try {
    return readFileSync(stage.where.watchdogLog, 'utf8');
  } catch {
    return '';
  }
}

/** Every action that was started is settled. */
export const atRest = (stage: Stage): Promise<unknown> => until('every action is settled', () => unsettled(stage) === 0);

const unsettled = (stage: Stage) => look(stage, 'SELECT count(*) FROM actions WHERE settled IS NULL');

function look(stage: Stage, sql: string): unknown {
  const db = new DatabaseSync(stage.where.database, { readOnly: true, timeout: 5000 });
  try {
    return Object.values(db.prepare(sql).get() ?? {})[0];
  } finally {
    db.close();
  }
}

const twice = (texts: readonly string[]): readonly string[] => texts.filter((text, index) => texts.indexOf(text) !== index);
