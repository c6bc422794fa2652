/** Columns as wide as what is in them, the last one as long as it is. With a `width`, each line is cut to it. */
export function table(rows: readonly (readonly string[])[], width: number | undefined): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => columnsOf(row[column] ?? ''))));
  return rows.map((row) => {
    const padded = row.map((cell, column) =>
      column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - columnsOf(cell)),
    );
    return cut(padded.join('  ').trimEnd(), width);
  });
}

function cut(line: string, width: number | undefined): string {
  if (width === undefined || columnsOf(line) <= width) return line;
  let kept = '';
  let columns = 0;
  for (const character of line) {
    columns += columnsOf(character);
    // The last column is for the sign that something is missing.
    if (columns >= width) break;
    kept += character;
  }
  return `${kept}…`;
}

/** How much room a text takes on a terminal. */
function columnsOf(text: string): number {
  if (NARROW.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += NO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return columns;
}

const NARROW = /^[\x20-\x7e]*$/;
const NO_WIDTH = /[\p{Mark}\p{Cf}]/u;
const WIDE =
  /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
