import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { agentInText, commandsOf, isText } from '../../agents/command/agent-words.ts';
import { findProgram } from '../../system/command/find-on-path.ts';

/** What was found in the scripts that a command starts. */
export interface ScriptSays {
  /** The agent that one of them starts, and that script, or null if none does. */
  readonly agent: { readonly name: string; readonly script: string } | null;
  /** Whether one of them calls `dogwatch done` itself. */
  readonly saysDone: boolean;
}

const MAX_BYTES = 65_536;
/** How many scripts are read at most: this is a glance, not a search. */
const MAX_SCRIPTS = 12;

/**
 * Reads the scripts named in a command, and those that they name in turn. Ignores files that cannot
 * be read.
 */
export function scriptSays(argv: readonly string[], cwd: string, path: string): ScriptSays {
  const program = findProgram(argv[0] ?? '', cwd, path);
  const left = [...(program === null ? [] : [program]), ...argv.slice(1).map((word) => resolve(cwd, word))];
  const texts = argv.filter(isText);
  left.push(...texts.flatMap((text) => pathsIn(text, cwd)));
  const read = new Set<string>();
  let agent: ScriptSays['agent'] = null;
  let saysDone = texts.some(callsDone);
  for (let file = left.shift(); file !== undefined && read.size < MAX_SCRIPTS; file = left.shift()) {
    if (read.has(file)) continue;
    const text = scriptAt(file);
    if (text === null) continue;
    read.add(file);
    const name = agentInText(text);
    if (name !== null) agent ??= { name, script: file };
    saysDone ||= callsDone(text);
    left.push(...pathsIn(text, cwd), ...pathsIn(text, dirname(file)));
  }
  return { agent, saysDone };
}

const callsDone = (text: string): boolean =>
  commandsOf(text).some((words) => /(?:^| )(?:\S*\/)?dogwatch done(?: |$)/.test(words.join(' ')));

/**
 * Returns the words of a text that look like files, as paths relative to `directory` or as absolute
 * paths.
 */
const pathsIn = (text: string, directory: string): string[] =>
  commandsOf(text)
    .flat()
    .filter((word) => /[./]/.test(word) && !word.startsWith('-') && !word.includes('$'))
    .slice(0, MAX_WORDS)
    .map((word) => (word.startsWith('/') ? word : join(directory, word)));

const MAX_WORDS = 200;

/** The first line of a shell script: in another language the words mean something else. */
const SHELL = /^#!.*\b(?:ba|da|z|k|a|fi)?sh\b/;

/**
 * Returns the text of a shell script (by its `#!` line or its name), or null if the file is not
 * one.
 */
function scriptAt(file: string): string | null {
  try {
    if (!statSync(file).isFile()) return null;
    const descriptor = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(MAX_BYTES);
      const text = bytes.subarray(0, readSync(descriptor, bytes, 0, MAX_BYTES, 0)).toString('utf8');
      const isOne = text.startsWith('#!') ? SHELL.test(text.slice(0, 100)) : /(?:\.(?:sh|bash|zsh|fish)|\/[Mm]akefile)$/.test(file);
      return isOne && !text.includes('\0') ? text : null;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
}
