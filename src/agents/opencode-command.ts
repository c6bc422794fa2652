import { basename } from 'node:path';

/** An `opencode run` command taken apart. */
export interface OpencodeCommand {
  /** Everything up to `run`: wrappers, the executable, flags before the subcommand. */
  readonly head: readonly string[];
  readonly options: readonly Option[];
  readonly message: readonly string[];
}

interface Option {
  /** Its long name, without dashes. */
  readonly name: string;
  readonly words: readonly string[];
  readonly value: string | null;
}

/** What may stand before the executable. A shell is not among them: what it runs nobody can know. */
const WRAPPERS = /^(env|npx|bunx|pnpx|pnpm|dlx|bun|x|nohup|nice|ionice|stdbuf|--|-[\w=-]+|[A-Za-z_]\w*=.*|\d+)$/;
const EXECUTABLE = /^opencode(-ai)?(@\S+)?$/;

/** Options of `opencode run` 1.18.33 that stand alone; all others take the next word, as unknown ones do. */
const ALONE = ['help', 'version', 'print-logs', 'pure', 'continue', 'fork', 'share', 'thinking', 'interactive', 'auto', 'yolo'].concat([
  'dangerously-skip-permissions',
]);
const SHORT: Readonly<Record<string, string>> = {
  h: 'help',
  v: 'version',
  c: 'continue',
  s: 'session',
  m: 'model',
  f: 'file',
  p: 'password',
  u: 'username',
  i: 'interactive',
};
/** Takes all words up to the next option. */
const GREEDY = 'file';

/** Where the executable stands in a command line; -1: this is not opencode. */
export function executableIndex(argv: readonly string[]): number {
  const index = argv.findIndex((word) => EXECUTABLE.test(basename(word)));
  return index >= 0 && argv.slice(0, index).every((word) => WRAPPERS.test(word) || WRAPPERS.test(basename(word))) ? index : -1;
}

/** Takes an `opencode run` command apart; null: it is another command. */
export function parseOpencode(argv: readonly string[]): OpencodeCommand | null {
  const executable = executableIndex(argv);
  if (executable < 0) return null;
  const before = words(argv.slice(executable + 1));
  const runIndex = before.findIndex((word) => word.option === null);
  if (runIndex < 0 || before[runIndex]?.words[0] !== 'run') return null;
  const flags = before.slice(0, runIndex).flatMap((word) => word.words);
  const head = [...argv.slice(0, executable + 1), ...flags, 'run'];
  const rest = words(argv.slice(head.length));
  return {
    head,
    options: rest.flatMap(({ option }) => option ?? []),
    message: rest.flatMap((word) => (word.option === null ? word.words : [])),
  };
}

/** The value of an option, the last one where it is given twice; null: it is not given (or stands alone). */
export const optionValue = ({ options }: OpencodeCommand, name: string): string | null =>
  options.findLast((option) => option.name === name)?.value ?? null;

export const has = ({ options }: OpencodeCommand, name: string): boolean => options.some((option) => option.name === name);

interface Word {
  readonly words: readonly string[];
  readonly option: Option | null;
}

/** Words in the way yargs, opencode's parser, reads them. */
function words(argv: readonly string[]): Word[] {
  const found: Word[] = [];
  for (let index = 0; index < argv.length; ) {
    const word = argv[index]!;
    if (word === '--') {
      const rest = argv.slice(index + 1);
      return [...found, ...rest.map((text) => ({ words: [text], option: null }))];
    }
    const name = nameOf(word);
    const taken = name === null ? 0 : valuesAfter(argv, index, name, word);
    const own = argv.slice(index, index + 1 + taken);
    const value = word.includes('=') ? word.slice(word.indexOf('=') + 1) : (own[1] ?? null);
    found.push({ words: own, option: name === null ? null : { name, words: own, value } });
    index += own.length;
  }
  return found;
}

function nameOf(word: string): string | null {
  const long = /^--([^=]+)/.exec(word)?.[1];
  if (long !== undefined) return long;
  const short = /^-([A-Za-z])(=|$)/.exec(word)?.[1];
  return short === undefined ? null : (SHORT[short] ?? short);
}

function valuesAfter(argv: readonly string[], index: number, name: string, word: string): number {
  if (ALONE.includes(name) || name.startsWith('no-') || word.includes('=')) return 0;
  const following = argv.slice(index + 1);
  const end = following.findIndex((next) => next.startsWith('-') && next !== '-');
  const available = end < 0 ? following.length : end;
  return name === GREEDY ? available : Math.min(1, available);
}
