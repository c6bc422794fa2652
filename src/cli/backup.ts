import { resolve } from 'node:path';
import type { Command } from 'commander';
import { counted } from '../core/values/counted.ts';
import { jsonText } from './terminal/json.ts';
import { EXIT_UNAVAILABLE, EXIT_USAGE, Problem } from './terminal/problem.ts';

/** `dogwatch backup`: the whole state in one file, while everything goes on. */
export function register(program: Command): void {
  program
    .command('backup')
    .description('write the whole state into one new file: runs, history and the variables of the runs; the watchdog may be at work')
    .argument('<file>', 'a file that is not there yet; it holds the keys of the runs and is for this user only')
    .option('--json', 'print what was written as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  dogwatch backup ~/dogwatch-monday.backup\n\n`dogwatch restore FILE` puts it back. Logs of attempts are not in it.\n',
    )
    .action(backup);
}

async function backup(name: string, { json = false }: { readonly json?: boolean }): Promise<void> {
  const [{ backUp }, { openLayout }, { existsSync }] = await Promise.all([
    import('../store/backup.ts'),
    import('./client/state-layout.ts'),
    import('node:fs'),
  ]);
  const where = openLayout();
  const file = resolve(name);
  if (!existsSync(where.database))
    throw new Problem(EXIT_UNAVAILABLE, 'there is nothing to back up', { got: `no state in ${where.stateDir}` });
  // What is there is never written over: neither here nor by the link that finishes it.
  if (existsSync(file)) throw taken(file);
  try {
    const { runs, environments } = backUp(where, file);
    if (json) process.stdout.write(`${jsonText({ file, runs, environments })}\n`);
    else process.stdout.write(`${file}: ${counted(runs, 'run')}, the variables of ${environments} of them\n`);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw taken(file);
    if (syscall === undefined) throw error;
    throw new Problem(EXIT_USAGE, `${file} cannot be written`, { got: (error as Error).message });
  }
}

const taken = (file: string): Problem =>
  new Problem(EXIT_USAGE, `${file} is there already`, { expected: 'a file that is not there yet', hint: 'a backup never replaces a file' });
