import { resolve } from 'node:path';
import type { Command } from 'commander';
import { counted } from '../core/values/counted.ts';
import type { Layout } from '../store/directory/layout.ts';
import { jsonText } from './terminal/json.ts';
import { EXIT_TEMPORARY, EXIT_USAGE, Problem } from './terminal/problem.ts';

/** `dogwatch restore`: replaces the state with a backup. */
export function register(program: Command): void {
  program
    .command('restore')
    .description('replace the state with a backup; the previous state is kept beside it')
    .argument('<file>', 'what `dogwatch backup` wrote, or a daily copy of the state directory')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  dogwatch restore ~/dogwatch-monday.backup\n\nRefused while a watchdog is running or a process of a run is alive. The watchdog\nfinds attempts that started after the backup by their directories when it next\nstarts, and reports them.\n',
    )
    .action(restore);
}

async function restore(name: string, { json = false }: { readonly json?: boolean }): Promise<void> {
  const [{ restoreBackup, runsInBackup }, { openLayout }, { existsSync }] = await Promise.all([
    import('../store/backup.ts'),
    import('./client/state-layout.ts'),
    import('node:fs'),
  ]);
  const where = openLayout();
  const file = resolve(name);
  if (!existsSync(file)) throw new Problem(EXIT_USAGE, `${file} does not exist`, { expected: 'what `dogwatch backup` wrote' });
  const runs = runsInBackup(file);
  await refuseWhileInUse(where, runs);
  const aside = `${where.stateDir}/before-restore-${new Date().toISOString().replaceAll(':', '-')}`;
  restoreBackup(where, file, aside);
  const next = 'dogwatch watch';
  if (json) process.stdout.write(`${jsonText({ file, runs: runs.length, aside })}\n`);
  else
    process.stdout.write(
      `${counted(runs.length, 'run was', 'runs were')} restored; the previous state is in ${aside}. Continue with \`${next}\`\n`,
    );
}

/**
 * Throws a Problem while a process has the state open, since it would keep writing to the old one,
 * or while an agent is alive, since a second one would be started beside it.
 */
async function refuseWhileInUse(where: Layout, runs: readonly string[]): Promise<void> {
  const [{ processesWithOpen }, { processesOfRuns }, { readdirSync, existsSync, realpathSync }] = await Promise.all([
    import('../system/process/open-files.ts'),
    import('../system/process/marks.ts'),
    import('node:fs'),
  ]);
  const real = existsSync(where.database) ? realpathSync(where.database) : where.database;
  const users = processesWithOpen([real, `${real}-wal`]);
  if (users.length > 0)
    throw new Problem(EXIT_TEMPORARY, 'the state is in use', {
      expected: 'no running watchdog or other dogwatch command',
      got: `process ${users.join(', ')} has it open`,
      hint: `stop the watchdog first (Ctrl-C, \`systemctl stop dogwatch\` or kill ${users[0]}); its agents keep running until you end them`,
    });
  const known = existsSync(where.runs) ? readdirSync(where.runs) : [];
  const living = [...processesOfRuns(new Set([...runs, ...known]), where.stateDir).values()].flat();
  if (living.length > 0) {
    const shown = living.slice(0, MAX_SHOWN).map(({ pid, comm, mark }) => `${pid} (${comm}, ${mark?.split('/').slice(0, 2).join(' ')})`);
    const more = living.length > MAX_SHOWN ? ` and ${living.length - MAX_SHOWN} more` : '';
    throw new Problem(EXIT_TEMPORARY, 'processes of runs are still alive', {
      expected: 'none: an older state does not know them, so dogwatch would start others beside them',
      got: `process ${shown.join(', ')}${more}`,
      hint: `end them, then restore again: kill ${living
        .slice(0, MAX_KILLED)
        .map(({ pid }) => pid)
        .join(' ')}`,
    });
  }
}

const MAX_SHOWN = 5;
/** The most pids in the suggested command. */
const MAX_KILLED = 100;
