import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { stage } from '../../system/stage.ts';
import type { Launcher } from './launcher.ts';
import { waitingShim } from './waiting.ts';

/** Starts shims as plain child processes. */
export const plain: Launcher = {
  kind: 'process',
  start: async ({ argv: [program = '', ...args], cwd, environment }) => {
    // Uses Node's own spawn: execa takes 2 ms longer, which would delay a resume.
    const shim = spawn(program, args, { cwd, env: environment, stdio: ['ignore', 'ignore', 'ignore', 'pipe'], detached: true });
    stage('spawned');
    const failure = new Promise<Error>((resolve) => shim.once('error', resolve));
    if (shim.pid === undefined) return { failed: (await failure).message };
    shim.unref();
    return { said: await wordsOf(shim.stdio[3] as Readable) };
  },
  ready: async ({ argv: [program = '', ...args], cwd, environment }) => {
    // Node's ends of the pipes are closed on exec: no other process that it starts holds them.
    const shim = spawn(program, args, { cwd, env: environment, stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], detached: true });
    const failure = new Promise<Error>((resolve) => shim.once('error', resolve));
    if (shim.pid === undefined) return { failed: (await failure).message };
    shim.unref();
    const [said, word] = [shim.stdio[3] as Socket, shim.stdio[4] as Socket];
    for (const one of [said, word]) one.unref();
    // It may die at any moment.
    word.on('error', () => {});
    const close = () => {
      said.destroy();
      word.destroy();
    };
    return waitingShim(said, (text) => word.write(text), close);
  },
};

async function wordsOf(pipe: Readable): Promise<string> {
  const words: string[] = [];
  for await (const chunk of pipe.setEncoding('utf8')) words.push(chunk);
  return words.join('').trim();
}
