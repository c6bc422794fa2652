import { join } from 'node:path';
import type { Run } from '../../../src/core/model/run.ts';
import type { Layout } from '../../../src/store/directory/layout.ts';
import { acquireState } from '../../../src/store/held-state.ts';
import { newRunNamed, noting } from '../../kit/samples-of-decisions.ts';
import type { Place } from '../place.ts';
import { Turn } from '../turn.ts';

export const NAME = 'turn';

/** Starts a scripted turn, which a watchdog in this place resumes whenever it dies. */
export async function startTurn(home: Place): Promise<Turn> {
  const turn = new Turn(join(home.directory, NAME));
  await home.does(['run', '--detach', '--name', NAME, '--cwd', turn.directory, '--', turn.script]);
  await home.inState(NAME, 'working');
  return turn;
}

/** The times from its next deaths to the starts that follow, in ms. */
export async function deathsOf(home: Place, turn: Turn, count: number): Promise<readonly number[]> {
  const gaps: number[] = [];
  for (let death = 0; death < count; death++) {
    await home.inState(NAME, 'working');
    gaps.push(await turn.die());
  }
  return gaps;
}

/** Registers runs that the operator paused, so that nothing of them is started. */
export async function keepPaused(where: Layout, runs: number): Promise<void> {
  const state = await acquireState(where, { leaseTimeoutMs: 60_000, ballastBytes: 0 });
  if (state.kind === 'held-by-other') throw new Error(`expected a state of its own, it is held by process ${state.by.pid}`);
  state.store.record(Array.from({ length: runs }, (_, index) => noting(paused(`job-${index}`), index + 1)));
  state.close();
}

function paused(name: string): Run {
  const at = { wall: 1, mono: 1 };
  const because = 'paused for the night';
  return { ...newRunNamed(name), state: 'held', because, paused: { because, at }, holds: [{ kind: 'operator', untilWall: null, because }] };
}
