import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { checkStrays, endStrays } from '../../../src/cli/doctor/strays.ts';
import { MARK_VARIABLE } from '../../../src/system/process/mark-in-environ.ts';
import { keptState } from '../../kit/kept-state.ts';
import { stateDirectory } from '../../kit/opened-store.ts';
import { newRunNamed, noting } from '../../kit/samples-of-decisions.ts';

/** Starts a process as the launcher starts an attempt of this run. */
async function marked(stateDir: string, run: string) {
  const env = { ...process.env, [MARK_VARIABLE]: `${run}/1/token`, DOGWATCH_STATE_DIR: stateDir };
  const child = spawn('sleep', ['600'], { env, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  return child;
}

test('finds marked processes of a state directory that belong to no run, and ends them on request', async () => {
  const { where, keep } = await keptState();
  keep(noting(newRunNamed('known'), 1));
  const known = await marked(where.stateDir, 'known.1');
  const elsewhere = await marked(stateDirectory().stateDir, 'lost.1');
  const env = { DOGWATCH_STATE_DIR: where.stateDir };
  expect(checkStrays(env)).toMatchObject([{ result: 'ok' }]);

  const lost = await marked(where.stateDir, 'lost.1');
  const said = expect.stringContaining(`${lost.pid} (sleep, of lost.1)`);
  expect(checkStrays(env)).toMatchObject([{ result: 'warn', said, next: expect.stringContaining('--end-strays') }]);
  const gone = once(lost, 'exit');
  expect(await endStrays(env)).toMatchObject([{ result: 'ok', said: '1 was ended' }, { result: 'ok' }]);
  await gone;
  expect([known.exitCode ?? known.signalCode, elsewhere.exitCode ?? elsewhere.signalCode]).toEqual([null, null]);
});

test('calls nothing a stray if the runs cannot be read', () => {
  expect(checkStrays({ DOGWATCH_STATE_DIR: '/dev/null' })).toEqual([]);
});
