import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Signal } from '../../core/model/facts.ts';
import type { Interpreter, LogContext, Reading } from '../contract/agent.ts';
import { jsonLine } from '../event/json.ts';
import { count, nameOf, usageSignal } from '../lines/counts.ts';
import { RATE_LIMITS_FIELDS, rateWindows } from './rate-windows.ts';
import { CODEX_COUNTS, shareOf } from './usage.ts';

/**
 * Codex's record of a thread (0.169.0). It says what each answer used as soon as it is whole, and
 * has the threads of sub-agents: the output only has a total of the main thread, at the end of a
 * turn that is not killed, and no word of the account's usage windows.
 */
export function rolloutInterpreter(_spec: Reading, { session }: Pick<LogContext, 'session'>): Interpreter {
  let model: string | null = null;
  const line = (text: string): readonly Signal[] => {
    switch (TYPE.exec(text.slice(0, HEAD_LENGTH))?.[1]) {
      case 'turn_context':
        model = nameOf(jsonLine(text, EVENT_FIELDS)?.payload?.model) ?? model;
        return [];
      case 'event_msg':
        return text.includes(RATE_LIMITS) ? rateWindows(jsonLine(text, EVENT_FIELDS)?.payload?.rate_limits) : [];
      case 'token_usage_record': {
        const { thread_id: thread, thread_token_usage: total, usage: last } = jsonLine(text, EVENT_FIELDS)?.payload ?? {};
        if (typeof thread !== 'string' || total == null || last == null) return [];
        const context = thread === session() ? { context: count(last.input_tokens) } : {};
        return usageSignal({ of: 'session', id: thread, shares: [shareOf(model, total)], since: [shareOf(model, last)], ...context });
      }
      default:
        return [];
    }
  };
  return { read: (lines) => lines.flatMap(line) };
}

const HEAD_LENGTH = 160;
const TYPE = /^\{"timestamp":"[^"]{1,40}",(?:"ordinal":\d{1,12},)?"type":"(turn_context|token_usage_record|event_msg)"/;
const RATE_LIMITS = '"rate_limits":{';

const EVENT_FIELDS = {
  payload: { model: 'any', thread_id: 'string', thread_token_usage: CODEX_COUNTS, usage: CODEX_COUNTS, rate_limits: RATE_LIMITS_FIELDS },
} as const;

/**
 * The records of a thread's sub-agents: they begin later, and name it. Only those of the last days
 * are searched.
 */
export const subRollouts = (record: string, directory: string, thread: string): readonly string[] =>
  lastDays(directory)
    .flatMap((day) => namesIn(day).map((name) => join(day, name)))
    .filter((path) => path !== record && basename(path) >= basename(record) && mainThreadOf(path) === thread);

const DAYS = 2;

/** The folders of the last days with records, in order: year, month, day. */
function lastDays(directory: string): readonly string[] {
  const last = (parents: readonly string[]) => parents.flatMap((parent) => namesIn(parent).map((name) => join(parent, name))).slice(-DAYS);
  return last(last(last([directory])));
}

const namesIn = (directory: string): readonly string[] => safely(() => readdirSync(directory).sort(), []);

const MAIN_BYTES = 512;
const MAIN = /^\{[^{]{1,128}"type":"session_meta","payload":\{[^{]{0,64}"session_id":"([^"]{1,64})"/;
const MAX_KNOWN = 10_000;
const known = new Map<string, string>();

/** The main thread that a record names in its first line, or null if it does not (yet). */
function mainThreadOf(path: string): string | null {
  const before = known.get(path);
  if (before !== undefined) return before;
  const main = MAIN.exec(safely(() => beginningOf(path), ''))?.[1] ?? null;
  if (known.size >= MAX_KNOWN) known.clear();
  if (main !== null) known.set(path, main);
  return main;
}

function beginningOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(MAIN_BYTES);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}

function safely<T>(act: () => T, otherwise: T): T {
  try {
    return act();
  } catch {
    return otherwise;
  }
}
