import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../kit/until.ts';
import { PROMPTLY } from '../dogwatch.ts';
import { type Place, place } from '../place.ts';
import { type Row, row } from '../row.ts';
import { SIZE } from '../size.ts';
import { Turn } from '../turn.ts';

const BAR_MS = 1000;

/** From the death of an adopted process that someone else started to the start of the next one. */
export async function adoption(): Promise<readonly Row[]> {
  const home = place(PROMPTLY);
  const gaps: number[] = [];
  try {
    await home.watch();
    for (let round = 0; round < SIZE.adoptions; round++) gaps.push(await adopted(home, round));
  } finally {
    await home.tearDown();
  }
  const bar = { text: `most ≤ ${BAR_MS} ms`, isMet: ({ most }: { most: number }) => most <= BAR_MS };
  return [row('death → resumed: adopted', 'ms', gaps, { bar })];
}

async function adopted(home: Place, round: number): Promise<number> {
  const name = `adopted-${round}`;
  const turn = new Turn(join(home.directory, name));
  try {
    const log = join(turn.directory, 'turn.log');
    const fd = openSync(log, 'a');
    spawn(turn.script, [], { cwd: turn.directory, env: home.env, stdio: ['ignore', fd, fd], detached: true }).unref();
    closeSync(fd);
    await turn.started(1);
    const done = ['--done-file', join(turn.directory, 'done'), '--log', log];
    await home.does(['adopt', '--detach', '--pid', String(turn.pid), '--name', name, ...done]);
    // Anything written before that is from before the adoption.
    await until('its log is followed', () => home.looking((reader) => reader.run(name)?.cursors[log] !== undefined));
    turn.say('say');
    // Only a run that works is resumed without a wait.
    await until('the watchdog has seen it work', () => home.looking((reader) => (reader.run(name)?.attempt?.bytes ?? 0) > 0));
    const gap = await turn.die();
    await home.does(['stop', name]);
    return gap;
  } finally {
    turn.close();
  }
}
