import { plainWords } from './plain-words.ts';

const SHELLS = /^(?:ba|da|k|z|a)?sh$/;
/** `-c`, also among combined letters: `-lc`. */
const TEXT_OPTION = /^-[A-Za-z]*c$/;
/**
 * What may precede the last command of a text without changing what its words mean: simple
 * commands, one after the other.
 */
const BEFORE = /^(?:[\w@%+=:,./~ -]+(?:&&|;|\n)\s*)*$/;
const KEYWORD = /(?:^|[;&\n]\s*)(?:if|then|else|elif|for|while|until|do|case|function|select|time|coproc|alias|exec)\s/;

/**
 * A shell command whose text ends in a command that needs no shell (`bash -lc 'cd /srv && claude -p
 * "do it"'`), rewritten so that this last command is separate words, to which others can be added:
 * `bash -lc 'cd /srv && "$@"' bash claude -p 'do it'`. Null if it is no such command.
 */
export function unfolded(argv: readonly string[]): readonly string[] | null {
  const at = argv.length - 2;
  const text = argv[at + 1] ?? '';
  const shell = argv.slice(0, at).findLast((word) => !word.startsWith('-')) ?? '';
  const name = shell.slice(shell.lastIndexOf('/') + 1);
  if (!SHELLS.test(name) || !TEXT_OPTION.test(argv[at] ?? '')) return null;
  for (const begin of [0, ...[...text.matchAll(/&&|;|\n/g)].map((mark) => mark.index + mark[0].length)]) {
    const before = text.slice(0, begin);
    const command = text.slice(begin).trim();
    const words = plainWords(command.replace(/^exec\s+/, ''));
    if (words === null || !BEFORE.test(before) || KEYWORD.test(before)) continue;
    const lead = before === '' ? '' : `${before.trimEnd()} `;
    return [...argv.slice(0, at + 1), `${lead}${command.startsWith('exec ') || lead === '' ? 'exec ' : ''}"$@"`, name, ...words];
  }
  return null;
}

/**
 * The index at which the words of the command given to such a shell begin, or null if this is no
 * such shell.
 */
export function behindShell(argv: readonly string[], at: number): number | null {
  const shell = argv[at] ?? '';
  if (!SHELLS.test(shell.slice(shell.lastIndexOf('/') + 1))) return null;
  const option = argv.findIndex((word, index) => index > at && !(word.startsWith('-') && !TEXT_OPTION.test(word)));
  return TEXT_OPTION.test(argv[option] ?? '') && /(?:^|\s)"\$@"$/.test(argv[option + 1] ?? '') ? option + 3 : null;
}
