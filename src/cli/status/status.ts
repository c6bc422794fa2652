import type { Command } from 'commander';
import type { Options } from './shown.ts';

/** `dogwatch status`: shows all runs at a glance, or some of them with all that is known. */
export function register(program: Command): void {
  program
    .command('status')
    .description('show all runs at a glance: what needs you first, why, what comes next, and what to type')
    .argument('[runs...]', 'show only these runs, each with its facts; names may be patterns: "job-*"')
    .option('--all', 'include runs that ended more than a day ago')
    .option('--watch', 'stay open, and show every change')
    .option('--line', 'print one short line for a prompt or a tmux bar: "!1 <2 >3", or nothing if all is well')
    .option('--check', 'print one line, and exit with 0 (well), 1 (held or waiting), 2 (a person is needed) or 3 (no watchdog)')
    .option('--plain', 'print one fact a line, without columns, signs and colours')
    .option('--utc', 'show times in UTC, not in local time')
    .option('--json', 'print one JSON object, which includes runs that ended long ago')
    .addHelpText('after', HELP)
    .action(async (names: string[], options: Options) => (await import('./shown.ts')).status(names, options));
}

const HELP = `
Examples:
  dogwatch
  dogwatch status nightly "job-*"
  dogwatch status --watch
  dogwatch status --check || echo "look at dogwatch"
  dogwatch status --json | jq -r '.runs[] | select(.group == "person") | .name'

Signs: !! needs a person, << held or waiting, .. quiet, >> working, ok done,
-- stopped, xx failed. ATTEMPT is the number of the current or last attempt,
RESUMES how many of the allowed resumes without progress are used, ACTIVE when
the run last did something, NEXT when something happens by itself. A column in
which no run has anything to say is left out, and so are others if the reason
would have less than 40 columns. For more about one run: \`dogwatch explain RUN\`.

In --line, !1 needs a person, <2 are held, .1 is quiet, >3 are working;
!watchdog: none is alive, !host: the machine needs a person, !state: the state
cannot be read. With --check a quiet run is well; without runs that are not
over, no watchdog is needed.
`;
