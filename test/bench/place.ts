import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProcessIdentity } from '../../src/core/model/facts.ts';
import type { Run } from '../../src/core/model/run.ts';
import { layout } from '../../src/store/directory/layout.ts';
import { openReader, type Reader } from '../../src/store/reader.ts';
import { isAlive, signalProcess } from '../../src/system/process/process.ts';
import { processesOf } from '../kit/processes-of.ts';
import { until } from '../kit/until.ts';
import { newDirectory } from './run/directory.ts';

/** The program as it is shipped. */
export const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export type Place = ReturnType<typeof place>;

/**
 * A directory for one measurement, which contains a state directory. `tearDown` ends every process
 * that was started with its variables.
 */
export function place(settings: Readonly<Record<string, string>> = {}) {
  if (!existsSync(PROGRAM)) throw new Error(`expected the program at ${PROGRAM}, got nothing. Build it: npm run build`);
  const directory = newDirectory();
  const where = layout(join(directory, 'state'));
  mkdirSync(where.stateDir, { mode: 0o700 });
  const env = { PATH: process.env.PATH ?? '', HOME: directory, DOGWATCH_STATE_DIR: where.stateDir, ...settings };
  const start = (args: readonly string[]): ChildProcess =>
    spawn(process.execPath, [PROGRAM, ...args], { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const looking = <T>(look: (reader: Reader) => T): T => {
    const reader = openReader(where);
    try {
      return look(reader);
    } finally {
      reader.close();
    }
  };
  const watchdog = (): ProcessIdentity | null => {
    const holder = looking((reader) => reader.lease());
    return holder !== null && isAlive(holder) ? holder : null;
  };

  return {
    directory,
    where,
    env,
    start,
    looking,
    watchdog,
    /** Runs a command that must succeed. Returns its output. */
    does: (args: readonly string[]): Promise<string> => output(start(args), args),
    inState: (name: string, state: Run['state']) =>
      until(`${name} is ${state}`, () => looking((reader) => reader.run(name)?.state === state)),
    watch: async () => {
      const child = start(['watch']);
      child.stdout?.resume();
      child.stderr?.resume();
      return until('the watchdog runs', () => [watchdog()].find((holder) => holder?.pid === child.pid));
    },
    kill: async (identity: ProcessIdentity) => {
      signalProcess(identity, 'SIGKILL');
      await until(`process ${identity.pid} is dead`, () => !isAlive(identity));
    },
    tearDown: async () => {
      await until('nothing of the measurement is left', () => {
        const left = processesOf(where.stateDir);
        for (const identity of left) signalProcess(identity, 'SIGKILL');
        return left.length === 0;
      });
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function output(child: ChildProcess, args: readonly string[]): Promise<string> {
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (part: string) => {
      text[name] += part;
    });
  const code = await new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject));
  if (code !== 0) throw new Error(`dogwatch ${args.join(' ')}: exit status ${code}\n${text.stderr}${text.stdout}`);
  return text.stdout;
}
