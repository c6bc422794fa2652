import { spawn } from 'node:child_process';
import type { Digest } from '../core/notices/morning.ts';
import type { Layout } from '../store/directory/layout.ts';

const MAX_MS = 120_000;
const MAX_SAID = 1000;
const MAX_OUTPUT = 1_000_000;

/**
 * Makes the report of what happened since then, with times in this zone. A separate process reads
 * the state, so that nothing has to wait for it. Rejects if it cannot.
 */
export function morningReport({ stateDir }: Layout, zone: string, sinceWall: number, signal: AbortSignal): Promise<Digest> {
  const [program = ''] = process.argv.slice(1);
  const child = spawn(process.execPath, [program, 'report', '--digest', '--since', new Date(sinceWall).toISOString()], {
    env: { ...process.env, DOGWATCH_STATE_DIR: stateDir, TZ: zone },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    timeout: MAX_MS,
    killSignal: 'SIGKILL',
  });
  let [output, said] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output = `${output}${text}`.slice(0, MAX_OUTPUT);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(0, MAX_SAID);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code, killed) => {
      if (code !== 0) reject(new Error(said.trim() || `it ended with ${code ?? killed}`));
      else
        try {
          resolve(JSON.parse(output) as Digest);
        } catch (error) {
          reject(error);
        }
    });
  });
}
