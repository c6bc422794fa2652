import type { Command } from 'commander';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';
import { tell } from '../terminal/tell.ts';

interface Options {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `dogwatch rewind`: puts the worktree of a run back to how it was before an attempt. */
export function register(program: Command): void {
  program
    .command('rewind')
    .description('put the files of a git worktree back to how they were before an attempt of a run')
    .argument('<run>', 'name of the run')
    .argument('<attempt>', 'the attempt before which the files were as they are to be')
    .option('--dry-run', 'only list the files that would change')
    .option('--yes', 'do not ask')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(rewind);
}

const EXAMPLES = `
Examples:
  dogwatch rewind upgrade 3 --dry-run
  dogwatch rewind upgrade 3

The present files are kept first, so that this can be undone: it prints how.
Only files change: commits, branches and what is staged stay as they are.
Ignored files, submodules and other repositories below are left alone. Refused
while an attempt of the run is alive. (\`dogwatch restore\` is another command:
it puts dogwatch's own state back.)
`;

/** Files that are listed before the question. */
const MOST_LISTED = 50;

async function rewind(name: string, asked: string, { yes = false, dryRun = false, json = false }: Options): Promise<void> {
  const [trees, { putBack, undoRef }, { keepTree }, { openLayout }, { withReader }, { findRun }, { confirmed, declined }, { jsonText }] =
    await Promise.all([
      import('./trees.ts'),
      import('./put-back.ts'),
      import('../../system/git/snapshot.ts'),
      import('../client/state-layout.ts'),
      import('../../store/with-reader.ts'),
      import('../client/find-run.ts'),
      import('../several/confirm.ts'),
      import('../terminal/json.ts'),
    ]);
  const attempt = trees.attemptNumber(asked);
  const layout = openLayout();
  const run = withReader(layout, (reader) => findRun(reader, name));
  const isBusy = run.attempt?.alive === true || run.pending !== null;
  if (isBusy)
    throw new Problem(EXIT_USAGE, `the files of ${run.name} cannot be put back`, {
      expected: 'a run without a living attempt',
      got: `attempt ${run.attempt?.number ?? run.tried} is working on them`,
      hint: `\`dogwatch stop ${run.name}\` ends it`,
    });
  const worktrees = await trees.worktreesOf(layout, run);
  const target = trees.keptBefore(worktrees, run, attempt);
  const changes = await trees.changes(worktrees.now.git, worktrees.now.id, target.commit);
  const lines = changes.map(
    ({ status, path }) => `  ${status === 'A' ? 'brings back' : status === 'D' ? 'removes' : 'changes'} ${trees.text(path)}`,
  );
  const files = changes.map(({ status, path }) => ({ status, path: trees.text(path) }));
  if (changes.length === 0) return tell(`nothing to do: the files are as they were before attempt ${attempt}`);
  if (dryRun) {
    process.stdout.write(json ? `${jsonText({ version: 1, run: run.name, attempt, files, rewound: false })}\n` : `${lines.join('\n')}\n`);
    return;
  }
  const more = lines.length > MOST_LISTED ? [`  and ${lines.length - MOST_LISTED} more`] : [];
  const question = `Put ${changes.length === 1 ? 'this file' : `these ${changes.length} files`} back to before attempt ${attempt}?`;
  const isLoose = run.state !== 'stopped' && run.state !== 'complete' && run.state !== 'failed' && run.paused === null;
  const warning = isLoose ? [`dogwatch may resume ${run.name} at any moment; \`dogwatch pause ${run.name}\` prevents that`] : [];
  if (!(await confirmed({ lines: [...warning, ...lines.slice(0, MOST_LISTED), ...more], question, what: 'put files back' }, yes)))
    return declined();
  const undo = undoRef(run.id, Date.now());
  const problem = await keepTree(worktrees.now, undo, `The worktree of ${run.id} before it was put back to attempt ${attempt}`);
  if (problem !== null)
    throw new Problem(EXIT_USAGE, 'nothing was put back, since the present files could not be kept first', { got: problem });
  const left = await putBack(layout, worktrees, target.commit, changes);
  if (json)
    process.stdout.write(`${jsonText({ version: 1, run: run.name, attempt, files, rewound: true, undo, left: left.map(trees.text) })}\n`);
  else process.stdout.write(`${run.name}: the files are as they were before attempt ${attempt}; those of before are in ${undo}\n`);
  for (const path of left) tell(`left alone, since it is a submodule, or a directory with ignored files: ${trees.text(path)}`);
  if (!json) tell(`to undo it, in ${run.spec.cwd}: git restore --source=${undo} --worktree -- :/`);
}
