/** A word that contains nothing special to a shell, or is quoted. */
const WORD = /(?:[\w@%+=:,./-]+|'[^']*'|"[^"$`\\!]*")+/y;
const QUOTED = /'([^']*)'|"([^"]*)"/g;

/**
 * The words of a command that needs no shell, or null if it needs one, in which case what it runs
 * is unknown.
 */
export function plainWords(command: string): readonly string[] | null {
  const text = command.trim();
  const words: string[] = [];
  for (let at = 0; at < text.length; ) {
    WORD.lastIndex = at;
    const [word] = WORD.exec(text) ?? [];
    if (word === undefined) return null;
    words.push(word.replaceAll(QUOTED, (_, single?: string, double?: string) => single ?? double ?? ''));
    at = WORD.lastIndex;
    const blank = /^\s+/.exec(text.slice(at))?.[0].length ?? 0;
    if (blank === 0 && at < text.length) return null;
    at += blank;
  }
  return words.length === 0 || words[0]?.includes('=') ? null : words;
}
