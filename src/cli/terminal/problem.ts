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

/** What a person needs to fix it; null where there is nothing to say. */
export interface Explanation {
  readonly expected: string | null;
  readonly got: string | null;
  readonly hint: string | null;
}

const NOTHING: Explanation = { expected: null, got: null, hint: null };

/** An error that a user can cause and fix. Everything else that is thrown is a bug. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly exitCode: ExitCode;
  readonly explanation: Explanation;
  /** The single problems, if this one combines several. */
  readonly parts: readonly Problem[];

  constructor(exitCode: ExitCode, message: string, explanation: Partial<Explanation> = {}, parts: readonly Problem[] = []) {
    super(message);
    this.exitCode = exitCode;
    this.explanation = { ...NOTHING, ...explanation };
    this.parts = parts;
  }
}

/**
 * Renders the problem without a stack trace or a final line end; coloured only if `stream` is a
 * terminal that accepts colours.
 */
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

/** Longer texts are truncated, so that they do not fill the screen, in characters. */
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
