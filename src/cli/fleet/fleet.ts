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
    .description('show the runs of all hosts: what needs you first, with the age of what is known')
    .option(
      '--ssh <hosts...>',
      'ask these hosts by ssh, separated by commas; "." is this machine (default: the fleet that this host joined, or DOGWATCH_FLEET_SSH)',
    )
    .option('--all', 'include runs that ended more than a day ago')
    .option('--watch', 'stay open, ask again and again, and keep the last answer of a host that falls silent')
    .option(
      '--check',
      'print one line, and exit with 0 (well), 1 (held or waiting), 2 (a person is needed) or 3 (a host is silent or without a watchdog)',
    )
    .option('--timeout <duration>', 'how long a host, or the engine, may take to answer', '15s')
    .option('--every <duration>', 'with --watch and ssh: how long to wait before a host is asked again', '10s')
    .option('--utc', 'show times in UTC, not in local time')
    .option('--json', 'print one JSON object; with --watch, one on each line')
    .addHelpText('after', HELP)
    .action(async (options: Options) => (await import('./shown.ts')).status(options));
  registerMembership(fleet);
}

const HELP = `
Examples:
  dogwatch fleet status --watch
  dogwatch fleet status --ssh build1,admin@build2,ssh://build3:2222,.
  DOGWATCH_FLEET_SSH=build1,build2 dogwatch fleet status --watch
  dogwatch fleet status --check || echo "look at the fleet"
  dogwatch fleet status --json | jq -r '.hosts[] | select(.problem) | .host'

On a host that has joined a fleet (\`dogwatch help fleet\`) all comes from its
engine: no host is asked, and what is not signed by a host is not shown as its
word. On others, or with --ssh, \`dogwatch status --json\` runs on each host, by
the ssh of this machine with your keys and ~/.ssh/config, at most 8 at once: log
in to each once by hand, so that its key is known. dogwatch has to be in the
PATH of a shell without a terminal there; nothing is changed on any host.

A host that is silent is shown first, and its runs are not counted. Ages hold
even if a clock is off. Act on a run with the command that is shown for it:
\`ssh build1 dogwatch explain RUN\`.

Exit status: 0, or 69 if a host or the engine does not answer; with --check the
worst of all hosts.
`;
