import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/**
 * What the demo's scripted agent does in each of its lives. Like a real agent, it keeps its memory
 * in files, and its process may end at any time.
 */
const LIVES: readonly { readonly does: string; readonly ends: 'its turn' | 'crash' | 'wedge' | 'done' }[] = [
  { does: 'looks at the 5 packages and upgrades the first', ends: 'its turn' },
  { does: 'upgrades the second package', ends: 'its turn' },
  { does: 'upgrades the third package', ends: 'crash' },
  { does: 'upgrades the fourth package', ends: 'wedge' },
  { does: 'upgrades the fifth package', ends: 'its turn' },
  { does: 'runs all tests: they pass', ends: 'done' },
];

const BETWEEN_LINES_MS = 400;

/** Runs one life of the scripted agent. */
export async function demoAgent(directory: string): Promise<void> {
  const memory = join(directory, 'lives');
  const number = livesBefore(memory);
  const life = LIVES[Math.min(number, LIVES.length - 1)]!;
  writeFileSync(memory, String(number + 1));
  say(number === 0 ? 'agent: hello, I am starting' : `agent: I am back (life ${number + 1}), continuing where I was`);
  await setTimeout(BETWEEN_LINES_MS);
  say(`agent: ${life.does} …`);
  await setTimeout(BETWEEN_LINES_MS);
  tell('progress', life.does);
  switch (life.ends) {
    case 'its turn':
      return say('agent: that is all for this turn');
    case 'crash':
      process.kill(process.pid, 'SIGKILL');
      return;
    case 'wedge':
      say('agent: waiting for an answer that never comes');
      await setTimeout(3_600_000);
      return;
    case 'done':
      return tell('done', 'all 5 packages are upgraded and the tests pass');
  }
}

function livesBefore(memory: string): number {
  try {
    return Number(readFileSync(memory, 'utf8'));
  } catch {
    return 0;
  }
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

function tell(what: 'progress' | 'done', because: string): void {
  spawnSync('dogwatch', [what, '--because', because], { stdio: ['ignore', 1, 2] });
}
