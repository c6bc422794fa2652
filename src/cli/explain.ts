import type { Command } from 'commander';

/** `dogwatch explain`: why is it not running now, and when will it be? */
export function register(program: Command): void {
  program
    .command('explain')
    .description('why a run is (not) running now, and when it will be, in one paragraph')
    .argument('<run>', 'name of the run')
    .option('--json', 'as one JSON object')
    .addHelpText('after', '\nExample:\n  dogwatch explain upgrade\n')
    .action(async (name: string, { json = false }: { json?: boolean }) => {
      const [{ openLayout }, { openReader }, { findRun }, { explain }, { instant }, { isAlive }, { harmless }, { statusOf }] =
        await Promise.all([
          import('./state.ts'),
          import('../store/reader.ts'),
          import('./find-run.ts'),
          import('../core/explain.ts'),
          import('../system/instant.ts'),
          import('../system/process.ts'),
          import('./terminal.ts'),
          import('../core/status.ts'),
        ]);
      const reader = openReader(openLayout());
      const run = findRun(reader, name);
      const lease = reader.lease();
      reader.close();
      const isWatched = lease !== null && isAlive(lease);
      const paragraph = `${explain(run, instant())}${isWatched ? '' : ' No watchdog is alive: `dogwatch watch` starts one.'}`;
      process.stdout.write(
        json ? `${JSON.stringify({ ...statusOf(run), watched: isWatched, explanation: paragraph })}\n` : `${harmless(paragraph)}\n`,
      );
    });
}
