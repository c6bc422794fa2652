import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { stage } from '../../system/stage.ts';
import type { Launcher } from './launcher.ts';

/** Starts shims as plain child processes. */
export const plain: Launcher = {
  start: async ({ argv: [program = '', ...args], cwd, environment }) => {
    // Uses Node's own spawn: execa takes 2 ms longer, which would delay a resume.
    const shim = spawn(program, args, { cwd, env: environment, stdio: ['ignore', 'ignore', 'ignore', 'pipe'], detached: true });
    stage('spawned');
    const failure = new Promise<Error>((resolve) => shim.once('error', resolve));
    if (shim.pid === undefined) return { failed: (await failure).message };
    shim.unref();
    return { said: await wordsOf(shim.stdio[3] as Readable) };
  },
};

async function wordsOf(pipe: Readable): Promise<string> {
  const words: string[] = [];
  for await (const chunk of pipe.setEncoding('utf8')) words.push(chunk);
  return words.join('').trim();
}
