import type { Command } from 'commander';
import { endsWithItsOutput } from '../terminal/output.ts';

interface Options {
  readonly json?: boolean;
  readonly utc?: boolean;
}

/** `dogwatch questions`: what agents ask a person. */
export function register(program: Command): void {
  program
    .command('questions')
    .description('list what agents ask a person, and how to answer')
    .argument('[run]', 'name of a run; all runs if it is left out')
    .option('--utc', 'show times in UTC, not in local time')
    .option('--json', 'print one JSON object per question')
    .addHelpText(
      'after',
      '\nExample:\n  dogwatch questions\n\nRuns that are registered with DOGWATCH_ASK=1 ask a person for what they may\nnot do. `dogwatch answer` answers.\n',
    )
    .action(questions);
}

async function questions(name: string | undefined, { json = false, utc = false }: Options): Promise<void> {
  const [{ openLayout }, { withReader }, { findRun }, { factsOf }, { jsonText }, { timeOf, when }, { sanitizeForTerminal }, { answersTo }] =
    await Promise.all([
      import('../client/state-layout.ts'),
      import('../../store/with-reader.ts'),
      import('../client/find-run.ts'),
      import('../../view/facts.ts'),
      import('../terminal/json.ts'),
      import('../../view/clock.ts'),
      import('../../system/text/sanitize.ts'),
      import('../../view/commands.ts'),
    ]);
  endsWithItsOutput();
  const runs = withReader(openLayout(), (reader) => (name === undefined ? reader.runs() : [findRun(reader, name)]));
  const clock = { nowWall: Date.now(), isUtc: utc, zone: '' };
  const asking = runs.map((run) => factsOf(run, null, false)).filter((run) => run.questions.length > 0);
  if (json) {
    for (const run of asking) for (const one of run.questions) process.stdout.write(`${jsonText({ run: run.name, ...one })}\n`);
    return;
  }
  if (asking.length === 0) process.stdout.write('nobody asks anything\n');
  for (const run of asking)
    for (const question of run.questions) {
      const { number, text, askedAt, until, isHeard } = question;
      const then = isHeard ? 'its agent waits' : 'the attempt that asked is gone; the next one gets the answer';
      process.stdout.write(
        `${run.name}, question ${number} (asked at ${timeOf(clock, askedAt)}, denied ${when(clock, until)}; ${then}):\n  ${sanitizeForTerminal(text)}\n`,
      );
      for (const { type, does } of answersTo(run, question)) process.stdout.write(`  ${sanitizeForTerminal(type)}  ${does}\n`);
    }
}
