import type { Command } from '../core/model/facts.ts';
import type { Reply } from '../core/model/reply.ts';

/** What the page can ask for if it may. */
export const ACTS = ['pause', 'unpause', 'resume', 'stop', 'ack'] as const;
type Act = (typeof ACTS)[number];

/** Hands an operator's command to the watchdog. Throws what has a sentence for people. */
export type Submit = (run: string, command: Command) => Promise<Pick<Reply, 'accepted' | 'message'>>;

export interface Wish {
  readonly run: string;
  readonly command: Command;
}

const MAX_TEXT = 2000;

/** Reads the body of a request, or returns what is wrong with it. */
export function wishOf(body: unknown): Wish | string {
  if (typeof body !== 'object' || body === null) return 'expected a JSON object with `run` and `act`';
  const { run, act, name, because = '', prompt = '' } = body as Record<string, unknown>;
  if (typeof run !== 'string' || run === '' || run.length > MAX_TEXT) return 'expected `run`, the id of a run';
  if (!ACTS.some((one) => one === act)) return `expected \`act\` to be one of ${ACTS.join(', ')}`;
  if (typeof because !== 'string' || typeof prompt !== 'string' || because.length + prompt.length > MAX_TEXT)
    return `expected \`because\` and \`prompt\` to be texts of at most ${MAX_TEXT} characters`;
  // The page asks for the name: a stop does not happen by a slip of the hand.
  if (act === 'stop' && name !== run.replace(/\.\d+$/, '')) return 'to stop a run, its name has to be typed';
  return { run, command: commandOf(act as Act, because.trim(), prompt.trim()) };
}

function commandOf(act: Act, because: string, prompt: string): Command {
  switch (act) {
    case 'pause':
      return { kind: 'pause', because: because === '' ? 'asked for on the web page' : because };
    case 'stop':
      return { kind: 'stop', because: because === '' ? 'asked for on the web page' : because };
    case 'resume':
      return { kind: 'resume', prompt: prompt === '' ? null : prompt };
    default:
      return { kind: act };
  }
}
