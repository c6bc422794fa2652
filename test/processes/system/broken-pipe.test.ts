import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { keptState, printed } from '../../kit/kept-state.ts';
import { newRunNamed, noting } from '../../kit/samples-of-decisions.ts';

const PROGRAM = fileURLToPath(new URL('../../../src/entry.ts', import.meta.url));

/** Each of the commands prints more than fits into a pipe. */
async function much() {
  const { where, keep } = await keptState();
  keep(...Array.from({ length: 500 }, (_, index) => noting(newRunNamed(`run-${index}`), index + 1)));
  keep(...Array.from({ length: 3000 }, (_, index) => noting({ ...newRunNamed('long'), tried: 1 }, index + 501)));
  printed(where, 'long.1', 1, Buffer.alloc(10_000_000, 'x\n'));
  return where;
}

/** How a command ends when its reader leaves, and what it says. */
async function left(command: string, leave: (child: ChildProcessWithoutNullStreams) => void) {
  const { stateDir } = await much();
  const child = spawn(process.execPath, [PROGRAM, ...command.split(' ')], { env: { ...process.env, DOGWATCH_STATE_DIR: stateDir } });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  leave(child);
  const [code, signal] = await once(child, 'close');
  return { code, signal, said };
}

test.each([['status'], ['status --json'], ['history long'], ['history long --json'], ['logs long'], ['logs -f long']])(
  'a reader that leaves ends %s silently',
  async (command) => {
    const { code, said } = await left(command, ({ stdout }) => stdout.once('data', () => stdout.destroy()));
    expect(said).not.toMatch(/EPIPE|^ +at /m);
    expect(code).toBe(0);
  },
);

const BEFORE_A_WORD = ['--help', 'run --help', 'status', 'history long', 'logs long', 'explain long', 'config', 'doctor', 'systemd print'];

test.each(BEFORE_A_WORD)('a reader that leaves before any output ends %s silently', async (command) => {
  const { said, signal } = await left(command, ({ stdout }) => stdout.destroy());
  expect([said.match(/EPIPE|^ +at .*/m), signal]).toEqual([null, null]);
});

test.each(['status', 'history long', 'logs long', 'explain long', 'config', 'doctor'])(
  'output that %s cannot print is reported, and is a failure',
  async (command) => {
    const { stateDir } = await much();
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...command.split(' ')], {
      env: { ...process.env, DOGWATCH_STATE_DIR: stateDir },
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    expect([status, stderr.match(/^ +at .*/m)]).toEqual([69, null]);
    expect(stderr).toContain('some of the output could not be written: ENOSPC');
  },
);
