import { join } from 'node:path';
import type { Signal } from '../../core/model/facts.ts';
import { optionValue, takeApart } from '../command/grammar.ts';
import type { Agent, Interpreter, LogContext } from '../contract/agent.ts';
import { plainLine } from '../lines/plain.ts';
import { refusal as meant } from '../lines/refusals.ts';
import { short } from '../lines/short.ts';
import { withRetry } from '../lines/troubles.ts';
import { OPENCODE } from './command.ts';
import { dataDirectory } from './sessions.ts';

/**
 * opencode's own log (1.18.33), to which all its processes append. It alone shows, within a second,
 * a refusal that opencode waits out for hours. It also shows the session before the model's first
 * word, and a permission that opencode waits for.
 */
export const opencodeOwnLog: Pick<Agent, 'ownLogs' | 'ownLogInterpreter'> = {
  ownLogs: (environment) => [join(dataDirectory(environment), 'log', 'opencode.log')],
  ownLogInterpreter({ command }, context): Interpreter {
    const taken = takeApart(command, OPENCODE);
    const title = taken === null ? null : optionValue(taken, 'title');
    let update: string | null = null;
    let worker: string | null = null;
    const line = (text: string): Signal[] => {
      const { event, process } = headOf(text);
      switch (event) {
        case 'error':
          return isOf(text, context.session() ?? update) ? refusal(text, context) : [];
        case 'loop':
          if (isOf(text, context.session() ?? update)) worker = process;
          return [];
        case 'asking':
          return process === worker ? asked(text) : [];
        case 'created': {
          if (title === null || !isTitled(text, title)) return [];
          update = CREATED.exec(text)?.[1] ?? null;
          worker = process;
          return update === null ? [] : [{ kind: 'session', id: update }];
        }
        default:
          return [];
      }
    };
    return { read: (lines) => lines.flatMap(line) };
  },
};

const HEAD_LENGTH = 128;
const HEAD = /^timestamp=\S{1,40} level=(?:(ERROR)|INFO) run=(\w{1,16}) (?:message=(created|asking|loop) )?/;

interface Head {
  readonly event: 'error' | 'created' | 'asking' | 'loop' | null;
  /**
   * `run=` names a process of opencode, because a question names no session and may be a
   * sub-agent's.
   */
  readonly process: string | null;
}

function headOf(text: string): Head {
  const [, error, process = null, message] = HEAD.exec(text.slice(0, HEAD_LENGTH)) ?? [];
  return { event: error === undefined ? ((message as Head['event'] | undefined) ?? null) : 'error', process };
}

const CREATED = /\bid=(ses_\w{1,64})/;
const SESSION = /\bsession\.id=(ses_\w{1,64})/;
/** A small model makes titles: its failures do not concern the run. */
const SMALL = / small=true /;
const SAID = / error(?:\.error)?="([^"]{1,1000})/;
const PERMISSION = /\bpermission=(\w{1,40})/;

const isOf = (text: string, session: string | null): boolean =>
  session !== null && SESSION.exec(text)?.[1] === session && !SMALL.test(text);

const isTitled = (text: string, title: string): boolean =>
  text.includes(` title=${title} `) || text.includes(` title=${JSON.stringify(title)} `);

/** opencode retries by itself after most refusals. */
function refusal(text: string, context: LogContext): Signal[] {
  const said = SAID.exec(text)?.[1];
  const trouble = said === undefined ? null : meant(plainLine(said), context);
  return trouble === null ? [] : withRetry(trouble);
}

const asked = (text: string): Signal[] => [
  { kind: 'permission', text: short(`asked for: ${PERMISSION.exec(text)?.[1] ?? 'a permission'}`) },
];
