import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';

/**
 * Renders rows with aligned columns; the last column is not padded. Truncates each line to `width`
 * columns, or not at all if it is undefined or 0 (a terminal without a size).
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
