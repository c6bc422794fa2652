import { basename } from 'node:path';

/** How an agent CLI reads its command line, as data. Options are named by their long names, without dashes. */
export interface Grammar {
  /** Its executable, with or without its directory; as a package's name, too. */
  readonly executable: RegExp;
  /** What has to follow before anything else counts: flags before it are part of the head. Empty: nothing. */
  readonly subcommands: readonly string[];
  /** Options that stand alone; all others take the next word, as unknown ones do. */
  readonly alone: readonly string[];
  /** Options that take all words up to the next option. */
  readonly greedy: readonly string[];
  readonly short: Readonly<Record<string, string>>;
}

interface Option {
  readonly name: string;
  readonly words: readonly string[];
  readonly value: string | null;
}

/** A command taken apart. */
export interface CommandLine {
  /** Everything up to the executable and its subcommand: wrappers, too. */
  readonly head: readonly string[];
  /** Everything behind it, in its order. */
  readonly words: readonly Word[];
  readonly options: readonly Option[];
  readonly positional: readonly string[];
}

/** A positional word, `--`, or an option with its values. */
interface Word {
  readonly words: readonly string[];
  readonly option: Option | null;
}

/** What may stand before the executable. A shell is not among them: what it runs nobody can know. */
const WRAPPERS =
  /^(env|npx|bunx|pnpx|pnpm|dlx|bun|x|node|nohup|setsid|nice|ionice|stdbuf|timeout|--|-[\w=-]+|[A-Za-z_]\w*=.*|\d+(\.\d+)?[smhd]?)$/;

/** Where the executable stands in a command line; -1: this is another command. */
export function executableIndex(argv: readonly string[], { executable }: Grammar): number {
  const index = argv.findIndex((word) => executable.test(basename(word)) || executable.test(word));
  return index >= 0 && argv.slice(0, index).every((word) => WRAPPERS.test(word) || WRAPPERS.test(basename(word))) ? index : -1;
}

/** Takes a command line apart; null: it is another command. */
export function takeApart(argv: readonly string[], grammar: Grammar): CommandLine | null {
  const executable = executableIndex(argv, grammar);
  if (executable < 0) return null;
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

/** The same for the command of a run, which was looked at when it was registered. */
export function takenApart(argv: readonly string[], grammar: Grammar, what: string): CommandLine {
  const command = takeApart(argv, grammar);
  if (command === null) throw new Error(`the command of this run is no \`${what}\``);
  return command;
}

/** The value of an option, the last one where it is given twice; null: it is not given (or stands alone). */
export const optionValue = ({ options }: CommandLine, name: string): string | null =>
  options.findLast((option) => option.name === name)?.value ?? null;

export const has = ({ options }: CommandLine, ...names: readonly string[]): boolean => options.some(({ name }) => names.includes(name));

/** The whole command but these options. */
export const without = ({ head, words }: CommandLine, names: readonly string[]): readonly string[] => [
  ...head,
  ...words.filter(({ option }) => option === null || !names.includes(option.name)).flatMap(({ words }) => words),
];

/** The head and all options but these: what is kept for a resume. */
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

/** The options of letters that stand together: `-yp` is `-y -p`. */
function together(word: string, { alone, short }: Grammar): string[] {
  if (!/^-[A-Za-z]{2,8}$/.test(word) || !alone.includes(short[word.charAt(1)] ?? '')) return [];
  return [...word.slice(1)].map((letter) => `-${letter}`);
}

function nameOf(word: string, { short }: Grammar): string | null {
  const long = /^--([^=]+)/.exec(word)?.[1];
  if (long !== undefined) return long;
  const letter = /^-([A-Za-z])/.exec(word)?.[1];
  return letter === undefined ? null : (short[letter] ?? letter);
}

function valuesAfter(word: string, name: string, following: readonly string[], { alone, greedy }: Grammar): number {
  const hasOwn = word.includes('=') || /^-[A-Za-z]./.test(word);
  if (alone.includes(name) || name.startsWith('no-') || hasOwn) return 0;
  const end = following.findIndex((next) => next.startsWith('-') && next !== '-');
  const available = end < 0 ? following.length : end;
  return greedy.includes(name) ? available : Math.min(1, available);
}
