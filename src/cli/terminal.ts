import { styleText } from 'node:util';

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
