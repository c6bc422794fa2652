import { spawn } from 'node:child_process';
import { errorMessage } from '../core/values/error-message.ts';
import { forgetOldCopies, nextCopy } from '../store/directory/daily-copy.ts';
import type { Layout } from '../store/directory/layout.ts';
import { instant } from '../system/process/clock.ts';

const MAX_SAID = 1000;

/**
 * Copies the state once a day. A separate process writes the copy, so that nothing has to wait for
 * it. Returns what went wrong, or null if nothing did or today's copy exists. Never throws.
 */
export async function dailyCopy(layout: Layout): Promise<string | null> {
  try {
    const file = nextCopy(layout.stateDir, instant().wall);
    if (file === null) return null;
    const problem = await copied(layout, file);
    if (problem === null) forgetOldCopies(layout.stateDir);
    return problem === null ? null : `no copy of the state was made: ${problem}`;
  } catch (error) {
    return `no copy of the state was made: ${errorMessage(error)}`;
  }
}

function copied({ stateDir }: Layout, file: string): Promise<string | null> {
  const [program = ''] = process.argv.slice(1);
  const child = spawn(process.execPath, [program, 'backup', file], {
    env: { ...process.env, DOGWATCH_STATE_DIR: stateDir },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(0, MAX_SAID);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code) => resolve(code === 0 ? null : said.trim() || `it ended with ${code}`));
  });
}
