import type { Signal } from '../../core/model/facts.ts';
import { Repeats } from '../calls/repeats.ts';
import type { Interpreter, LogContext, Reading } from '../contract/agent.ts';
import type { Read } from '../event/fields.ts';
import { ANY_TEXT, NUMBER, TEXT } from '../event/form.ts';
import { jsonLine, typeOf } from '../event/json.ts';
import { usageSignal } from '../lines/counts.ts';
import { donePattern, NO_PATTERN } from '../lines/done-pattern.ts';
import { plainLine } from '../lines/plain.ts';
import { isProgramLine } from '../lines/program.ts';
import { refusal } from '../lines/refusals.ts';
import { short } from '../lines/short.ts';
import { todos } from '../lines/todos.ts';
import { NO_SPACE, type Troubles, troubleOf, withRetry } from '../lines/troubles.ts';
import { type Events, wordsAndEvents } from '../lines/words-and-events.ts';
import { callIn } from './calls.ts';
import { CODEX_COUNTS, shareOf } from './usage.ts';

/** Codex retries by itself (0.169.0). */
const RETRY = /^Reconnecting\.\.\. /;
const WRITER = 'already has an active writer';
const IN_USE = /\balready has an active writer\b/;
/**
 * Codex's own words, in an event or in prose (0.169.0, and reports from users of earlier versions).
 */
const WORDS: Troubles = [
  [RETRY, null],
  [/^You['’]ve hit your usage limit\b|^Your workspace is out of credits|^You hit your spend cap|^Quota exceeded\b/, 'limit'],
  [/^Codex ran out of room in the model's context window/, 'context'],
  [/^Error: thread\/resume\b.{0,300}\bno rollout found/, 'session-missing'],
  // After a power cut: nothing that was written to it had reached the disk.
  [/^Error: thread\/resume: thread\/resume failed: failed to read thread: .{1,4000} is empty \(code /, 'session-missing'],
  // Another process is still writing to the thread, but not forever.
  [IN_USE, 'transient'],
  [/^exceeded retry limit|^stream disconnected|^We['’]re currently experiencing high demand|^Selected model is at capacity/, 'transient'],
];
/** How a line with one of these words begins if it does not look like a program's line anyway. */
const BEGINNING =
  /^(?:Your workspace is out of credits|You hit your spend cap|Codex ran out of room|We['’]re currently|Selected model is|exceeded retry limit|stream disconnected)/;
/** In prose only: a line in which the program reports an error. */
const COMPLAINT = /^(?:ERROR|Error): /;
const SESSION = /^session id: ([0-9a-f-]{36})$/;
/** Lines of codex's own log, which report what it handles by itself. */
const OWN_LOG = /^\d{4}-\d\d-\d\dT\S{1,30} +[A-Z]{4,5} /;

const EVENT_FIELDS = {
  thread_id: 'string',
  message: 'string',
  error: { message: 'string' },
  usage: CODEX_COUNTS,
  item: { type: 'string', text: 'string', message: 'string', items: 'any' },
} as const;
type Item = NonNullable<Read<typeof EVENT_FIELDS>['item']>;
type Completed = Pick<Read<typeof EVENT_FIELDS>, 'thread_id' | 'usage'>;

/**
 * Interprets the lines of `codex exec`. Only the envelope of an event decides, never what a model
 * said or a tool read.
 */
export function codexInterpreter(spec: Reading, context: LogContext): Interpreter {
  const done = donePattern(spec);
  const repeats = new Repeats();
  const usage = totals(spec, context);
  return wordsAndEvents(
    EVENTS,
    (text) => event(text, { done, repeats, usage }, context),
    (text) => plain(plainLine(text), context),
  );
}

/** The options or words of a command that continues a thread which may be older than the run. */
const CONTINUES = /^(?:resume|fork)$/;

/** What the thread used so far, in all its turns, also in those that were killed (0.169.0). */
interface Totals {
  started(id: string | undefined): void;
  completed(event: Completed): readonly Signal[];
}

function totals({ command }: Reading, { session }: LogContext): Totals {
  const older = command.some((word) => CONTINUES.test(word)) ? { mayBeOlder: true } : {};
  let thread: string | null = null;
  return {
    started(id) {
      thread = id ?? thread ?? session();
    },
    completed({ thread_id: id, usage }) {
      thread = id ?? thread ?? session();
      return usage == null || thread === null ? [] : usageSignal({ of: 'session', id: thread, shares: [shareOf(null, usage)], ...older });
    },
  };
}

const EVENTS: Events = { event: /^\{"type":"(?:thread|turn|item)\.|^\{"type":"error"/, works: /^\{"type":"(?:item\.|turn\.completed)/ };

/** The type of an item, as the beginning of the event says it. */
const ITEM = /^\{"type":"item\.(?:completed|updated)","item":\{"id":"[^"]{1,64}","type":"([a-z_]{1,32})"/;
/** Parsing is for these only: a tool's output may be long, and nothing in it matters. */
const PARSED: readonly (string | undefined)[] = [undefined, 'agent_message', 'error', 'todo_list'];

/** Events in the form that codex writes them in (0.169.0). */
const STARTED = new RegExp(`^\\{"type":"thread\\.started","thread_id":${TEXT}\\}$`);
const COMPLETED = new RegExp(
  `^\\{"type":"turn\\.completed","usage":\\{"input_tokens":${NUMBER},"cached_input_tokens":${NUMBER},` +
    `(?:"cache_write_input_tokens":${NUMBER},)?"output_tokens":${NUMBER},"reasoning_output_tokens":${NUMBER}\\}\\}$`,
);
const FAILED = new RegExp(`^\\{"type":"turn\\.failed","error":\\{"message":${TEXT}\\}\\}$`);
const MESSAGE = new RegExp(`^\\{"type":"error","message":${TEXT}\\}$`);
const WARNING = new RegExp(`^\\{"type":"item\\.(?:completed|updated)","item":\\{"id":${ANY_TEXT},"type":"error","message":${TEXT}\\}\\}$`);

interface Heard {
  readonly done: (text: string) => Signal[];
  readonly repeats: Repeats;
  readonly usage: Totals;
}

function event(text: string, heard: Heard, context: LogContext): Signal[] {
  switch (typeOf(text)) {
    case 'error': {
      const message = MESSAGE.exec(text)?.[1] ?? jsonLine(text, EVENT_FIELDS)?.message ?? '';
      const trouble = refusal(message, context, WORDS);
      if (!RETRY.test(message)) return trouble === null ? [] : [trouble];
      return trouble?.kind === 'transient' ? withRetry(trouble) : [...(trouble === null ? [] : [trouble]), retrying(message)];
    }
    case 'item.completed':
    case 'item.updated':
      return itemEvent(ITEM.exec(text)?.[1], text, heard, context);
    case 'thread.started': {
      const id = STARTED.exec(text)?.[1] ?? jsonLine(text, EVENT_FIELDS)?.thread_id;
      heard.usage.started(id);
      return id === undefined ? [] : [{ kind: 'session', id }];
    }
    case 'turn.completed':
      return [...heard.usage.completed(completedIn(text)), { kind: 'turn', well: true }];
    case 'turn.failed':
      return [
        whatFailed(FAILED.exec(text)?.[1] ?? jsonLine(text, EVENT_FIELDS)?.error?.message ?? 'the turn failed', context),
        { kind: 'turn', well: false },
      ];
    default:
      return [];
  }
}

function completedIn(text: string): Completed {
  const found = COMPLETED.exec(text);
  if (found === null) return jsonLine(text, EVENT_FIELDS) ?? {};
  const [, input, cached, written, output, reasoning] = found;
  return {
    usage: {
      input_tokens: Number(input),
      cached_input_tokens: Number(cached),
      ...(written !== undefined && { cache_write_input_tokens: Number(written) }),
      output_tokens: Number(output),
      reasoning_output_tokens: Number(reasoning),
    },
  };
}

function itemEvent(type: string | undefined, text: string, { done, repeats }: Heard, context: LogContext): Signal[] {
  if (isTool(type)) return [{ kind: 'tool' }, ...callIn(text, repeats)];
  const warning = type === 'error' ? WARNING.exec(text)?.[1] : undefined;
  if (warning !== undefined) return warned(warning, context);
  if (!PARSED.includes(type) || (type === 'agent_message' && done === NO_PATTERN)) return [];
  return item(jsonLine(text, EVENT_FIELDS)?.item, done, context);
}

const TOOLS: readonly (string | undefined)[] = ['command_execution', 'file_change', 'mcp_tool_call', 'web_search'];
const isTool = (type: string | undefined): boolean => TOOLS.includes(type);

/**
 * Refused or without a network, codex retries: forever, unless the connection itself is refused.
 */
const retrying = (message: string): Signal => ({ kind: 'retrying', text: short(message) });

/** Only a warning, unless it says that codex could not write. */
const warned = (message: string, context: LogContext): Signal[] =>
  NO_SPACE.test(message) ? [troubleOf('no-space', message, context)] : [];

function item(item: Item | undefined, done: (text: string) => Signal[], context: LogContext): Signal[] {
  switch (item?.type) {
    case 'agent_message':
      return done(item.text ?? '');
    case 'error':
      return warned(item.message ?? '', context);
    case 'todo_list':
      return todos(item.items, (one: { completed?: unknown } | null) => one?.completed === true);
    default:
      return isTool(item?.type) ? [{ kind: 'tool' }] : [];
  }
}

/** What the model said in a line, or null if it said nothing. */
export function saidByCodex(line: string): string | null {
  if (typeOf(line) !== 'item.completed') return null;
  const said = jsonLine(line, EVENT_FIELDS)?.item;
  return said?.type === 'agent_message' ? (said.text ?? null) : null;
}

const whatFailed = (message: string, context: LogContext): Signal =>
  refusal(message, context, WORDS) ?? troubleOf('error', message, context);

function plain(text: string, context: LogContext): Signal[] {
  const session = SESSION.exec(text)?.[1];
  if (session !== undefined) return [{ kind: 'session', id: session }];
  if (OWN_LOG.test(text)) return [];
  const complaint = COMPLAINT.test(text) ? text.replace(COMPLAINT, '') : text;
  if (RETRY.test(complaint)) return [retrying(complaint)];
  if (complaint === text && !BEGINNING.test(text) && !(text.includes(WRITER) && IN_USE.test(text)) && !isProgramLine(text)) return [];
  const isKnown = WORDS.some(([pattern]) => pattern.test(text));
  const trouble = refusal(isKnown ? text : complaint, context, WORDS);
  if (trouble !== null) return [trouble];
  return complaint === text ? [] : [troubleOf('error', complaint, context)];
}
