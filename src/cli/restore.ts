import { resolve } from 'node:path';
import type { Command } from 'commander';
import { counted } from '../core/values/counted.ts';
import type { Layout } from '../store/directory/layout.ts';
import { jsonText } from './terminal/json.ts';
import { EXIT_TEMPORARY, EXIT_USAGE, Problem } from './terminal/problem.ts';

/** `dogwatch restore`: puts a backup in the place of the state. */
export function register(program: Command): void {
  program
    .command('restore')
    .description('put a backup in the place of the state; what was there is kept beside it')
    .argument('<file>', 'what `dogwatch backup` wrote, or a daily copy of the state directory')
    .option('--json', 'print what was done as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  dogwatch restore ~/dogwatch-monday.backup\n\nRefused while a watchdog is at work, or a process of a run lives. Attempts that were begun since the backup are found by their\ndirectories at the next start of the watchdog, and said.\n',
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
  if (!existsSync(file)) throw new Problem(EXIT_USAGE, `there is no file ${file}`, { expected: 'what `dogwatch backup` wrote' });
  const runs = runsInBackup(file);
  await refuseWhileInUse(where, runs);
  const aside = `${where.stateDir}/before-restore-${new Date().toISOString().replaceAll(':', '-')}`;
  restoreBackup(where, file, aside);
  const next = 'dogwatch watch';
  if (json) process.stdout.write(`${jsonText({ file, runs: runs.length, aside })}\n`);
  else
    process.stdout.write(
      `${counted(runs.length, 'run is', 'runs are')} back; what was there before is in ${aside}. Go on with \`${next}\`\n`,
    );
}

/** Whoever has the state open goes on writing to the old one, and an agent that lives would get a second one beside it. */
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
      expected: 'no watchdog, and no other dogwatch',
      got: `process ${users.join(', ')} has it open`,
      hint: `end the watchdog first (Ctrl-C, \`systemctl stop dogwatch\` or kill ${users[0]}); its agents live on until they are ended`,
    });
  const known = existsSync(where.runs) ? readdirSync(where.runs) : [];
  const living = [...processesOfRuns(new Set([...runs, ...known]), where.stateDir).values()].flat();
  if (living.length > 0) {
    const shown = living.slice(0, MAX_SHOWN).map(({ pid, comm, mark }) => `${pid} (${comm}, ${mark?.split('/').slice(0, 2).join(' ')})`);
    const more = living.length > MAX_SHOWN ? ` and ${living.length - MAX_SHOWN} more` : '';
    throw new Problem(EXIT_TEMPORARY, 'processes of runs are alive', {
      expected: 'none: an older state does not know them, and would start others beside them',
      got: `process ${shown.join(', ')}${more}`,
      hint: `end them, then restore again: kill ${living
        .slice(0, MAX_KILLED)
        .map(({ pid }) => pid)
        .join(' ')}`,
    });
  }
}

const MAX_SHOWN = 5;
/** One command line names as many. */
const MAX_KILLED = 100;
