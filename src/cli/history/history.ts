import type { Command } from 'commander';
import type { JournalRow } from '../../store/reader.ts';
import { jsonText } from '../terminal/json.ts';
import { endsWithItsOutput } from '../terminal/output.ts';

interface Options {
  readonly limit?: string;
  readonly follow?: boolean;
  readonly json?: boolean;
  readonly host?: boolean;
  readonly export?: string;
  readonly since?: string;
  readonly until?: string;
}

/** `dogwatch history`: every decision that changed something, with its reason. */
export function register(program: Command): void {
  program
    .command('history')
    .description('show every decision about a run, or about this machine, with its reason, oldest first')
    .argument('[run]', 'name of the run')
    .option('--host', 'show decisions about this machine: its disks, and what was freed on them')
    .option('--limit <number>', 'show only this many of the newest decisions')
    .option('--since <time>', 'show only decisions at this time or later: "18:00", "2026-11-30 18:00", 2h (ago)')
    .option('--until <time>', 'show only decisions at this time or earlier')
    .option('-f, --follow', 'keep printing new decisions until the run is over')
    .option('--json', 'print one JSON object per line')
    .option('--export <file>', "write the complete history, without the run's secrets, into a new file for `dogwatch replay`")
    .addHelpText(
      'after',
      '\nExamples:\n  dogwatch history upgrade\n  dogwatch history upgrade --json | jq -r .because\n  dogwatch history upgrade --since 02:00 --until 03:30\n  dogwatch history upgrade --export upgrade.jsonl\n  dogwatch history --host\n',
    )
    .action(history);
}

async function history(name: string | undefined, options: Options): Promise<void> {
  const { limit, follow = false, json = false } = options;
  if (options.export !== undefined) return intoFile(name, options.export, options);
  if (options.host === true || name === undefined) return aboutHost(name, options);
  const [
    { openLayout },
    { withReader },
    { findRun },
    { asJson, inWords, localTime },
    { looks, rowsAfter },
    { isActive },
    { presence },
    terminal,
    { timeRange, isWithin },
  ] = await Promise.all([
    import('../client/state-layout.ts'),
    import('../../store/with-reader.ts'),
    import('../client/find-run.ts'),
    import('./line.ts'),
    import('./pages.ts'),
    import('../../core/model/run.ts'),
    import('../client/presence.ts'),
    import('../terminal/colors.ts'),
    import('../client/moment.ts'),
  ]);
  const range = timeRange(options);
  const newest = limit === undefined ? null : await wholeNumber(limit);
  endsWithItsOutput();
  const layout = openLayout();
  return withReader(layout, async (reader) => {
    const { id } = findRun(reader, name);
    let seq = 0;
    const isWanted = ({ observation }: { readonly observation: { readonly at: { readonly wall: number } } }) =>
      isWithin(range, observation.at.wall);
    const isBounded = options.since !== undefined || options.until !== undefined;
    const all = newest === null || isBounded ? rowsAfter(reader, id, 0) : reader.history(id, { limit: newest });
    const kept: JournalRow[] = [];
    for (const row of all) {
      seq = row.seq;
      if (!isWanted(row)) continue;
      if (newest === null) print(row);
      else if (kept.push(row) > newest) kept.shift();
    }
    kept.forEach(print);
    await sayLeftOut(reader.leftOut());
    if (!follow) return;
    const tellPresence = presence(layout);
    for await (const { run, rows } of looks(reader, id, seq)) {
      rows.filter(isWanted).forEach(print);
      if (!isActive(run)) return;
      tellPresence(reader);
    }
  });

  function print(row: Parameters<typeof asJson>[0]): void {
    const words = () =>
      `${terminal.paint('dim', `${localTime(row)}  ${`#${row.seq}`.padEnd(SEQ_COLUMNS)}`)}  ${inWords(row, process.stdout)}`;
    process.stdout.write(`${json ? jsonText(asJson(row)) : words()}\n`);
  }
}

async function intoFile(name: string | undefined, path: string, { limit, follow, json, host, since, until }: Options): Promise<void> {
  const [{ openLayout }, { withReader }, { findRun }, { exportRun }, { counted }, { EXIT_USAGE, Problem }] = await Promise.all([
    import('../client/state-layout.ts'),
    import('../../store/with-reader.ts'),
    import('../client/find-run.ts'),
    import('./export-run.ts'),
    import('../../core/values/counted.ts'),
    import('../terminal/problem.ts'),
  ]);
  if (
    name === undefined ||
    limit !== undefined ||
    follow === true ||
    json === true ||
    host === true ||
    since !== undefined ||
    until !== undefined
  )
    throw new Problem(EXIT_USAGE, '--export cannot be combined with these options', {
      expected: 'a run and a file, without --limit, --since, --until, --follow, --json or --host',
    });
  const layout = openLayout();
  return withReader(layout, (reader) => {
    const { rows, isEnvironmentKnown } = exportRun(layout, reader, findRun(reader, name), path);
    const whose = isEnvironmentKnown
      ? "The secrets of the run's environment"
      : "The run's environment has been removed: this shell's secrets";
    process.stdout.write(
      `${path}: ${counted(rows, 'decision')}. ${whose} and anything that looks like a token were redacted; read it before you pass it on.\n`,
    );
  });
}

async function aboutHost(name: string | undefined, options: Options): Promise<void> {
  const { limit, follow = false, json = false, host = false, since, until } = options;
  const [{ openLayout }, { withReader }, { hostAsJson, hostInWords }, { EXIT_USAGE, Problem }, { timeRange, isWithin }] = await Promise.all(
    [
      import('../client/state-layout.ts'),
      import('../../store/with-reader.ts'),
      import('./line.ts'),
      import('../terminal/problem.ts'),
      import('../client/moment.ts'),
    ],
  );
  if (host !== (name === undefined) || follow)
    throw new Problem(EXIT_USAGE, 'cannot tell whose history to show', {
      expected: 'the name of a run, or only --host',
      got: host ? `--host with ${name === undefined ? '--follow' : name}` : 'neither',
    });
  const newest = limit === undefined ? undefined : await wholeNumber(limit);
  const range = timeRange(options);
  const isBounded = since !== undefined || until !== undefined;
  endsWithItsOutput();
  return withReader(openLayout(), async (reader) => {
    const all = reader.hostHistory(isBounded ? HOST_ROWS : newest).filter(({ observation }) => isWithin(range, observation.at.wall));
    for (const row of isBounded && newest !== undefined ? all.slice(-newest) : all)
      process.stdout.write(`${json ? jsonText(hostAsJson(row)) : hostInWords(row)}\n`);
    await sayLeftOut(reader.leftOut());
  });
}

async function sayLeftOut(rows: number): Promise<void> {
  if (rows === 0) return;
  const { tell } = await import('../terminal/tell.ts');
  tell(`${rows} damaged ${rows === 1 ? 'row is' : 'rows are'} left out; see \`dogwatch doctor\``);
}

/** More decisions about the machine than are ever kept. */
const HOST_ROWS = 1_000_000;

/** Aligns numbers up to 99999. */
const SEQ_COLUMNS = 6;

async function wholeNumber(text: string): Promise<number> {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  const { EXIT_USAGE, Problem } = await import('../terminal/problem.ts');
  throw new Problem(EXIT_USAGE, '--limit is not valid', { expected: 'a whole number from 1 to 999999', got: JSON.stringify(text) });
}
