import type { Command } from 'commander';
import { registerMembership } from './membership/register.ts';
import type { Options } from './shown.ts';

/** `dogwatch fleet`: several hosts at once. */
export function register(program: Command): void {
  const fleet = program
    .command('fleet')
    .description('see the runs of several hosts at once')
    .addHelpText('after', `\nExample:\n  dogwatch fleet status --ssh build1,build2\n`)
    // Its subcommands inherit this.
    .exitOverride()
    .helpCommand(false);
  fleet
    .command('status')
    .description('ask hosts by ssh, and show what needs you first, with the age of every answer')
    .option('--ssh <hosts...>', 'the hosts, separated by commas; "." is this machine (default: DOGWATCH_FLEET_SSH)')
    .option('--all', 'include runs that ended more than a day ago')
    .option('--watch', 'stay open, ask again and again, and keep the last answer of a host that falls silent')
    .option(
      '--check',
      'print one line, and exit with 0 (well), 1 (held or waiting), 2 (a person is needed) or 3 (a host is silent or without a watchdog)',
    )
    .option('--timeout <duration>', 'how long a host may take to answer', '15s')
    .option('--every <duration>', 'with --watch: how long to wait before a host is asked again', '10s')
    .option('--utc', 'show times in UTC, not in local time')
    .option('--json', 'print one JSON object; with --watch, one on each line')
    .addHelpText('after', HELP)
    .action(async (options: Options) => (await import('./shown.ts')).status(options));
  registerMembership(fleet);
}

const HELP = `
Examples:
  dogwatch fleet status --ssh build1,admin@build2,ssh://build3:2222,.
  DOGWATCH_FLEET_SSH=build1,build2 dogwatch fleet status --watch
  dogwatch fleet status --check || echo "look at the fleet"
  dogwatch fleet status --json | jq -r '.hosts[] | select(.problem) | .host'

It runs \`dogwatch status --json\` on each host, by the ssh of this machine with
your keys and ~/.ssh/config, at most 8 at once. Nothing is asked: log in to each
host once by hand, so that its key is known. dogwatch has to be in the PATH of a
shell without a terminal there; nothing else is needed, and nothing is changed.

A host that does not answer is shown first, and its runs are not counted. Ages
hold even if a clock is off. Act on a run with the command that is shown for it:
\`ssh build1 dogwatch explain RUN\`.

Exit status: 0, or 69 if a host did not answer; with --check the worst of all
hosts.
`;
