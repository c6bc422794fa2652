import type { Command } from 'commander';

interface Options {
  readonly newEnvironment?: boolean;
  readonly detach?: boolean;
  readonly json?: boolean;
}

/** `dogwatch rerun`: starts the job of a run again, as a new run of the same name. */
export function register(program: Command): void {
  program
    .command('rerun')
    .description('start the job of a run again from the beginning: the same command, prompt and settings under the same name')
    .argument('<run>', 'name of the run, or the id of an earlier one of that name')
    .option('--new-environment', "use this shell's variables, even if those of the run are still kept")
    .option('--detach', 'return at once')
    .option('--json', 'print one JSON object per line')
    .addHelpText('after', EXAMPLE)
    .action(rerun);
}

const EXAMPLE = `
Examples:
  dogwatch rerun upgrade
  dogwatch rerun upgrade --detach --new-environment

The run must be over. It gets a new session, and settings changed with
\`dogwatch set\` stay as they are. The variables of a complete run are no longer
kept, so this shell's are used. \`dogwatch resume\` instead continues a run.

Exit status: as of \`dogwatch run\`.`;

async function rerun(name: string, options: Options): Promise<void> {
  const [{ rerunOf }, { openLayout }, { withReader }, { findRun }] = await Promise.all([
    import('./rerun-spec.ts'),
    import('../client/state-layout.ts'),
    import('../../store/with-reader.ts'),
    import('../client/find-run.ts'),
  ]);
  const [{ registerRun }, { attach }, { tell }] = await Promise.all([
    import('./register.ts'),
    import('./attach.ts'),
    import('../terminal/tell.ts'),
  ]);
  const layout = openLayout();
  const run = withReader(layout, (reader) => findRun(reader, name));
  const { spec, environment, isKept } = rerunOf(layout, run, options.newEnvironment === true);
  if (!isKept) tell("the variables are this shell's");
  await attach(layout, await registerRun(layout, spec, true, environment, null), { ...options, log: [], journal: [], pattern: [] });
}
