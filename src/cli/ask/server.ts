import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import manifest from '../../../package.json' with { type: 'json' };
import { callerOf } from '../client/inside.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';

/**
 * `dogwatch ask-server`: the MCP server that an agent starts to ask a person for a permission. It
 * speaks JSON-RPC on standard input and output, and ends with the agent.
 */
export function register(program: Command): void {
  program
    .command('ask-server', { hidden: true })
    .description('ask a person on behalf of an agent, which starts this itself (MCP on standard input and output)')
    .addHelpText('after', '\nExample:\n  dogwatch ask-server\n')
    .action(serve);
}

interface Message {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

const TOOL = {
  name: 'permission',
  description: 'Asks a person whether a tool call is allowed.',
  inputSchema: {
    type: 'object',
    properties: { tool_name: { type: 'string' }, input: { type: 'object' }, tool_use_id: { type: 'string' } },
    required: ['tool_name', 'input'],
  },
} as const;

/** The version of the protocol that is offered to a client that names none. */
const PROTOCOL = '2025-06-18';
const [PARSE_ERROR, NO_METHOD, BAD_PARAMS] = [-32_700, -32_601, -32_602];

async function serve(): Promise<void> {
  const caller = callerOf(process.env);
  if (caller?.mark.of !== 'attempt')
    throw new Problem(EXIT_USAGE, '`dogwatch ask-server` only works inside a run, where the agent starts it', {
      got: 'no DOGWATCH_ATTEMPT in the environment or in that of a parent process',
      hint: 'register the run with DOGWATCH_ASK=1; `dogwatch questions` lists what is asked',
    });
  if (caller.stateDir !== null) process.env.DOGWATCH_STATE_DIR ??= caller.stateDir;
  const { mark } = caller;
  const calls = new Map<string | number, AbortController>();
  const send = (message: object) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const fail = (id: string | number | null, code: number, message: string) => send({ id, error: { code, message } });

  async function called(id: string | number, args: unknown): Promise<void> {
    const [{ askingOf, permissionCall, replyTo }, { awaitAnswer }, { submit }, { openLayout }] = await Promise.all([
      import('./asking.ts'),
      import('./await-answer.ts'),
      import('../client/submit.ts'),
      import('../client/state-layout.ts'),
    ]);
    const call = permissionCall(args);
    if (call === null) return void fail(id, BAD_PARAMS, 'expected tool_name, a text, and input, an object');
    const layout = openLayout();
    const asked = {
      layout,
      mark,
      submit: (request: Parameters<typeof submit>[1]) => submit(layout, request),
      nowMs: () => performance.now(),
    };
    const gone = new AbortController();
    calls.set(id, gone);
    const answer = await awaitAnswer(askingOf(call, process.env), asked, gone.signal);
    calls.delete(id);
    if (!gone.signal.aborted) send({ id, result: { content: [{ type: 'text', text: JSON.stringify(replyTo(call, answer)) }] } });
  }

  function received({ id, method, params = {} }: Message): void {
    if (method === 'notifications/cancelled') calls.get(params.requestId as string | number)?.abort();
    if (id === undefined) return;
    switch (method) {
      case 'initialize':
        return void send({
          id,
          result: {
            protocolVersion: typeof params.protocolVersion === 'string' ? params.protocolVersion : PROTOCOL,
            capabilities: { tools: {} },
            serverInfo: { name: 'dogwatch', version: manifest.version },
          },
        });
      case 'ping':
        return void send({ id, result: {} });
      case 'tools/list':
        return void send({ id, result: { tools: [TOOL] } });
      case 'tools/call':
        if (params.name !== TOOL.name) return void fail(id, BAD_PARAMS, `there is no tool ${JSON.stringify(params.name)}`);
        return void called(id, params.arguments).catch((error: unknown) =>
          fail(id, NO_METHOD, error instanceof Error ? error.message : 'failed'),
        );
      default:
        return void fail(id, NO_METHOD, `there is no method ${JSON.stringify(method)}`);
    }
  }

  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    const message = parsed(line);
    if (message === null) fail(null, PARSE_ERROR, 'expected one JSON object a line');
    else received(message);
  }
  // The agent is gone: its question stays open for the next attempt.
  for (const call of calls.values()) call.abort();
}

function parsed(line: string): Message | null {
  try {
    const message: unknown = JSON.parse(line);
    return typeof message === 'object' && message !== null ? message : null;
  } catch {
    return null;
  }
}
