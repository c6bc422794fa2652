import { styleText } from 'node:util';
import type { RunState } from '../../core/model/facts.ts';
import { needsAttention } from '../../core/run/owner.ts';

type Format = Parameters<typeof styleText>[0];

/** Coloured where the stream is a terminal that wants colours. */
export const paint = (format: Format, text: string, stream: NodeJS.WritableStream = process.stdout): string =>
  styleText(format, text, { stream });

/** The colour of a state: what needs a person stands out. */
export function stateFormat(state: RunState): Format {
  if (state === 'complete') return 'green';
  if (needsAttention(state)) return 'red';
  if (state === 'held' || state === 'waiting' || state === 'quiet') return 'yellow';
  return state === 'stopped' ? 'dim' : 'cyan';
}
