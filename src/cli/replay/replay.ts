import type { Command } from 'commander';
import { jsonText } from '../terminal/json.ts';
import { endsWithItsOutput } from '../terminal/output.ts';

interface Options {
  readonly set: readonly string[];
  readonly json?: boolean;
}

/** `dogwatch replay`: shows what this version would decide from the recorded observations. */
export function register(program: Command): void {
  program
    .command('replay')
    .description('repeat the decisions about a run, and show those that would differ now')
    .argument('<run>', 'name of the run, or a file: a path that ends in .jsonl or contains a slash')
    .option('--set <name=value>', 'use this setting instead of the recorded one; may be repeated', collect, [])
    .option('--json', 'print one JSON object per line: each decision that differs, then a summary')
    .addHelpText('after', EXAMPLES)
    .action(replay);
}

const EXAMPLES = `
Examples:
  dogwatch replay upgrade
  dogwatch replay upgrade --set DOGWATCH_MAX_RESUMES=5 --set DOGWATCH_IDLE=30m
  dogwatch history upgrade --export upgrade.jsonl && dogwatch replay upgrade.jsonl

Each decision is made from what was known at its time, so one that differs does
not make later ones differ.

Exit status: 0, or without --set, 1 if a decision differs.`;

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

async function replay(name: string, { set, json = false }: Options): Promise<void> {
  const [{ replayed }, { policyOf }, { Sum, differenceAsJson, differenceInWords }] = await Promise.all([
    import('../../core/replay.ts'),
    import('../client/policy-values.ts'),
    import('./report.ts'),
  ]);
  const policy = policyOf(set, '--set ');
  endsWithItsOutput();
  const sum = new Sum(set.length > 0);
  const source = await (/\.jsonl$|\//.test(name) ? ofFile(name) : ofRun(name));
  try {
    for (const one of replayed(source.rows, source.spec, policy)) {
      sum.add(one);
      if (one.differs === null) continue;
      if (json) process.stdout.write(`${jsonText(differenceAsJson(one))}\n`);
      else if (one.differs === 'decision') process.stdout.write(`${differenceInWords(one)}\n\n`);
    }
  } finally {
    source.close();
  }
  process.stdout.write(json ? `${jsonText(sum)}\n` : `${sum.inWords()}\n`);
  if (set.length === 0 && sum.differ > 0) process.exitCode = 1;
}

async function ofRun(name: string) {
  const [{ openLayout }, { openReader }, { findRun }, { replayRows }, { registeredSpec }] = await Promise.all([
    import('../client/state-layout.ts'),
    import('../../store/reader.ts'),
    import('../client/find-run.ts'),
    import('../history/replay-rows.ts'),
    import('../../core/evolve/policy-change.ts'),
  ]);
  const reader = openReader(openLayout());
  try {
    const run = findRun(reader, name);
    return { spec: registeredSpec(run), rows: replayRows(reader, run.id), close: () => reader.close() };
  } catch (error) {
    reader.close();
    throw error;
  }
}

async function ofFile(path: string) {
  const [{ parseReplayFile }, { readFileSync }, { EXIT_USAGE, Problem }] = await Promise.all([
    import('./file.ts'),
    import('node:fs'),
    import('../terminal/problem.ts'),
  ]);
  try {
    return { ...parseReplayFile(readFileSync(path, 'utf8'), path), close: () => {} };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new Problem(EXIT_USAGE, `${path} cannot be read`, { got: error.message });
  }
}
