import type { Signal } from '../../core/model/facts.ts';
import { Repeats } from '../calls/repeats.ts';
import type { Interpreter, LogContext, Reading } from '../contract/agent.ts';
import { jsonLine } from '../event/json.ts';
import { donePattern } from '../lines/done-pattern.ts';
import { plainLine } from '../lines/plain.ts';
import { refusal } from '../lines/refusals.ts';
import { isCompleted, todos } from '../lines/todos.ts';
import { type Troubles, withRetry } from '../lines/troubles.ts';
import { type Events, wordsAndEvents } from '../lines/words-and-events.ts';
import { callIn } from './calls.ts';
import { classifyError, ERROR } from './errors.ts';
import { sumsOf } from './sessions.ts';
import { stepUsage, sumsUsage } from './usage.ts';

/**
 * Interprets the lines of `opencode run`. Only the envelope of a JSON event decides, never what a
 * model said or a tool read.
 */
export function opencodeInterpreter(spec: Reading, context: LogContext): Interpreter {
  const done = donePattern(spec);
  const repeats = new Repeats();
  let root: string | null = null;
  const line = (text: string): Signal[] => {
    const type = EVENT.exec(text)?.[1];
    if (type === undefined) return [];
    const session = SESSION.exec(text.slice(0, HEAD_LENGTH))?.[1] ?? null;
    const update: Signal[] = root === null && session !== null ? [{ kind: 'session', id: session }] : [];
    root ??= session;
    // An event of a sub-agent's session says nothing about this session's turn.
    const used = usageIn(type, text, session === root, context);
    return session === root ? [...update, ...used, ...event(type, text, { done, repeats }, context)] : [...update, ...used];
  };
  return wordsAndEvents(EVENTS, line, (text) => plain(text, context));
}

function usageIn(type: string, text: string, isMain: boolean, { environment }: LogContext): readonly Signal[] {
  if (type === 'step_finish') return stepUsage(parse(text)?.part ?? {}, isMain);
  if (type !== 'tool_use' || environment === undefined || !text.slice(0, HEAD_LENGTH * 2).includes(IS_SUB_AGENT)) return [];
  const session = parse(text)?.part?.state?.metadata?.sessionId;
  return typeof session === 'string' ? sumsOf(session, environment()).flatMap(sumsUsage) : [];
}

/** The tool that lets a sub-agent work. */
const IS_SUB_AGENT = '"tool":"task"';

const EVENTS: Events = { event: /^\{"type":"[a-z_]{1,32}"/, works: /^\{"type":"(?:text|tool_use|step_finish|reasoning)"/ };
const HEAD_LENGTH = 256;
const EVENT = /^\{"type":"([a-z_]{1,32})"/;
const SESSION = /"sessionID":"(ses_[A-Za-z0-9]{1,64})"/;
const WRITES_LIST = '"tool":"todowrite"';

interface Heard {
  readonly done: (text: string) => Signal[];
  readonly repeats: Repeats;
}

function event(type: string, line: string, { done, repeats }: Heard, context: LogContext): Signal[] {
  switch (type) {
    case 'step_finish': {
      const reason = parse(line)?.part?.reason;
      // After `tool-calls` the turn continues. `unknown` is a stream that broke off, after which
      // opencode continues by itself.
      if (reason === 'stop') return [{ kind: 'turn', well: true }];
      return reason === 'length'
        ? [
            { kind: 'error', text: 'the answer reached the output limit of the model' },
            { kind: 'turn', well: false },
          ]
        : [];
    }
    case 'tool_use': {
      const list = line.slice(0, HEAD_LENGTH * 2).includes(WRITES_LIST) ? parse(line)?.part?.state?.input?.todos : undefined;
      return [{ kind: 'tool' }, ...callIn(line, repeats), ...(list === undefined ? [] : todos(list, isCompleted))];
    }
    case 'error':
      return [...classifyError(parse(line)?.error, context), { kind: 'turn', well: false }];
    case 'text':
      // The program wrote the line, but the model wrote its text, which is what an operator's
      // pattern is for.
      return done(textOf(line));
    default:
      return [];
  }
}

/** What the model said in a line, or an empty text if it said nothing. */
export const textOf = (line: string): string => (EVENT.exec(line)?.[1] === 'text' ? (parse(line)?.part?.text ?? '') : '');

const EVENT_FIELDS = {
  part: {
    id: 'string',
    cost: 'any',
    tokens: { cache: {} },
    reason: 'string',
    text: 'string',
    state: { input: { todos: 'any' }, metadata: { sessionId: 'string' } },
  },
  error: ERROR,
} as const;

const parse = (line: string) => jsonLine(line, EVENT_FIELDS);

/**
 * The program's own lines, on stderr beside the events or in its own log (1.18.33, and reports from
 * users of older versions).
 */
const PLAIN: Troubles = [
  [/^(?:\w*Error: | {1,4}message: ")Session not found\b/, 'session-missing'],
  [/^\w*Error: .{0,200}(?:ENOSPC(?!: System limit)|EDQUOT|EROFS|[Nn]o space left on device)/, 'no-space'],
  [/^! permission requested: |\bmessage=asking .{0,200}\bpermission=/, 'permission'],
  [/^(?:\w*Error: )?(?:\w+|\d+ hour) usage (?:limit reached|exceeded)/, 'limit'],
  [/^Error from provider .{0,200}\[retrying in /, 'transient'],
  [/^(?:AI_\w{1,40}|API|Provider\w{0,20})?Error: /, 'error'],
];
const NAMED = /^\w{0,40}Error: /;
const MAYBE_PLAIN = /Error|usage |permission requested|message=asking|Session not/;

function plain(line: string, context: LogContext): Signal[] {
  if (!MAYBE_PLAIN.test(line.slice(0, HEAD_LENGTH))) return [];
  const text = plainLine(line);
  if (!PLAIN.some(([pattern]) => pattern.test(text))) return [];
  const known = refusal(text, context, PLAIN);
  // The log may lack a process that died at once: in that case the provider's answer appears only
  // here.
  const trouble = known?.kind === 'error' ? (refusal(text.replace(NAMED, ''), context, [], text) ?? known) : known;
  return trouble === null ? [] : withRetry(trouble);
}
