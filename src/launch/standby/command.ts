import { quoted } from '../../system/command/quoted.ts';

/** What becomes known only with the decision to start. */
export interface Command {
  readonly argv: readonly string[];
  /** A path. */
  readonly stdin: string;
  /** Variables that belong only to this start. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Variables that the start of an attempt may add to the environment of its run. */
export const OF_ONE_START: readonly string[] = ['DOGWATCH_PROMPT', 'DOGWATCH_SESSION'];

/**
 * Linux accepts 128 KiB of arguments and variables whatever the limit of the stack is; the rest is
 * for their pointers. What is longer is started in the usual way, which says why it fails.
 */
export const MOST_BYTES = 96 * 1024;

/**
 * The text from which the shell of a standby reads its command, or null if it cannot be written.
 * Nothing in it can break out: all is in single quotes, and the names of variables are fixed.
 */
export function commandText({ argv, stdin, variables }: Command): string | null {
  const set = Object.entries(variables);
  if (set.some(([name]) => !OF_ONE_START.includes(name)) || argv.length === 0) return null;
  if ([stdin, ...argv, ...set.map(([, value]) => value)].some((word) => word.includes('\0'))) return null;
  return [
    ...set.map(([name, value]) => `export ${name}=${quoted(value)}`),
    `dogwatch_stdin=${quoted(stdin)}`,
    `set -- ${argv.map(quoted).join(' ')}`,
    '',
  ].join('\n');
}
