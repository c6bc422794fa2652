import type { Command } from 'commander';

/** `dogwatch explain`: why is it not running now, and when will it be? */
export function register(program: Command): void {
  program
    .command('explain')
    .description('why a run is (not) running now, and when it will be, in one paragraph')
    .argument('<run>', 'name of the run')
    .option('--json', 'as one JSON object')
    .addHelpText('after', '\nExample:\n  dogwatch explain upgrade\n')
    .action(explainRun);
}

async function explainRun(name: string, { json = false }: { json?: boolean }): Promise<void> {
  const [{ openLayout }, { openReader }, { findRun }, { explain }, { isActive }, { statusOf }, { instant }, { harmless }, { watchdogNow }] =
    await Promise.all([
      import('./state.ts'),
      import('../store/reader.ts'),
      import('./find-run.ts'),
      import('../core/explain.ts'),
      import('../core/run.ts'),
      import('../core/status.ts'),
      import('../system/instant.ts'),
      import('../system/harmless.ts'),
      import('./watchdog-now.ts'),
    ]);
  const reader = openReader(openLayout());
  try {
    const run = findRun(reader, name);
    const watchdog = watchdogNow(reader.lease());
    const unwatched =
      watchdog === null && isActive(run) ? ' But no watchdog is alive, so nothing happens: `dogwatch watch` starts one.' : '';
    const explanation = `${explain(run, instant())}${unwatched}`;
    process.stdout.write(json ? `${JSON.stringify({ ...statusOf(run), watchdog, explanation })}\n` : `${harmless(explanation)}\n`);
  } finally {
    reader.close();
  }
}
