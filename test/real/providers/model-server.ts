import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Usage } from './usage.ts';

/** What the model answers to one request. */
export type Answer =
  | { readonly text: string }
  /** A call of a tool, after some text if there is any. */
  | {
      readonly tool: string;
      readonly args: Readonly<Record<string, unknown>>;
      readonly saying?: string;
      /** Where OpenAI's responses keep the tool. Absent if in none. */
      readonly namespace?: string;
    }
  /** Some text, and then nothing more, forever. */
  | { readonly hang: string }
  | NoStream;

/**
 * An answer that is the same for every provider's stream, because none starts: a refusal, or
 * nothing at all, not even headers.
 */
export type NoStream =
  | { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly mute: true };

interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: unknown;
  readonly tool_calls?: readonly { readonly function: { readonly name: string; readonly arguments: string } }[];
}

/** A request that brought tools: a turn of the job. */
export interface Asked {
  /** ms since the epoch. */
  readonly atWall: number;
  readonly refused: boolean;
  readonly session: string | null;
  /** The conversation so far, in the API's format. */
  readonly messages: readonly ChatMessage[];
  /** The same as one text. */
  readonly history: string;
  /** The whole request as one text, with its instructions and tools. */
  readonly whole: string;
}

/** One provider's format of requests and answers. */
export interface Api {
  readonly path: RegExp;
  /** The conversation so far. */
  messages(body: Readonly<Record<string, unknown>>): unknown;
  /** What the answer of this number takes. */
  usageOf(answer: number): Usage;
  answer(response: ServerResponse, answer: Exclude<Answer, NoStream>, how: How): Promise<void> | void;
}

/** What an answer comes with. */
interface How {
  readonly usage: Usage;
  readonly model: string;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * The end of the answer follows only after this: a call has arrived whole, and a text in part.
   * Absent if nothing is waited for.
   */
  readonly end?: Promise<void>;
}

/** An answer that was streamed, wholly or not. */
export interface Served {
  readonly session: string | null;
  /** Whether it was a turn of the job: a request for a title is none. */
  readonly isTurn: boolean;
  /** Whether its stream came to its end, where all providers tell the usage. */
  readonly isWhole: boolean;
  readonly usage: Usage;
}

/** Google's name of the model is in the path. */
const MODEL = /\/models\/([^/:]+):/;
const SUMMARY = /Do NOT call any tools/;

/**
 * A model on loopback that answers from a script, one answer per request, and records its requests.
 */
export class ModelServer {
  readonly asked: Asked[] = [];
  /** All that was answered, with what it took. */
  readonly served: Served[] = [];
  /** Come with each streamed answer. */
  headers: Readonly<Record<string, string>> = {};
  /** The most requests that were open at once. */
  mostAtOnce = 0;
  /**
   * Consulted before the script, with the conversation so far. Returns what a turn gets instead of
   * an answer, or null if the script answers.
   */
  refusal: (history: string) => Answer | null = () => null;
  #open = 0;
  #port = 0;
  readonly #answers: Answer[] = [];
  readonly #api: Api;
  readonly #sessionHeader: string | null;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  constructor(api: Api, sessionHeader: string | null) {
    this.#api = api;
    this.#sessionHeader = sessionHeader;
  }

  /** Starts it, after a stop at the same address. The URL has no path. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
    return `http://127.0.0.1:${this.#port}`;
  }

  script(...answers: readonly Answer[]): void {
    this.#answers.push(...answers);
  }

  /** The sessions that were named, once each, in order. */
  sessions(): readonly string[] {
    return [...new Set(this.asked.flatMap(({ session }) => session ?? []))];
  }

  /** How many requests were refused. */
  get refused(): number {
    return this.asked.filter(({ refused }) => refused).length;
  }

  /** Answers of the script that were not requested yet. */
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
    // Requests for a title or a summary bring no tools, and are not part of the script.
    const session = this.#sessionIn(request);
    const [, inPath] = MODEL.exec(request.url ?? '') ?? [];
    const about = { session, model: String(body.model ?? inPath), isTurn: Array.isArray(body.tools) && body.tools.length > 0 };
    if (!about.isTurn) return this.#answer(response, { text: 'a title' }, about);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#open);
    response.on('close', () => this.#open--);
    const messages = this.#api.messages(body) as ChatMessage[];
    const history = JSON.stringify(messages);
    const refusal = this.refusal(history);
    this.asked.push({
      atWall: Date.now(),
      refused: refusal !== null,
      session,
      messages,
      history,
      whole: JSON.stringify(body),
    });
    // Claude Code's request for a summary brings tools, but forbids using them.
    const answer = () => (SUMMARY.test(history) ? { text: '<summary>One is written.</summary>' } : this.#answers.shift());
    this.#answer(response, refusal ?? answer() ?? { text: 'the script is over' }, about);
  }

  #sessionIn({ headers }: IncomingMessage): string | null {
    const session = this.#sessionHeader === null ? undefined : headers[this.#sessionHeader];
    return typeof session === 'string' ? session : null;
  }

  #answer(response: ServerResponse, answer: Answer, { model, ...about }: Pick<Served, 'session' | 'isTurn'> & { model: string }): void {
    if ('mute' in answer) return;
    if ('status' in answer) {
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(JSON.stringify(answer.body));
      return;
    }
    const usage = this.#api.usageOf(this.served.length + 1);
    this.served.push({ ...about, isWhole: !('hang' in answer), usage });
    void this.#api.answer(response, answer, { usage, model, headers: this.headers });
  }
}

export const callId = (): string => `call_${Math.random().toString(36).slice(2)}`;
