import stringWidth from 'string-width';

const PRINTABLE = /^[ -~]*$/;

/** How many columns a text without escapes takes on a terminal. */
export const columnsOf = (text: string): number => (PRINTABLE.test(text) ? text.length : stringWidth(text));

/** The text in at most this many columns: its beginning, with a mark where something is missing. */
export function cut(text: string, columns: number, mark = '…'): string {
  if (columnsOf(text) <= columns) return text;
  const room = columns - columnsOf(mark);
  if (room < 0) return mark.slice(0, Math.max(0, columns));
  return `${text.slice(0, prefixLength(text, room))}${mark}`;
}

/** The same text with spaces up to this many columns. */
export const pad = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - columnsOf(text)));

/**
 * The whole text in lines of at most this many columns, broken between words where that is
 * possible. Nothing is left out.
 */
export function wrap(text: string, columns: number): readonly string[] {
  const room = Math.max(1, columns);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (columnsOf(longer) <= room) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (columnsOf(line) > room) {
      const length = Math.max(1, prefixLength(line, room));
      lines.push(line.slice(0, length));
      line = line.slice(length);
    }
  }
  return [...lines, line];
}

/** The length of the longest beginning, of whole characters, in this many columns. */
function prefixLength(text: string, columns: number): number {
  if (PRINTABLE.test(text)) return Math.min(text.length, columns);
  let [length, used] = [0, 0];
  while (length < text.length) {
    // A character that people write takes few code units; a text may have very many.
    const [first] = segmenter().segment(text.slice(length, length + 64));
    if (first === undefined) break;
    const wide = columnsOf(first.segment);
    if (used + wide > columns) break;
    used += wide;
    length += first.segment.length;
  }
  return length;
}

let shared: Intl.Segmenter | null = null;

/** Made when it is first needed: most texts fit. */
function segmenter(): Intl.Segmenter {
  shared ??= new Intl.Segmenter('en');
  return shared;
}
