import { type Command, Option } from 'commander';
import { jsonText } from '../terminal/json.ts';
import { endsWithItsOutput } from '../terminal/output.ts';

interface Options {
  readonly since: string;
  readonly markdown?: boolean;
  readonly json?: boolean;
  readonly utc?: boolean;
  readonly digest?: boolean;
}

/** `dogwatch report`: what happened while nobody looked, for whoever comes back. */
export function register(program: Command): void {
  program
    .command('report')
    .description('show what happened while you were away: what ran, ended, was held and made, what it cost, and what needs you')
    .option('--since <time>', 'from this time on: 18:00, "2026-11-30 18:00", yesterday, 8h (ago)', '24h')
    .option('--markdown', 'print Markdown')
    .option('--utc', 'show times in UTC, not in local time')
    .option('--json', 'print one JSON object')
    .addOption(new Option('--digest', 'print what the watchdog sends to the channels').hideHelp())
    .addHelpText(
      'after',
      `
Examples:
  dogwatch report --since 18:00
  dogwatch report --since 7d --markdown > week.md
  dogwatch report --json | jq .counts

It is made from the journal and the ledger of spend; no model writes it. What
it cost is counted by quarters of an hour, as in \`dogwatch costs --since\`.
`,
    )
    .action(report);
}

async function report({ since, markdown = false, json = false, utc = false, digest = false }: Options): Promise<void> {
  const [{ openLayout }, { momentOf }, { EXIT_USAGE, Problem }, { gather }, { clockAt }] = await Promise.all([
    import('../client/state-layout.ts'),
    import('../client/moment.ts'),
    import('../terminal/problem.ts'),
    import('./gather.ts'),
    import('../../look/clock.ts'),
  ]);
  if (markdown && json)
    throw new Problem(EXIT_USAGE, 'these options cannot be combined', { expected: 'one form of output', got: '--markdown --json' });
  const nowWall = Date.now();
  const sinceWall = momentOf('--since', since, nowWall);
  if (sinceWall > nowWall) {
    const { withLocalTimes } = await import('../client/local-times.ts');
    const got = withLocalTimes(new Date(sinceWall).toISOString(), nowWall);
    throw new Problem(EXIT_USAGE, '--since is in the future', { expected: 'a time before now', got });
  }
  endsWithItsOutput();
  const found = await gather(openLayout(), sinceWall, (wall) => clockAt(wall, utc));
  if (json) {
    process.stdout.write(`${jsonText(found, 2)}\n`);
    return;
  }
  if (digest) {
    const { digestOf } = await import('../../report/digest.ts');
    process.stdout.write(`${jsonText(digestOf(found, clockAt(Date.parse(found.at), utc)))}\n`);
    return;
  }
  const [{ pageOf }, { textOf }, { markdownOf }] = await Promise.all([
    import('../../report/sections.ts'),
    import('../../report/text.ts'),
    import('../../report/markdown.ts'),
  ]);
  const page = pageOf(found, clockAt(Date.parse(found.at), utc));
  const { isTTY, columns } = process.stdout;
  const lines = markdown ? markdownOf(page) : textOf(page, isTTY ? columns || USUAL_COLUMNS : null);
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** A terminal that does not tell its size. */
const USUAL_COLUMNS = 80;
