import type { Command } from 'commander';
import type { WatchOptions } from './run-watchdog.ts';

/** The watchdog in the foreground, as systemd or a terminal runs it. */
export function register(program: Command): void {
  program
    .command('watch')
    .description('the watchdog: cares for all active runs, and for those that are started later')
    .argument('[run...]', 'end when these runs are over (the watchdog still cares for all)')
    .option('--until-idle', 'end when no run is active any more')
    .option('--replace', 'take over from the watchdog that is at work, as the service does: it ends, the agents live on')
    .option('--detach', 'with --replace: in the background, with the settings of this shell; returns when it has taken over')
    .addHelpText(
      'after',
      '\nExample:\n  dogwatch watch\n\nOne watchdog a state directory; `dogwatch run` and `resume` start one by themselves where none lives. Ctrl-C or SIGTERM ends\nthe watchdog and leaves the agents running; the next one takes them over.\n',
    )
    .action(async (names: string[], options: WatchOptions) => {
      if (options.detach === true) return (await import('./replace.ts')).replaceWatchdog(names, options);
      const { runWatchdog } = await import('./run-watchdog.ts');
      await runWatchdog(names, options);
    });
}
