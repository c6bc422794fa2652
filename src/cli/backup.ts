import { resolve } from 'node:path';
import type { Command } from 'commander';
import { counted } from '../core/values/counted.ts';
import { jsonText } from './terminal/json.ts';
import { EXIT_UNAVAILABLE, EXIT_USAGE, Problem } from './terminal/problem.ts';

/** `dogwatch backup`: writes the complete state into one file, while the watchdog keeps running. */
export function register(program: Command): void {
  program
    .command('backup')
    .description(
      'write the complete state into one new file: the runs, their history and their environment; a running watchdog is not disturbed',
    )
    .argument('<file>', "a file that does not exist yet; it contains the runs' secrets, so only you can read it")
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  dogwatch backup ~/dogwatch-monday.backup\n\n`dogwatch restore FILE` restores it. The logs of the attempts are not included.\n',
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
  // Never overwrite an existing file: neither here nor with the link that completes the backup.
  if (existsSync(file)) throw taken(file);
  try {
    const { runs, environments } = backUp(where, file);
    if (json) process.stdout.write(`${jsonText({ file, runs, environments })}\n`);
    else process.stdout.write(`${file}: ${counted(runs, 'run')}, ${environments} with their environment\n`);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw taken(file);
    if (syscall === undefined) throw error;
    throw new Problem(EXIT_USAGE, `${file} cannot be written`, { got: (error as Error).message });
  }
}

const taken = (file: string): Problem =>
  new Problem(EXIT_USAGE, `${file} already exists`, { expected: 'a file that does not exist yet', hint: 'a backup never replaces a file' });
