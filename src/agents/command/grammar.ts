import type { AgentName } from '../../core/model/facts.ts';
import { agentNamed } from './agent-words.ts';
import { lookFor } from './sighting.ts';
import { behindWrappers } from './wrappers.ts';

/**
 * How an agent CLI parses its command line, as data. Options are named by their long names, without
 * dashes.
 */
export interface Grammar {
  readonly agent: AgentName;
  /**
   * One of these must follow before anything else counts, and flags before it belong to the head.
   * Empty: nothing must.
   */
  readonly subcommands: readonly string[];
  /** Options without a value; all others take the next word. */
  readonly alone: readonly string[];
  /**
   * Options that are known to take the next word. Whether an option in neither list does is
   * unknown.
   */
  readonly valued: readonly string[];
  /** Options that take all words up to the next option. */
  readonly greedy: readonly string[];
  /** The long names of short options, which some CLIs write with several letters (`-xt`). */
  readonly short: Readonly<Record<string, string>>;
}

export interface Option {
  readonly name: string;
  readonly words: readonly string[];
  readonly value: string | null;
}

/** A parsed command line. */
export interface CommandLine {
  /** Everything up to the executable and its subcommand, wrappers included. */
  readonly head: readonly string[];
  /** Everything after the head, in order. */
  readonly words: readonly Word[];
  readonly options: readonly Option[];
  readonly positional: readonly string[];
}

/** A positional word, `--`, or an option with its values. */
interface Word {
  readonly words: readonly string[];
  readonly option: Option | null;
}

/**
 * The index of the executable: the word that names this agent or, if the operator said that the
 * command is this agent, the program behind all known wrappers.
 */
function executableIndex(argv: readonly string[], { agent }: Grammar): number {
  const seen = lookFor(argv);
  if (seen.kind === 'agent' && seen.name === agent) return seen.index;
  const begin = behindWrappers(argv);
  const later = argv.findIndex((word, index) => index >= begin && agentNamed(word) === agent);
  return later >= 0 ? later : begin;
}

/** Parses a command line. Returns null if it is another command. */
export function takeApart(argv: readonly string[], grammar: Grammar): CommandLine | null {
  const executable = executableIndex(argv, grammar);
  let head = argv.slice(0, executable + 1);
  let rest = words(argv.slice(head.length), grammar);
  if (grammar.subcommands.length > 0) {
    const at = rest.findIndex(({ option }) => option === null);
    const [subcommand = ''] = rest[at]?.words ?? [];
    if (!grammar.subcommands.includes(subcommand)) return null;
    head = [...head, ...rest.slice(0, at).flatMap(({ words }) => words), subcommand];
    rest = words(argv.slice(head.length), grammar);
  }
  return {
    head,
    words: rest,
    options: rest.flatMap(({ option }) => option ?? []),
    positional: rest.filter((word) => word.option === null && word !== SEPARATOR).flatMap(({ words }) => words),
  };
}

/**
 * The unknown option that may have taken the task as its value, so that no word is left that could
 * be the task. Null if the task is certain.
 */
export function swallowing({ options, positional }: CommandLine, { alone, greedy, valued }: Grammar): Option | null {
  if (positional.length > 0) return null;
  const known = new Set([...alone, ...greedy, ...valued]);
  return options.findLast(({ name, words }) => words.length > 1 && !known.has(name)) ?? null;
}

/** The same for the command of a run, which was checked when the run was registered. */
export function takenApart(argv: readonly string[], grammar: Grammar, what: string): CommandLine {
  const command = takeApart(argv, grammar);
  if (command === null) throw new Error(`the command of this run is not \`${what}\``);
  return command;
}

/**
 * The value of an option (the last one if it is given twice), or null if it is not given or stands
 * alone.
 */
export const optionValue = ({ options }: CommandLine, name: string): string | null =>
  options.findLast((option) => option.name === name)?.value ?? null;

export const has = ({ options }: CommandLine, ...names: readonly string[]): boolean => options.some(({ name }) => names.includes(name));

/** The complete command without these options. */
export const without = ({ head, words }: CommandLine, names: readonly string[]): readonly string[] => [
  ...head,
  ...words.filter(({ option }) => option === null || !names.includes(option.name)).flatMap(({ words }) => words),
];

/** The head and all options but these: what a resume keeps. */
export const keptWithout = ({ head, options }: CommandLine, names: readonly string[]): readonly string[] => [
  ...head,
  ...options.filter(({ name }) => !names.includes(name)).flatMap(({ words }) => words),
];

const SEPARATOR: Word = { words: ['--'], option: null };

function words(argv: readonly string[], grammar: Grammar): Word[] {
  const left = [...argv];
  const found: Word[] = [];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === '--') return [...found, SEPARATOR, ...left.map((text) => ({ words: [text], option: null }))];
    const [letter, ...others] = together(word, grammar);
    if (letter !== undefined) left.unshift(...others);
    const own = letter ?? word;
    const name = nameOf(own, grammar);
    const values = name === null ? [] : left.splice(0, valuesAfter(own, name, left, grammar));
    const value = own.includes('=') ? own.slice(own.indexOf('=') + 1) : (values[0] ?? null);
    found.push({ words: [own, ...values], option: name === null ? null : { name, words: [own, ...values], value } });
  }
  return found;
}

/** The long names of a word of combined letters: `-yp` is `-y -p`. */
function together(word: string, { alone, short }: Grammar): string[] {
  if (!/^-[A-Za-z]{2,8}$/.test(word) || !alone.includes(short[word.charAt(1)] ?? '')) return [];
  return [...word.slice(1)].map((letter) => `-${letter}`);
}

function nameOf(word: string, { short }: Grammar): string | null {
  const long = /^--([^=]+)/.exec(word)?.[1];
  if (long !== undefined) return long;
  const letter = /^-([A-Za-z])/.exec(word)?.[1];
  return letter === undefined ? null : (short[word.slice(1)] ?? short[letter] ?? letter);
}

function valuesAfter(word: string, name: string, following: readonly string[], { alone, greedy, short }: Grammar): number {
  const hasOwn = word.includes('=') || (/^-[A-Za-z]./.test(word) && short[word.slice(1)] === undefined);
  if (alone.includes(name) || name.startsWith('no-') || hasOwn) return 0;
  const end = following.findIndex((next) => next.startsWith('-') && next !== '-');
  const available = end < 0 ? following.length : end;
  return greedy.includes(name) ? available : Math.min(1, available);
}
