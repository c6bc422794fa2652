import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { MAX_ANSWER, openAsks } from '../../core/asks/ask.ts';
import type { AnswerCommand } from '../../core/asks/facts.ts';
import type { Run } from '../../core/model/run.ts';
import { jsonText } from '../terminal/json.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';

interface Options {
  readonly question?: string;
  readonly always?: boolean;
  readonly json?: boolean;
}

/** `dogwatch answer`: what a person says to a question of an agent. */
export function register(program: Command): void {
  program
    .command('answer')
    .description('answer what the agent of a run asks: allow it, deny it, or say something else')
    .argument('<run>', 'name of the run')
    .argument('<answer...>', 'yes, no, or words for the agent')
    .option('--question <number>', 'which question, if the run asks several')
    .option('--always', 'give the same answer whenever this run asks exactly this again')
    .option('--json', 'print the reply as JSON')
    .addHelpText('after', EXAMPLES)
    .action(answer);
}

const EXAMPLES = `
Examples:
  dogwatch answer upgrade yes
  dogwatch answer upgrade no "push to the branch, not to main"
  dogwatch answer upgrade "the port is 8443"
  dogwatch answer upgrade yes --always --question 3

Words instead of yes deny the permission, and the agent reads them. A question
is answered once; unless someone answers within DOGWATCH_PERMISSION_GRACE it is
denied. \`dogwatch questions\` lists what is asked, \`dogwatch config RUN\` the
answers that always hold.
`;

async function answer(name: string, words: readonly string[], options: Options): Promise<void> {
  const said = answerOf(words, options);
  const [{ openLayout }, { withReader }, { findRun }, { submit }, { insideOf }, { sanitizeForTerminal }] = await Promise.all([
    import('../client/state-layout.ts'),
    import('../../store/with-reader.ts'),
    import('../client/find-run.ts'),
    import('../client/submit.ts'),
    import('../client/inside.ts'),
    import('../../system/text/sanitize.ts'),
  ]);
  const layout = openLayout();
  const run = withReader(layout, (reader) => findRun(reader, name));
  const command = forTheOpenOne(said, run);
  const inside = insideOf(process.env);
  const request = { id: randomUUID(), kind: 'operator', run: run.id, command, ...(inside !== null && { inside }) } as const;
  const reply = await submit(layout, request);
  if (options.json === true) process.stdout.write(`${jsonText({ run: run.name, ...reply })}\n`);
  else if (reply.accepted) process.stdout.write(`${run.name}: ${sanitizeForTerminal(reply.message)}\n`);
  else throw new Problem(EXIT_USAGE, `cannot answer ${run.name}`, { got: reply.message, hint: '`dogwatch questions` lists what is asked' });
  if (!reply.accepted) process.exitCode = EXIT_USAGE;
}

/** The command that these words are. Throws a Problem if they are none. */
export function answerOf(words: readonly string[], { question, always = false }: Options): AnswerCommand {
  const number = question === undefined ? null : Number(question);
  if (number !== null && !(/^\d{1,9}$/.test(question ?? '') && number > 0))
    throw new Problem(EXIT_USAGE, '--question is not valid', {
      expected: 'the number of a question, such as 2',
      got: JSON.stringify(question),
    });
  const whole = words.join(' ').trim();
  const [first = '', ...rest] = words;
  const says = /^(?:yes|y)$/i.test(whole) ? 'yes' : /^(?:no|n)$/i.test(first) ? 'no' : 'text';
  const text = says === 'yes' ? '' : says === 'no' ? rest.join(' ').trim() : whole;
  if (says === 'text' && text === '')
    throw new Problem(EXIT_USAGE, 'the answer is empty', { expected: 'yes, no, or words for the agent', got: JSON.stringify(whole) });
  if (text.length > MAX_ANSWER)
    throw new Problem(EXIT_USAGE, 'the answer is too long', { expected: `at most ${MAX_ANSWER} characters`, got: String(text.length) });
  return { kind: 'answer', number, says, text, always };
}

/**
 * Names the question that is open now: until a watchdog reads the command, that one may be denied,
 * and another one asked.
 */
export function forTheOpenOne(command: AnswerCommand, run: Pick<Run, 'asks'>): AnswerCommand {
  const [first, ...others] = openAsks(run);
  return command.number !== null || first === undefined || others.length > 0 ? command : { ...command, number: first.number };
}
