import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';

/** `dogwatch demo`: shows everything in under a minute, without a model. */
export function register(program: Command): void {
  program
    .command('demo')
    .description('see it work: a scripted agent ends its turns, crashes and hangs until its job is done (no model, no root)')
    .addHelpText('after', '\nExample:\n  dogwatch demo\n\nIt runs in its own temporary directory, which it removes at the end.\n')
    .action(demo);
  program
    .command('demo-agent', { hidden: true })
    .argument('<directory>')
    .action(async (directory: string) => (await import('./demo-agent.ts')).demoAgent(directory));
}

/** Short enough to detect the hang within seconds; far too short for real use. */
const HASTE = {
  DOGWATCH_IDLE: '3s',
  DOGWATCH_STARTUP: '10s',
  DOGWATCH_QUIET: '1s',
  DOGWATCH_GRACE: '1s',
  DOGWATCH_LINGER: '1s',
  DOGWATCH_BACKOFF_MIN: '1s',
  DOGWATCH_BALLAST: '0',
  DOGWATCH_PRERECLAIM: '0',
};

async function demo(): Promise<void> {
  const [{ loadSettings }, { beginRun }, { layout }, { leaseHolder, watchdogNow }] = await Promise.all([
    import('./client/load-settings.ts'),
    import('./run/begin.ts'),
    import('../store/directory/layout.ts'),
    import('./client/watchdog.ts'),
  ]);
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-demo-'));
  const cwd = join(directory, 'work');
  mkdirSync(cwd);
  // Without git the demo works too, but says that progress cannot be seen.
  spawnSync('git', ['init', '--quiet'], { cwd, stdio: 'ignore' });
  // The watchdog that is started for the demo reads them as well.
  Object.assign(process.env, HASTE, { DOGWATCH_STATE_DIR: join(directory, 'state') });
  const where = layout(join(directory, 'state'));
  const [program = ''] = process.argv.slice(1);
  process.stderr.write(INTRODUCTION);
  const options = { cwd, log: [], journal: [], pattern: [], name: 'demo', check: 'test "$(cat lives)" -ge 6' };
  const settings = loadSettings(process.env, () => {});
  await beginRun([process.execPath, program, 'demo-agent', cwd], options, settings, { environment: process.env, foreign: null });
  if (process.exitCode !== 0) {
    process.stderr.write(`dogwatch: the demo is kept in ${directory} (DOGWATCH_STATE_DIR=${where.stateDir})\n`);
    return;
  }
  for (let waitedMs = 0; watchdogNow(leaseHolder(where)) !== null && waitedMs < WATCHDOG_END_MS; waitedMs += 100) await setTimeout(100);
  rmSync(directory, { recursive: true, force: true });
  process.stderr.write(CONCLUSION);
}

/**
 * How long to wait for the demo's watchdog, which exits by itself when nothing is left to watch.
 */
const WATCHDOG_END_MS = 15_000;

const INTRODUCTION = `dogwatch demo: a scripted agent upgrades five packages. It ends its turn three
times, is killed once and hangs once. Lines that begin with "agent:" are its log;
the others are what dogwatch saw and decided.

`;

const CONCLUSION = `
Done: six lives, one job. For a real one:  dogwatch run -- opencode run --command upgrade-all
`;
