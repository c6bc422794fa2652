import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the model answers to one request. */
export type Answer =
  | { readonly text: string }
  | { readonly tool: string; readonly args: Readonly<Record<string, unknown>> }
  /** Some text, and then nothing more, for ever. */
  | { readonly hang: string }
  | { readonly status: number; readonly body: unknown };

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: unknown;
  readonly tool_calls?: readonly { readonly function: { readonly name: string; readonly arguments: string } }[];
}

/** A request that used up an answer. */
export interface Asked {
  readonly session: string | null;
  readonly messages: readonly ChatMessage[];
}

/** A model on loopback that answers from a script, one answer a request, and keeps what it was asked. */
export class ModelServer {
  readonly asked: Asked[] = [];
  readonly #answers: Answer[] = [];
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  /** Starts it; the URL ends in /v1. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  script(...answers: readonly Answer[]): void {
    this.#answers.push(...answers);
  }

  /** Answers of the script that nobody asked for yet. */
  get left(): number {
    return this.#answers.length;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
    // Requests for a title or a summary bring no tools, and are none of the script's.
    if (!Array.isArray(body.tools) || body.tools.length === 0) return stream(response, { text: 'a title' });
    const session = request.headers['x-session-id'] ?? request.headers['x-session-affinity'] ?? null;
    this.asked.push({ session: Array.isArray(session) ? (session[0] ?? null) : session, messages: body.messages });
    stream(response, this.#answers.shift() ?? { text: 'the script is over' });
  }
}

function stream(response: ServerResponse, answer: Answer): void {
  if ('status' in answer) {
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const say = (delta: unknown, finish: string | null = null) =>
    response.write(
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
    );
  if ('hang' in answer) {
    say({ role: 'assistant', content: answer.hang });
    return;
  }
  if ('tool' in answer) {
    const call = { index: 0, id: `call_${Math.random().toString(36).slice(2)}`, type: 'function' };
    say({ role: 'assistant', tool_calls: [{ ...call, function: { name: answer.tool, arguments: JSON.stringify(answer.args) } }] });
    say({}, 'tool_calls');
  } else {
    say({ role: 'assistant', content: answer.text });
    say({}, 'stop');
  }
  response.end('data: [DONE]\n\n');
}
