import type { Signal } from '../../core/model/facts.ts';
import type { Interpreter, LogContext, Reading } from '../contract/agent.ts';
import { donePattern } from '../lines/done-pattern.ts';
import { jsonLine } from '../lines/json.ts';
import { plainLine } from '../lines/plain.ts';
import { isProgramLine } from '../lines/program.ts';
import { refusal } from '../lines/refusals.ts';
import { short } from '../lines/short.ts';
import { todos } from '../lines/todos.ts';
import { NO_SPACE, type Troubles, troubleOf } from '../lines/troubles.ts';
import { type Events, wordsAndEvents } from '../lines/words-and-events.ts';

/** It copes by itself (0.169.0). */
const RETRY = /^Reconnecting\.\.\. /;
const WRITER = 'already has an active writer';
const IN_USE = /\balready has an active writer\b/;
/** Words of codex itself, in an event or in prose (0.169.0, and what users of earlier versions reported). */
const WORDS: Troubles = [
  [RETRY, null],
  [/^You['’]ve hit your usage limit\b|^Your workspace is out of credits|^You hit your spend cap|^Quota exceeded\b/, 'limit'],
  [/^Codex ran out of room in the model's context window/, 'context'],
  [/^Error: thread\/resume\b.{0,300}\bno rollout found/, 'session-missing'],
  // Another process still writes to the thread: it will not for ever.
  [IN_USE, 'transient'],
  [/^exceeded retry limit|^stream disconnected|^We['’]re currently experiencing high demand|^Selected model is at capacity/, 'transient'],
];
/** How a line begins that one of these words is in, where it is not a program's line anyway. */
const BEGINNING =
  /^(?:Your workspace is out of credits|You hit your spend cap|Codex ran out of room|We['’]re currently|Selected model is|exceeded retry limit|stream disconnected)/;
/** Only in prose: a line that is a complaint of the program. */
const COMPLAINT = /^(?:ERROR|Error): /;
const SESSION = /^session id: ([0-9a-f-]{36})$/;
/** Lines of codex's own log tell of what it copes with. */
const OWN_LOG = /^\d{4}-\d\d-\d\dT\S{1,30} +[A-Z]{4,5} /;

interface Event {
  readonly type: string;
  readonly thread_id: string;
  readonly message: string;
  readonly error: { readonly message?: string };
  readonly item: {
    readonly type?: string;
    readonly text?: string;
    readonly message?: string;
    readonly items?: readonly { completed?: boolean }[];
  };
}

/** Understands the lines of `codex exec`. Only the envelope of an event decides, never what a model said or a tool read. */
export function codexInterpreter(spec: Reading, context: LogContext): Interpreter {
  const done = donePattern(spec);
  return wordsAndEvents(
    EVENTS,
    (text) => event(text, done, context),
    (text) => plain(plainLine(text), context),
  );
}

const EVENTS: Events = { event: /^\{"type":"(?:thread|turn|item)\.|^\{"type":"error"/, works: /^\{"type":"(?:item\.|turn\.completed)/ };

/** The output of a tool may be long, and is of no interest. */
const TOOL_ITEM =
  /^\{"type":"item\.(?:completed|updated)","item":\{"id":"[^"]{1,64}","type":"(?:command_execution|file_change|mcp_tool_call|web_search)"/;
const HEAD_LENGTH = 192;

const TYPE = /^\{"type":"([a-z_.]{1,32})"/;

function event(text: string, done: (text: string) => Signal[], context: LogContext): Signal[] {
  switch (TYPE.exec(text)?.[1]) {
    case 'thread.started': {
      const id = jsonLine<Event>(text)?.thread_id;
      return id === undefined ? [] : [{ kind: 'session', id }];
    }
    case 'turn.completed':
      return [{ kind: 'turn', well: true }];
    case 'turn.failed':
      return [whatFailed(jsonLine<Event>(text)?.error?.message ?? 'the turn failed', context), { kind: 'turn', well: false }];
    case 'error': {
      const message = jsonLine<Event>(text)?.message ?? '';
      const trouble = refusal(message, context, WORDS);
      return [...(trouble === null ? [] : [trouble]), ...retry(message)];
    }
    case 'item.completed':
    case 'item.updated':
      return TOOL_ITEM.test(text.slice(0, HEAD_LENGTH)) ? [{ kind: 'tool' }] : item(jsonLine<Event>(text)?.item, done, context);
    default:
      return [];
  }
}

/** It was refused, or has no network, and tries again: for ever, where nobody refuses the connection itself. */
const retry = (message: string): Signal[] => (RETRY.test(message) ? [{ kind: 'retrying', text: short(message) }] : []);

function item(item: Event['item'] | undefined, done: (text: string) => Signal[], context: LogContext): Signal[] {
  switch (item?.type) {
    case 'agent_message':
      return done(item.text ?? '');
    case 'error':
      // A warning, but where it could not write.
      return NO_SPACE.test(item.message ?? '') ? [troubleOf('no-space', item.message ?? '', context)] : [];
    case 'todo_list':
      return todos(item.items, ({ completed }: { completed?: boolean }) => completed === true);
    case 'command_execution':
    case 'file_change':
    case 'mcp_tool_call':
    case 'web_search':
      return [{ kind: 'tool' }];
    default:
      return [];
  }
}

/** What the model said in a line; null: nothing. */
export function saidByCodex(line: string): string | null {
  if (TYPE.exec(line)?.[1] !== 'item.completed') return null;
  const said = jsonLine<Event>(line)?.item;
  return said?.type === 'agent_message' ? (said.text ?? null) : null;
}

const whatFailed = (message: string, context: LogContext): Signal =>
  refusal(message, context, WORDS) ?? troubleOf('error', message, context);

function plain(text: string, context: LogContext): Signal[] {
  const session = SESSION.exec(text)?.[1];
  if (session !== undefined) return [{ kind: 'session', id: session }];
  if (OWN_LOG.test(text)) return [];
  const complaint = COMPLAINT.test(text) ? text.replace(COMPLAINT, '') : text;
  if (RETRY.test(complaint)) return retry(complaint);
  if (complaint === text && !BEGINNING.test(text) && !(text.includes(WRITER) && IN_USE.test(text)) && !isProgramLine(text)) return [];
  const isKnown = WORDS.some(([pattern]) => pattern.test(text));
  const trouble = refusal(isKnown ? text : complaint, context, WORDS);
  if (trouble !== null) return [trouble];
  return complaint === text ? [] : [troubleOf('error', complaint, context)];
}
