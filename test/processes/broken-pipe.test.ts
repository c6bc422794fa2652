import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { keptState, printed } from '../cli/kept-state.ts';
import { bornAs, noting } from '../store/samples-of-decisions.ts';

const PROGRAM = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** More than fits into a pipe, from each of the commands. */
async function much() {
  const { where, keep } = await keptState();
  keep(...Array.from({ length: 500 }, (_, index) => noting(bornAs(`run-${index}`), index + 1)));
  keep(...Array.from({ length: 3000 }, (_, index) => noting({ ...bornAs('long'), tried: 1 }, index + 501)));
  printed(where, 'long.1', 1, Buffer.alloc(10_000_000, 'x\n'));
  return where;
}

test.each([['status'], ['status --json'], ['history long'], ['history long --json'], ['logs long'], ['logs -f long']])(
  'a reader that goes away ends %s without a word',
  async (command) => {
    const { stateDir } = await much();
    const child = spawn(process.execPath, [PROGRAM, ...command.split(' ')], { env: { ...process.env, DOGWATCH_STATE_DIR: stateDir } });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const [code] = await once(child, 'close');
    expect(said).not.toMatch(/EPIPE|^ +at /m);
    expect(code).toBe(0);
  },
);
