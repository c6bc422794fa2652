import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer, Api } from '../../providers/model-server.ts';
import type { Usage } from '../../providers/usage.ts';

/** A request to the model, with what is measured of it. */
export interface Request {
  readonly atMs: number;
  readonly session: string | null;
  /** Whether it brings tools: a request for a title brings none. */
  readonly isTurn: boolean;
  /** Each message as JSON, without what only tells the provider what to keep in its cache. */
  readonly messages: readonly string[];
  /** All that counts as tokens, in the order in which a provider keeps it in its cache. */
  readonly text: string;
}

/** What a request gets, and what has to happen before. */
export interface Reply {
  readonly answer: Answer;
  /** Before anything is sent at all. */
  readonly headers?: Promise<void>;
  /** Before the end of the answer. */
  readonly end?: Promise<void>;
  readonly usage?: Partial<Usage>;
}

/** Google's requests for an answer in one piece, such as a summary. */
const WHOLE = /:generateContent(?:\?|$)/;
const MODEL = /\/models\/([^/:]+):/;
const CACHE_MARKS = /,?"cache_control":\{[^{}]*\}/g;

/**
 * A model on loopback that holds its answers: it is the clock of a cell. What a request gets
 * depends on the conversation in it, not on how many came before.
 */
export class HeldModel {
  readonly requests: Request[] = [];
  readonly #api: Api;
  readonly #sessionHeader: string | null;
  readonly #reply: (request: Request) => Promise<Reply>;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  constructor(api: Api, sessionHeader: string | null, reply: (request: Request) => Promise<Reply>) {
    this.#api = api;
    this.#sessionHeader = sessionHeader;
    this.#reply = reply;
  }

  /** Starts it. The URL has no path. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.hangUp();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Closes all connections, as a machine does that loses its power. */
  hangUp(): void {
    this.#server.closeAllConnections();
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of incoming) chunks.push(chunk);
    } catch {
      return;
    }
    const isWhole = WHOLE.test(incoming.url ?? '');
    if (!isWhole && !this.#api.path.test(incoming.url ?? '')) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"not here"}}');
      return;
    }
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
    const request = this.#read(incoming, body);
    this.requests.push(request);
    const { answer, headers, end, usage } = await this.#reply(request);
    if (headers) await headers;
    if (response.destroyed || 'mute' in answer) return;
    if ('status' in answer) {
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(JSON.stringify(answer.body));
      return;
    }
    if (isWhole) {
      const parts = [{ text: 'text' in answer ? answer.text : '' }];
      const content = { candidates: [{ content: { role: 'model', parts }, index: 0, finishReason: 'STOP' }], usageMetadata: {} };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(content));
      return;
    }
    const [, inPath] = MODEL.exec(incoming.url ?? '') ?? [];
    const model = String(body.model ?? inPath);
    const used = { ...this.#api.usageOf(1), ...usage };
    await this.#api.answer(response, answer, { usage: used, model, headers: {}, ...(end && { end }) });
  }

  #read({ headers }: IncomingMessage, body: Readonly<Record<string, unknown>>): Request {
    const session = this.#sessionHeader === null ? undefined : headers[this.#sessionHeader];
    const all = this.#api.messages(body);
    const messages = (Array.isArray(all) ? all : [all]).map((one) => JSON.stringify(one).replace(CACHE_MARKS, ''));
    const { tools, system, instructions, systemInstruction } = body;
    const before = JSON.stringify([tools, system ?? instructions ?? systemInstruction]).replace(CACHE_MARKS, '');
    return {
      atMs: performance.now(),
      session: typeof session === 'string' ? session : null,
      isTurn: Array.isArray(tools) && tools.length > 0,
      messages,
      text: [before, ...messages].join('\n'),
    };
  }
}
