import type { Command } from 'commander';
import type { WatchOptions } from './run-watchdog.ts';

/** `dogwatch watch`: runs the watchdog in the foreground, under systemd or in a terminal. */
export function register(program: Command): void {
  program
    .command('watch')
    .description('run the watchdog: look after all active runs, and those that are started later')
    .argument('[run...]', 'exit when these runs are over (the watchdog still looks after all runs)')
    .option('--until-idle', 'exit when no run is active')
    .option('--replace', 'take over from the running watchdog, as the service does: that one exits, the agents keep running')
    .option('--detach', 'with --replace: run in the background with the settings of this shell; return after the takeover')
    .addHelpText(
      'after',
      '\nExample:\n  dogwatch watch\n\nEach state directory has one watchdog; `dogwatch run` and `resume` start it if\nnone is alive. Ctrl-C or SIGTERM stops the watchdog and leaves the agents\nrunning; the next watchdog takes them over.\n',
    )
    .action(async (names: string[], options: WatchOptions) => {
      if (options.detach === true) return (await import('./replace.ts')).replaceWatchdog(names, options);
      const { runWatchdog } = await import('./run-watchdog.ts');
      await runWatchdog(names, options);
    });
}
