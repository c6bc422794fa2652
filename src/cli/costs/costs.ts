import { type Command, Option } from 'commander';
import { jsonText } from '../terminal/json.ts';
import { endsWithItsOutput } from '../terminal/output.ts';
import { BY, type By } from './sums.ts';

interface Options {
  readonly by?: By;
  readonly since?: string;
  readonly json?: boolean;
}

/** `dogwatch costs`: what runs have used, by the ledger of the watchdog. */
export function register(program: Command): void {
  program
    .command('costs')
    .description('show what runs cost: money and tokens, by run, day, account, model or attempt')
    .argument('[run]', 'show only this run')
    .addOption(new Option('--by <what>', 'what to add up (default: attempt with a run, else run)').choices(BY))
    .option('--since <time>', 'only what was counted since then: "2026-11-30 18:00", 18:00, yesterday, 2h, 7d')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  dogwatch costs
  dogwatch costs --by day --since 7d
  dogwatch costs upgrade --by model
  dogwatch costs --json | jq .total.usd

$1.24 is what the agent states; ≈$1.24 is computed, in part or whole, from
tokens and list prices (or DOGWATCH_PRICES), which a subscription does not
bill; >$1.24 means that a part is unknown: at least this much.
`,
    )
    .action(costs);
}

async function costs(name: string | undefined, { by, since, json = false }: Options): Promise<void> {
  const [{ openLayout }, { withReader }, { loadSettings }, { tell }, { sinceWall, zoneOf }, { costsOf }] = await Promise.all([
    import('../client/state-layout.ts'),
    import('../../store/with-reader.ts'),
    import('../client/load-settings.ts'),
    import('../terminal/tell.ts'),
    import('./since.ts'),
    import('./ledger.ts'),
  ]);
  const zone = zoneOf(loadSettings(process.env, tell).dayZone);
  const fromWall = since === undefined ? null : sinceWall(since, zone, Date.now());
  endsWithItsOutput();
  const wanted = { run: name, by: by ?? (name === undefined ? 'run' : 'attempt'), zone, fromWall } as const;
  const report = withReader(openLayout(), (reader) => costsOf(reader, wanted));
  if (json) {
    process.stdout.write(`${jsonText(report, 2)}\n`);
    return;
  }
  const { linesOf } = await import('./lines.ts');
  const { columns, isTTY } = process.stdout;
  process.stdout.write(`${linesOf(report, isTTY ? columns : undefined).join('\n')}\n`);
}
