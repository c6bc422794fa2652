import type { Command } from 'commander';
import type { JournalRow } from '../store/reader.ts';

const LIMIT = 1000;

/** `dogwatch history`: every decision that changed something, with its reason. */
export function register(program: Command): void {
  program
    .command('history')
    .description('every decision about a run, with its reason, oldest first')
    .argument('<run>', 'name of the run')
    .option('--limit <number>', 'the newest so many', String(LIMIT))
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExamples:\n  dogwatch history upgrade\n  dogwatch history upgrade --json | jq -r .because\n')
    .action(history);
}

async function history(name: string, { limit, json = false }: { limit: string; json?: boolean }): Promise<void> {
  const [{ openLayout }, { openReader }, { findRun }, terminal, { EXIT_USAGE, Problem }] = await Promise.all([
    import('./state.ts'),
    import('../store/reader.ts'),
    import('./find-run.ts'),
    import('./terminal.ts'),
    import('./problem.ts'),
  ]);
  if (!/^[1-9]\d{0,6}$/.test(limit))
    throw new Problem(EXIT_USAGE, '--limit is not a number', { expected: 'a whole number from 1 to 9999999', came: limit });
  terminal.quietOnBrokenPipe();
  const reader = openReader(openLayout());
  const rows = reader.history(findRun(reader, name).id, { limit: Number(limit) });
  reader.close();
  for (const row of rows) process.stdout.write(`${json ? JSON.stringify(asJson(row)) : line(row, terminal)}\n`);
}

/** The keys that scripts read. */
export const asJson = ({ seq, observation, to, actions, because }: JournalRow) => ({
  seq,
  at: new Date(observation.at.wall).toISOString(),
  state: to,
  observation: observation.kind,
  actions: actions.map(({ kind }) => kind),
  because,
});

function line({ observation, to, because, actions }: JournalRow, { harmless, paint, stateFormat }: typeof import('./terminal.ts')): string {
  const date = new Date(observation.at.wall);
  const at = `${date.toLocaleDateString('sv')} ${date.toLocaleTimeString('sv')}`;
  const does = actions.length === 0 ? '' : paint('bold', `  → ${actions.map(({ kind }) => kind).join(', ')}`);
  return `${paint('dim', at)}  ${paint(stateFormat(to), to.padEnd(10))}  ${harmless(because)}${does}`;
}
