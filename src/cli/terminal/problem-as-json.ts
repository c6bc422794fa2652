import { type Command, CommanderError } from 'commander';
import { errorMessage } from '../../core/values/error-message.ts';
import { jsonText } from './json.ts';
import { EXIT_CONFIGURATION, EXIT_NO_RUN, EXIT_TEMPORARY, EXIT_UNAVAILABLE, EXIT_USAGE, Problem } from './problem.ts';

/** The exit codes by name. Anything else is a bug. */
const NAMES: Readonly<Record<number, string>> = {
  [EXIT_USAGE]: 'usage',
  [EXIT_NO_RUN]: 'no-run',
  [EXIT_UNAVAILABLE]: 'unavailable',
  [EXIT_TEMPORARY]: 'temporary',
  [EXIT_CONFIGURATION]: 'configuration',
};

interface ReportedError {
  /** The exit code of the process, and its name. */
  readonly code: number;
  readonly name: string;
  readonly message: string;
  readonly expected: string | null;
  readonly got: string | null;
  /** What to do, or null if there is nothing to say. */
  readonly do: string | null;
  /** The single errors, if this one combines several. */
  readonly parts: readonly ReportedError[];
}

/** An error for a program that asked for JSON: one line. */
export const errorAsJson = (error: unknown): string => jsonText({ error: reported(error) });

function reported(error: unknown): ReportedError {
  if (error instanceof Problem) {
    const { exitCode: code, message, explanation, parts } = error;
    const { expected, got, hint } = explanation;
    return { code, name: NAMES[code] ?? 'other', message, expected, got, do: hint, parts: parts.map(reported) };
  }
  const nothing = { expected: null, got: null, parts: [] };
  if (error instanceof CommanderError)
    return { ...nothing, code: EXIT_USAGE, name: 'usage', message: error.message.replace(/^error: /, ''), do: 'see --help' };
  return { ...nothing, code: 1, name: 'bug', message: errorMessage(error), do: 'please report it' };
}

/**
 * Whether a command line asks for JSON, even if it could not be understood. Words after `--`, and
 * those of a command that `run` starts, are not meant for dogwatch.
 */
export function wantsJson(program: Command, words: readonly string[]): boolean {
  const end = words.indexOf('--');
  const own = end === -1 ? words : words.slice(0, end);
  const command = commandOf(
    program,
    own.filter((word) => !word.startsWith('-')),
  );
  if (command.opts().json === true) return true;
  return command.name() !== 'run' && own.includes('--json') && command.options.some(({ long }) => long === '--json');
}

/** The command that these words name, with its subcommands. */
function commandOf(program: Command, [name, ...rest]: readonly string[]): Command {
  const command = program.commands.find((one) => one.name() === name || one.aliases().includes(name ?? ''));
  return command === undefined ? program : commandOf(command, rest);
}
