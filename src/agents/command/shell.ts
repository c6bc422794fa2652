import { plainWords } from './plain-words.ts';

const SHELLS = /^(?:ba|da|k|z|a)?sh$/;
/** `-c`, also among letters that stand together: `-lc`. */
const TEXT_OPTION = /^-[A-Za-z]*c$/;
/** What may come before the last command of a text without changing what its words mean: simple commands, one after the other. */
const BEFORE = /^(?:[\w@%+=:,./~ -]+(?:&&|;|\n)\s*)*$/;
const KEYWORD = /(?:^|[;&\n]\s*)(?:if|then|else|elif|for|while|until|do|case|function|select|time|coproc|alias|exec)\s/;

/**
 * A shell that is given a text whose last command needs no shell (`bash -lc 'cd /srv && claude -p "do it"'`) as the same command with that
 * last command in words of its own, which can be added to: `bash -lc 'cd /srv && "$@"' bash claude -p 'do it'`. Null: it is no such command.
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

/** Where the words of the command begin that such a shell was given; null: this is no such shell. */
export function behindShell(argv: readonly string[], at: number): number | null {
  const shell = argv[at] ?? '';
  if (!SHELLS.test(shell.slice(shell.lastIndexOf('/') + 1))) return null;
  const option = argv.findIndex((word, index) => index > at && !(word.startsWith('-') && !TEXT_OPTION.test(word)));
  return TEXT_OPTION.test(argv[option] ?? '') && /(?:^|\s)"\$@"$/.test(argv[option + 1] ?? '') ? option + 3 : null;
}
