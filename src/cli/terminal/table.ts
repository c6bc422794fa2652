import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';

/**
 * Columns as wide as what is in them, the last one as long as it is. Each line is cut to `width`
 * columns; undefined or 0, as an unsized terminal has it, cuts nothing.
 */
export function table(rows: readonly (readonly string[])[], width: number | undefined): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => stringWidth(row[column] ?? ''))));
  return rows.map((row) => {
    const padded = row.map((cell, column) =>
      column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - stringWidth(cell)),
    );
    const line = padded.join('  ').trimEnd();
    return width ? cliTruncate(line, width) : line;
  });
}
