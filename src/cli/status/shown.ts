import type { Layout } from '../../store/directory/layout.ts';
import type { View } from '../../view/model.ts';
import { openLayout } from '../client/state-layout.ts';
import { jsonText } from '../terminal/json.ts';
import { endsWithItsOutput } from '../terminal/output.ts';
import { cardsOf, pageOf, plainOf, warningsOf } from './page.ts';
import { clean, type Paper } from './paper.ts';
import { reportStatus } from './report.ts';
import { paperFor } from './stdout.ts';

/** What a person asks for on the command line. */
export interface Options {
  readonly all?: boolean;
  readonly json?: boolean;
  readonly plain?: boolean;
  readonly line?: boolean;
  readonly check?: boolean;
  readonly watch?: boolean;
  readonly utc?: boolean;
}

/** Shows them in the form that is asked for. */
export async function status(names: readonly string[], options: Options): Promise<void> {
  await refuseTogether(options);
  endsWithItsOutput();
  const layout = openLayout();
  if (options.watch === true) return watching(layout, names, options);
  if (options.line === true) return line(() => reportStatus(layout, names));
  const view = await reportStatus(layout, names);
  if (options.check === true) return check(view, options);
  if (options.json === true) return json(view);
  if (options.plain !== true && names.length === 0 && view.runs.length + view.unreadable.length === 0) {
    process.stdout.write(await nothingIn(layout));
    return;
  }
  const { lines, warnings } = textOf(view, names, options);
  // Whoever reads a file or a pipe may not see its first lines.
  if (process.stdout.isTTY !== true) for (const text of warnings) process.stderr.write(`dogwatch: ${text}\n`);
  process.stdout.write(lines.map((text) => `${text}\n`).join(''));
}

function textOf(view: View, names: readonly string[], { all = false, plain = false, utc = false }: Options) {
  const paper: Paper = paperFor(Date.parse(view.at), utc, plain);
  const warnings = warningsOf(view, paper).map(clean);
  if (plain) return { lines: plainOf(view, paper), warnings };
  return { lines: names.length > 0 ? cardsOf(view, paper) : pageOf(view, paper, all), warnings };
}

async function watching(layout: Layout, names: readonly string[], options: Options): Promise<void> {
  const { watchRuns } = await import('./watching.ts');
  const { all = false, plain = false, utc = false } = options;
  return watchRuns(layout, names, (view) => {
    if (options.json === true) return [jsonText(view)];
    const paper = paperFor(Date.parse(view.at), utc, plain);
    if (plain) return plainOf(view, paper);
    return names.length > 0 ? cardsOf(view, paper) : pageOf(view, paper, all);
  });
}

/** A prompt shows this all the time: what goes wrong is a word too, never an error. */
async function line(look: () => Promise<View>): Promise<void> {
  const [{ brief }, { StoreError }] = await Promise.all([import('../../view/words.ts'), import('../../store/directory/error.ts')]);
  try {
    const text = brief(await look());
    if (text !== '') process.stdout.write(`${text}\n`);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    process.stdout.write('!state\n');
  }
}

async function check(view: View, { json: isJson = false, utc = false }: Options): Promise<void> {
  const [{ verdict }, { clockAt }] = await Promise.all([import('../../view/words.ts'), import('../../look/clock.ts')]);
  const { status: exitCode, because } = verdict(view, clockAt(Date.parse(view.at), utc));
  if (isJson) await json(view, { check: { status: exitCode, because } });
  else process.stdout.write(`${clean(because)}\n`);
  process.exitCode = exitCode;
}

async function json(view: View, more: object = {}): Promise<void> {
  const [{ tell }, { withLocalTimes }] = await Promise.all([import('../terminal/tell.ts'), import('../client/local-times.ts')]);
  const { keptAt, host } = view;
  if (keptAt !== null)
    tell(`the database cannot be read because the disk is full or read-only; this is the watchdog's snapshot of ${withLocalTimes(keptAt)}`);
  if (host.readOnly !== null) tell(host.readOnly);
  process.stdout.write(`${jsonText({ ...view, ...more }, 2)}\n`);
}

async function refuseTogether({
  line: isLine = false,
  check: isCheck = false,
  plain = false,
  watch = false,
  json: isJson = false,
}: Options) {
  const forms = [isLine && '--line', isCheck && '--check', plain && '--plain', watch && '--watch', isJson && '--json'].filter(Boolean);
  const allowed = [
    ['--check', '--json'],
    ['--plain', '--watch'],
    ['--watch', '--json'],
  ].some((pair) => forms.every((form) => pair.includes(String(form))));
  if (forms.length < 2 || allowed) return;
  const { EXIT_USAGE, Problem } = await import('../terminal/problem.ts');
  throw new Problem(EXIT_USAGE, 'these options cannot be combined', { expected: 'one form of output', got: forms.join(' ') });
}

/**
 * Names the directory and what is unusual about it: a person who looks in the wrong one might start
 * a job twice.
 */
async function nothingIn(layout: Layout): Promise<string> {
  const [{ oddityOf, serviceElsewhere }, { sanitizeForTerminal }] = await Promise.all([
    import('./state-place.ts'),
    import('../../system/text/sanitize.ts'),
  ]);
  const odd = oddityOf(layout);
  const service = serviceElsewhere(layout);
  const where = sanitizeForTerminal(`No runs in ${layout.stateDir}${odd === null ? '' : `, ${odd}`}. Start one:  dogwatch run -- COMMAND…`);
  const more = [
    '  dogwatch adopt --pid PID     looks after an agent that is already running',
    '  dogwatch demo                shows it all in under a minute, without a model',
    ...(service === null
      ? []
      : [sanitizeForTerminal(`The service keeps its runs in ${service}:  DOGWATCH_STATE_DIR=${service} dogwatch status`)]),
  ];
  return `${[where, ...more].join('\n')}\n`;
}
