import type { Command } from 'commander';
import type { Layout } from '../store/directory/layout.ts';
import { jsonText } from './terminal/json.ts';
import { endsWithItsOutput } from './terminal/output.ts';

interface Options {
  readonly json?: boolean;
  readonly plain?: boolean;
  readonly utc?: boolean;
}

/** `dogwatch explain`: why a run is not running now, and when it will be. */
export function register(program: Command): void {
  program
    .command('explain')
    .description('explain why a run is or is not running now, what happens next, and what you can type')
    .argument('<run>', 'name of the run')
    .option('--plain', 'print one fact a line, without columns and colours')
    .option('--utc', 'show times in UTC, not in local time')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  dogwatch explain upgrade\n')
    .action(explainRun);
}

async function explainRun(name: string, options: Options): Promise<void> {
  const [{ openLayout }, { lookAtRun }] = await Promise.all([import('./client/state-layout.ts'), import('../look/run.ts')]);
  endsWithItsOutput();
  const layout = openLayout();
  const detail = (await lookAtRun(layout, name)) ?? (await missing(layout, name));
  const { run, host } = detail;
  if (options.json === true) {
    const { journal: _journal, timeline: _timeline, run: _run, host: _host, ...rest } = detail;
    process.stdout.write(`${jsonText({ ...run, ...rest, watchdog: host.watchdog })}\n`);
    return;
  }
  const [{ longCardOf }, { cardLines, warning, warningsOf }, { paperFor }, { clean }] = await Promise.all([
    import('../view/card.ts'),
    import('./status/page.ts'),
    import('./status/stdout.ts'),
    import('./status/paper.ts'),
  ]);
  const paper = paperFor(Date.parse(detail.at), options.utc === true, options.plain === true);
  const facts = longCardOf(detail, paper.clock);
  const warnings = warningsOf({ ...detail, host, runs: [run] }, paper);
  const lines =
    options.plain === true
      ? [
          ...warnings.map((text) => `warning: ${clean(text)}`),
          ...facts.flatMap((fact) => fact.lines.map((line) => `${fact.label}: ${clean(line)}`)),
        ]
      : [...warnings.flatMap((text) => warning(text, paper)), ...cardLines(run.name, facts, paper)];
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

async function missing(layout: Layout, name: string): Promise<never> {
  const [{ noSuchRun }, { withReader }] = await Promise.all([import('./client/find-run.ts'), import('../store/with-reader.ts')]);
  throw noSuchRun(
    name,
    withReader(layout, (reader) => reader.runs().map((run) => run.name)),
  );
}
