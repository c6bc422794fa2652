import type { Command } from 'commander';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';
import { jsonText } from '../terminal/json.ts';
import { endsWithItsOutput } from '../terminal/output.ts';
import { tell } from '../terminal/tell.ts';

interface Options {
  readonly stat?: boolean;
  readonly json?: boolean;
}

/** `dogwatch diff`: what attempts changed in the worktree. */
export function register(program: Command): void {
  program
    .command('diff')
    .description('show what a run changed in its git worktree, in all attempts or one')
    .argument('<run>', 'name of the run')
    .argument('[attempt]', 'only what changed from the start of this attempt to that of the next one')
    .option('--stat', 'only list the files, and how much changed in each')
    .option('--json', 'print the list of changed files as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(diff);
}

const EXAMPLES = `
Examples:
  dogwatch diff upgrade --stat
  dogwatch diff upgrade 3

Before each attempt the worktree is kept in the repository, with untracked files
and without ignored ones, under refs/dogwatch: the newest 20 of a run. Files of
submodules, and of other repositories below, are not kept. What a person changed
meanwhile is shown as well.
`;

async function diff(name: string, asked: string | undefined, { stat = false, json = false }: Options): Promise<void> {
  const [{ attemptNumber, changes, keptBefore, said, text, worktreesOf }, { openLayout }, { withReader }, { findRun }] = await Promise.all([
    import('./trees.ts'),
    import('../client/state-layout.ts'),
    import('../../store/with-reader.ts'),
    import('../client/find-run.ts'),
  ]);
  endsWithItsOutput();
  const attempt = asked === undefined ? null : attemptNumber(asked);
  const layout = openLayout();
  const run = withReader(layout, (reader) => findRun(reader, name));
  const worktrees = await worktreesOf(layout, run);
  const { now, kept } = worktrees;
  const from = keptBefore(worktrees, run, attempt ?? kept.find((one) => one.attempt !== null)?.attempt ?? 1);
  const next = attempt === null ? undefined : kept.find((one) => one.attempt !== null && one.attempt > attempt);
  const to = next?.commit ?? now.id;
  if (json) {
    const files = (await changes(now.git, from.commit, to)).map(({ status, path }) => ({ status, path: text(path) }));
    process.stdout.write(`${jsonText({ version: 1, run: run.name, from: from.attempt, to: next?.attempt ?? null, files }, 2)}\n`);
    return;
  }
  tell(`${run.name}: from before attempt ${from.attempt} to ${next === undefined ? 'now' : `before attempt ${next.attempt}`}`);
  const shown = await said(now.git, ['diff', '--no-ext-diff', '--no-textconv', '--no-color', stat ? '--stat' : '-p', from.commit, to]);
  const lines = text(shown).split('\n').slice(0, -1);
  for (const line of lines) process.stdout.write(`${sanitizeForTerminal(line)}\n`);
  if (lines.length === 0) tell('nothing changed');
}
