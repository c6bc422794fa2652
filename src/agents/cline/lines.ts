import type { Signal } from '../../core/model/facts.ts';
import { promptOf } from '../../core/spend/tokens.ts';
import { Repeats } from '../calls/repeats.ts';
import type { Interpreter, LogContext, Reading } from '../contract/agent.ts';
import type { Read } from '../event/fields.ts';
import { jsonLine } from '../event/json.ts';
import { nameOf, statedUsd, tokensFrom, usageSignal } from '../lines/counts.ts';
import { donePattern } from '../lines/done-pattern.ts';
import { plainLine } from '../lines/plain.ts';
import { isProgramLine } from '../lines/program.ts';
import { refusal } from '../lines/refusals.ts';
import { troubleOf } from '../lines/troubles.ts';
import { type Events, wordsAndEvents } from '../lines/words-and-events.ts';
import { callIn, resultIn } from './calls.ts';

const TYPE = /^\{"ts":"([^"]{1,40})","type":"(\w{1,32})"(?:,"event":\{"type":"(\w{1,32})"(?:,"contentType":"(\w{1,16})")?)?/;

const COUNTS = { inputTokens: 'any', outputTokens: 'any', cacheReadTokens: 'any', cacheWriteTokens: 'any', totalCost: 'any' } as const;
type Counts = Read<typeof COUNTS>;

const EVENT_FIELDS = {
  message: 'string',
  text: 'string',
  finishReason: 'string',
  aggregateUsage: COUNTS,
  model: { id: 'any' },
  event: { ...COUNTS, text: 'string', errorClass: 'string' },
} as const;
type Event = Read<typeof EVENT_FIELDS>;

const EVENTS: Events = {
  event: /^\{"ts":"[^"]{1,40}","type":"/,
  works: /^\{"ts":"[^"]{1,40}","type":"agent_event","event":\{"type":"content_/,
};

/**
 * Interprets the lines of `cline --json` (3.0.65), and prose. Only the envelope of an event
 * decides. What the provider said of a refusal arrives without its status and its reset.
 */
export function clineInterpreter(spec: Reading, context: LogContext): Interpreter {
  const done = donePattern(spec);
  const repeats = new Repeats();
  let errorClass = '';

  const failed = (text: string): Signal =>
    errorClass === 'auth' ? troubleOf('auth', text, context) : (refusal(text, context) ?? troubleOf('error', text, context));

  const agentEvent = (text: string, ts: string, kind: string, content: string | undefined): Signal[] => {
    switch (kind) {
      case 'usage':
        return [...answer(ts, jsonLine(text, EVENT_FIELDS)?.event ?? {})];
      case 'error':
        errorClass = jsonLine(text, EVENT_FIELDS)?.event?.errorClass ?? '';
        return [];
      case 'content_start':
        return content === 'tool' ? callIn(text, repeats) : [];
      case 'content_end':
        if (content === 'tool') return [{ kind: 'tool' }, ...resultIn(text, repeats)];
        return content === 'text' && spec.done.logPattern !== null ? done(jsonLine(text, EVENT_FIELDS)?.event?.text ?? '') : [];
      default:
        return [];
    }
  };

  const line = (text: string): Signal[] => {
    const [, ts = '', type, kind = '', content] = TYPE.exec(text) ?? [];
    switch (type) {
      case 'agent_event':
        return agentEvent(text, ts, kind, content);
      case 'error': {
        // The same once more, on stderr, or why it did not start.
        const message = jsonLine(text, EVENT_FIELDS)?.message ?? '';
        return errorClass === '' ? [failed(message)] : [];
      }
      case 'run_result':
        return result(jsonLine(text, EVENT_FIELDS) ?? {});
      default:
        return [];
    }
  };

  const result = ({ finishReason, text = 'the turn failed', aggregateUsage, model }: Event): Signal[] => {
    const used = total(aggregateUsage ?? {}, model?.id);
    if (finishReason === 'completed') return [...used, { kind: 'turn', well: true }];
    return [...used, ...(finishReason === 'aborted' ? [] : [failed(text)]), { kind: 'turn', well: false }];
  };

  return wordsAndEvents(EVENTS, line, (text) => {
    const words = plainLine(text).replace(/^error: /, 'Error: ');
    const trouble = isProgramLine(words) ? refusal(words, context) : null;
    return trouble === null ? [] : [trouble];
  });
}

const tokensOf = ({ inputTokens: input, outputTokens: output, cacheReadTokens: cacheRead, cacheWriteTokens: cacheWrite }: Counts) =>
  tokensFrom({ input, output, cacheRead, cacheWrite }, 'all');

/** An answer: its input includes what the cache holds. It has no id, but its own moment. */
function answer(ts: string, counts: Counts): readonly Signal[] {
  const tokens = tokensOf(counts);
  return usageSignal({ of: 'answer', id: `cline ${ts}`, shares: [{ model: null, tokens, money: null }], context: promptOf(tokens) });
}

/** Everything that the process used, with its sub-agents, and what it cost if that is known. */
const total = (counts: Counts, model: unknown): readonly Signal[] =>
  usageSignal({ of: 'attempt', id: '', shares: [{ model: nameOf(model), tokens: tokensOf(counts), money: statedUsd(counts.totalCost) }] });

/** What the model said in a line, or null if it said nothing. */
export function saidByCline(line: string): string | null {
  const [, , , kind, content] = TYPE.exec(line) ?? [];
  return kind === 'content_end' && content === 'text' ? (jsonLine(line, EVENT_FIELDS)?.event?.text ?? null) : null;
}
