import { styleText } from 'node:util';
import type { RunState } from '../../core/model/facts.ts';
import { needsAttention } from '../../core/run/owner.ts';

type Format = Parameters<typeof styleText>[0];

/** Colours the text if the stream is a terminal that accepts colours. */
export const paint = (format: Format, text: string, stream: NodeJS.WritableStream = process.stdout): string =>
  styleText(format, text, { stream });

/** The colour of a state; those that need a person stand out. */
export function stateFormat(state: RunState): Format {
  if (state === 'complete') return 'green';
  if (needsAttention(state)) return 'red';
  if (state === 'held' || state === 'waiting' || state === 'quiet') return 'yellow';
  return state === 'stopped' ? 'dim' : 'cyan';
}
