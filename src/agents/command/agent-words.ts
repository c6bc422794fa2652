import { KNOWN_AGENTS, OTHER_AGENTS, SHORT_NAMED_AGENTS } from '../../core/values/agent-names.ts';

const SHORT = new Set<string>(SHORT_NAMED_AGENTS);
const PLAIN = new Set<string>([...KNOWN_AGENTS, ...OTHER_AGENTS].filter((name) => !SHORT.has(name)));

/** Other names of an agent's program or package. */
const ALSO: Readonly<Record<string, string>> = {
  'claude-code': 'claude',
  'opencode-ai': 'opencode',
  'gemini-cli': 'gemini',
  'qwen-code': 'qwen',
  'aider-chat': 'aider',
  'pi-coding-agent': 'pi',
  'goose-cli': 'goose',
};

/** A version, tag or extension, which is not part of the agent's name. */
const ENDING = /(?:[@:][\w.^~*-]*|\.exe|\.[cm]?js)$/i;

/** Agents' programs as node starts them: their own names say nothing. */
const SCRIPTS: readonly (readonly [path: RegExp, name: string])[] = [
  [/\/(?:@[\w-]+\/)?qwen-code\/(?:dist\/)?cli\.js$/, 'qwen'],
  [/\/(?:@[\w-]+\/)?pi-coding-agent\/dist\/(?:bundle\/)?cli\.js$/, 'pi'],
  [/\/@github\/copilot\/(?:npm-loader|index)\.js$/, 'copilot'],
];

/**
 * The agent whose program a word names (by path, package, flake (`nixpkgs#claude-code`) or image),
 * or null if it names none.
 */
export function agentNamed(word: string): string | null {
  const last = word.slice(Math.max(word.lastIndexOf('/'), word.lastIndexOf('#')) + 1);
  const name = last.replace(ENDING, '').replace(ENDING, '');
  const own = ALSO[name] ?? name;
  if (PLAIN.has(own) || SHORT.has(own)) return own;
  return SCRIPTS.find(([path]) => path.test(word))?.[1] ?? null;
}

/** Whether an agent's name may as well be another word. */
export const isShortName = (name: string): boolean => SHORT.has(name);

/**
 * The agent whose name is part of a program's name (`run-claude.sh`, `claude_nightly`), or null if
 * there is none.
 */
export function agentInName(word: string): string | null {
  const parts = word.slice(word.lastIndexOf('/') + 1).split(/[^A-Za-z0-9]+/);
  return parts.find((part) => PLAIN.has(part)) ?? null;
}

/** Programs that only read, print or move their arguments: an agent's name there starts nothing. */
const READERS = new Set(
  [
    'echo',
    'printf',
    'grep',
    'egrep',
    'fgrep',
    'rg',
    'cat',
    'less',
    'more',
    'head',
    'tail',
    'ls',
    'cd',
    'mkdir',
    'rm',
    'rmdir',
    'mv',
    'cp',
  ].concat(
    ['ln', 'chmod', 'chown', 'touch', 'test', '[', '[[', 'export', 'local', 'declare', 'readonly', 'unset', 'which', 'type', 'whereis'],
    ['man', 'sed', 'awk', 'cut', 'sort', 'diff', 'wc', 'git', 'vim', 'vi', 'nano', 'emacs', 'npm', 'pip', 'apt', 'apt-get', 'brew'],
    ['source', 'return', 'exit', 'read', 'set', 'pgrep', 'pkill', 'killall', 'tee', 'logger', 'basename', 'dirname'],
  ),
);

export const isReader = (word: string): boolean => READERS.has(word.slice(word.lastIndexOf('/') + 1));

/** Longest text that is searched for names. */
const MAX_TEXT = 65_536;
/** What ends a simple command of a shell, as far as this search needs it. */
const SEPARATORS = /&&|\|\||[;|&(){}\n`]|\$\(|<\(/;
/** Words that may precede a command without being one. */
const LEADING = /^(?:then|do|else|elif|if|while|until|!|exec|eval|time|command|builtin|[A-Za-z_]\w*=\S*)$/;

/**
 * The agent that a shell text visibly starts, or null if it starts none. When in doubt, names one.
 */
export function agentInText(text: string): string | null {
  for (const words of commandsOf(text)) {
    const [first = ''] = words;
    if (isReader(first)) {
      // `npm exec`, `npm x` and an exported shell do start something.
      if (!/^(?:npm)$/.test(first) || !/^(?:exec|x)$/.test(words[1] ?? '')) continue;
    }
    for (const [index, word] of words.entries()) {
      const name = agentNamed(word.slice(word.indexOf('=') + 1));
      if (name !== null && (index === 0 || !SHORT.has(name))) return name;
    }
    const named = agentInName(first);
    if (named !== null) return named;
  }
  return null;
}

/** The simple commands of a shell text, in order, without quotes and comments. */
export function commandsOf(text: string): readonly (readonly string[])[] {
  return text
    .slice(0, MAX_TEXT)
    .replaceAll(/\\\n/g, ' ')
    .replaceAll(/(^|\s)#.*$/gm, '$1')
    .split(SEPARATORS)
    .map((command) => {
      const words = command
        .replaceAll(/["'\\]/g, ' ')
        .split(/\s+/)
        .filter(Boolean);
      const begin = words.findIndex((word) => !LEADING.test(word));
      return begin < 0 ? [] : words.slice(begin);
    })
    .filter((words) => words.length > 0);
}

/** A word that contains several words: possibly a shell text. */
export const isText = (word: string): boolean => /\s/.test(word);
