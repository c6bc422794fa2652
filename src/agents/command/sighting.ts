import type { AgentName } from '../../core/model/facts.ts';
import { KNOWN_AGENTS } from '../../core/values/agent-names.ts';
import { agentInName, agentInText, agentNamed, isReader, isShortName, isText } from './agent-words.ts';
import { behindWrappers } from './wrappers.ts';

/**
 * What a command line looks like. `agent`: one of its words is the program of an agent that
 * dogwatch has a module for, behind known wrappers or (`isSure` is false) behind something else.
 * `doubt`: it seems to contain an agent that dogwatch cannot take hold of. `nothing`: no word looks
 * like an agent.
 */
export type Sighting =
  | { readonly kind: 'agent'; readonly name: Exclude<AgentName, 'generic'>; readonly index: number; readonly isSure: boolean }
  | { readonly kind: 'doubt'; readonly name: string; readonly where: string }
  | { readonly kind: 'nothing' };

export function lookFor(argv: readonly string[]): Sighting {
  const begin = behindWrappers(argv);
  const index = agentWord(argv, begin);
  const word = argv[index] ?? '';
  const name = agentNamed(behindEquals(word));
  if (name === null) return inDoubt(argv, begin);
  const known = KNOWN_AGENTS.find((one) => one === name);
  const isSure = index === begin && !word.includes('=');
  // A word after an option may be its value, and what a program that only reads is given starts
  // nothing.
  const isValue = word.includes('=') || isOption(argv[index - 1] ?? '') || isReader(argv[begin] ?? '');
  if (known !== undefined && (isSure || !(isValue || isShortName(known))))
    return { kind: 'agent', name: known, index: argumentsFrom(argv, index) - 1, isSure };
  return { kind: 'doubt', name, where: isSure ? 'which dogwatch has no module for' : `behind \`${argv[begin] ?? ''}\`` };
}

/**
 * The index at which the arguments of the program at `index` begin: `npm exec PACKAGE --` and `nix
 * run FLAKE --` consume the dashes.
 */
function argumentsFrom(argv: readonly string[], index: number): number {
  const before = argv.slice(0, index);
  const isPackage = argv[index]?.includes('#') || (before.includes('npm') && !before.includes('--'));
  return isPackage && argv[index + 1] === '--' ? index + 2 : index + 1;
}

const isOption = (word: string): boolean => word.startsWith('-') && word !== '--';

/** What follows the `=` of an option or an assignment, or the word itself if there is none. */
const behindEquals = (word: string): string => (/^(?:--?[\w-]+|[A-Za-z_]\w*)=/.test(word) ? word.slice(word.indexOf('=') + 1) : word);

/**
 * The first word from the program on that is a known agent's name, else the first that looks like
 * one. -1 if there is none.
 */
function agentWord(argv: readonly string[], begin: number): number {
  const from = argv.findIndex((word, index) => index >= begin && agentNamed(behindEquals(word)) !== null);
  return from >= 0 ? from : argv.findIndex((word) => agentNamed(behindEquals(word)) !== null);
}

function inDoubt(argv: readonly string[], begin: number): Sighting {
  const program = argv[begin] ?? '';
  for (const word of argv) {
    const name = isText(word) ? agentInText(word) : null;
    if (name !== null) return { kind: 'doubt', name, where: `inside a text that \`${program}\` is given` };
  }
  const named = agentInName(program);
  return named === null ? { kind: 'nothing' } : { kind: 'doubt', name: named, where: `by the name of ${program}` };
}
