import { stripVTControlCharacters, styleText } from 'node:util';

/** Text that comes from a run, made harmless for a terminal: no escapes, no control characters but the tab; line ends become spaces. */
export const harmless = (text: string): string =>
  stripVTControlCharacters(text.replaceAll(/[\r\n]+/g, ' ')).replaceAll(/(?!\t)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, '\uFFFD');

type Format = Parameters<typeof styleText>[0];

/** Coloured where the stream is a terminal that wants colours. */
export const paint = (format: Format, text: string, stream: NodeJS.WritableStream = process.stdout): string =>
  styleText(format, text, { stream });

/** The colour of a state: what needs a person stands out. */
export function stateFormat(state: string): Format {
  if (state === 'complete') return 'green';
  if (state === 'escalated' || state === 'handed-off' || state === 'failed') return 'red';
  if (state === 'held' || state === 'waiting' || state === 'quiet') return 'yellow';
  return state === 'stopped' ? 'dim' : 'cyan';
}

/** Columns wide enough for what is in them, the last one as long as it is; on a terminal cut to its width. */
export function table(rows: readonly (readonly string[])[], width: number | undefined): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => {
    const line = row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
    return width === undefined || line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`;
  });
}

/** A reader that goes away (`| head`) is no error of ours. */
export function quietOnBrokenPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
