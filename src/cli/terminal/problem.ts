import { styleText } from 'node:util';
import { truncate } from '../../core/values/truncate.ts';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';

/** Exit codes of commands that could not do what was asked, as in sysexits.h. */
export const EXIT_USAGE = 64;
/** There is no such run. */
export const EXIT_NO_RUN = 66;
export const EXIT_UNAVAILABLE = 69;
export const EXIT_TEMPORARY = 75;
export const EXIT_CONFIGURATION = 78;

type ExitCode = typeof EXIT_USAGE | typeof EXIT_NO_RUN | typeof EXIT_UNAVAILABLE | typeof EXIT_TEMPORARY | typeof EXIT_CONFIGURATION;

/** What a person needs to put it right; null where there is nothing to say. */
export interface Explanation {
  readonly expected: string | null;
  readonly got: string | null;
  readonly hint: string | null;
}

const NOTHING: Explanation = { expected: null, got: null, hint: null };

/** Something that a user can cause and a user can mend. Everything else that is thrown is a bug. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly exitCode: ExitCode;
  readonly explanation: Explanation;
  /** Where one problem is several. */
  readonly parts: readonly Problem[];

  constructor(exitCode: ExitCode, message: string, explanation: Partial<Explanation> = {}, parts: readonly Problem[] = []) {
    super(message);
    this.exitCode = exitCode;
    this.explanation = { ...NOTHING, ...explanation };
    this.parts = parts;
  }
}

/** The problem as text without a stack and without a line end; in colours only where `stream` is a terminal that wants them. */
export function renderProblem(problem: Problem, stream: NodeJS.WritableStream = process.stderr): string {
  const paint = (format: 'red' | 'bold' | 'dim', text: string) => styleText(format, text, { stream });
  const lines = (one: Problem, indent: string): string[] => [
    ...explained(one.explanation).map(
      ([label, text]) => `${indent}  ${paint('dim', label.padEnd(9))} ${text.split('\n').map(shown).join(`\n${indent}            `)}`,
    ),
    ...one.parts.flatMap((part) => [`${indent}  ${paint('bold', shown(part.message))}`, ...lines(part, `${indent}  `)]),
  ];
  return [`${paint('red', 'dogwatch:')} ${shown(problem.message)}`, ...lines(problem, '')].join('\n');
}

/** Whatever came, it does not fill the screen. */
const MAX_SHOWN = 1000;
const shown = (text: string): string =>
  sanitizeForTerminal(text.length > MAX_SHOWN ? `${truncate(text, MAX_SHOWN)} (${text.length} characters)` : text);

const explained = ({ expected, got, hint }: Explanation): [string, string][] =>
  (
    [
      ['expected', expected],
      ['got', got],
      ['hint', hint],
    ] as const
  ).flatMap(([label, text]) => (text === null ? [] : [[label, text]]));
