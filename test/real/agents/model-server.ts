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
  /** What was said before, in the way of the API. */
  readonly messages: readonly ChatMessage[];
  /** The same as one text. */
  readonly history: string;
}

/** One provider's way to ask and to answer. */
export interface Api {
  readonly path: RegExp;
  readonly sessionHeader: string;
  /** What was said before. */
  messages(body: Readonly<Record<string, unknown>>): unknown;
  answer(response: ServerResponse, answer: Exclude<Answer, { readonly status: number }>): void;
}

/** A model on loopback that answers from a script, one answer a request, and keeps what it was asked. */
export class ModelServer {
  readonly asked: Asked[] = [];
  /** Most requests that were open at once. */
  mostAtOnce = 0;
  #open = 0;
  readonly #answers: Answer[] = [];
  readonly #api: Api;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  constructor(api: Api = CHAT) {
    this.#api = api;
  }

  /** Starts it; the URL has no path. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
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
    if (!this.#api.path.test(request.url ?? '')) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"not here"}}');
      return;
    }
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
    // Requests for a title or a summary bring no tools, and are none of the script's.
    if (!Array.isArray(body.tools) || body.tools.length === 0) return this.#api.answer(response, { text: 'a title' });
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#open);
    response.on('close', () => this.#open--);
    const session = request.headers[this.#api.sessionHeader] ?? null;
    const messages = this.#api.messages(body) as ChatMessage[];
    this.asked.push({ session: Array.isArray(session) ? (session[0] ?? null) : session, messages, history: JSON.stringify(messages) });
    const answer = this.#answers.shift() ?? { text: 'the script is over' };
    if ('status' in answer) response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
    else this.#api.answer(response, answer);
  }
}

/** Chat completions, as of OpenAI. */
export const CHAT: Api = {
  path: /\/chat\/completions$/,
  sessionHeader: 'x-session-id',
  messages: (body) => body.messages,
  answer(response, answer) {
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
      const call = { index: 0, id: callId(), type: 'function' };
      say({ role: 'assistant', tool_calls: [{ ...call, function: { name: answer.tool, arguments: JSON.stringify(answer.args) } }] });
      say({}, 'tool_calls');
    } else {
      say({ role: 'assistant', content: answer.text });
      say({}, 'stop');
    }
    response.end('data: [DONE]\n\n');
  },
};

export const callId = (): string => `call_${Math.random().toString(36).slice(2)}`;
