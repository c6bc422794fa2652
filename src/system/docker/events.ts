import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { ANY, notAnswered } from './call.ts';

export interface DockerEvent {
  readonly type: 'image' | 'container';
  /** Such as `pull`, `tag`, `create`, `die`. */
  readonly action: string;
  /** How the event names the image: an id or a name, or null if it does not. */
  readonly image: string | null;
  /** ms since the epoch, by the clock of the engine's machine. */
  readonly wall: number;
}

export type WatchEvents = (sinceWall: number | null, tell: (event: DockerEvent) => void, ended: (because: string) => void) => () => void;

/** A longer line is not an event. */
const MAX_LINE_LENGTH = 1024 * 1024;
/**
 * No working engine sends more than this within the time below. Reading it would keep a core busy
 * forever.
 */
const MAX_EVENTS = 20_000;
const MAX_CHARACTERS = 32 * 1024 * 1024;
const WITHIN_MS = 10_000;
/** The engine filters: only the events of images and containers are sent. */
const FILTERS = JSON.stringify({ type: ['image', 'container'] });

/**
 * Follows an engine's events. Calls `ended` once, however the stream ends, unless it was stopped by
 * calling the returned function.
 */
export function followEvents(
  connect: () => Promise<Docker>,
  sinceWall: number | null,
  tell: (event: DockerEvent) => void,
  ended: (because: string) => void,
): () => void {
  const abort = new AbortController();
  const end = (because: string) => {
    if (abort.signal.aborted) return;
    abort.abort();
    ended(because);
  };
  const since = sinceWall === null ? {} : { since: (sinceWall / 1000).toFixed(3) };
  const begin = async () => {
    const client = await connect();
    const options = { path: '/events?', method: 'GET', options: { filters: FILTERS, ...since }, isStream: true };
    client.modem.dial({ ...options, abortSignal: abort.signal, statusCodes: ANY }, (error, response) => {
      if (error !== null && error !== undefined) return end(notAnswered(error).because);
      const stream = response as unknown as IncomingMessage;
      if (stream.statusCode === 200) return listen(stream, tell, end);
      stream.destroy();
      end(`Docker refused its events (status ${stream.statusCode})`);
    });
  };
  begin().catch((error: unknown) => end(notAnswered(error).because));
  return () => abort.abort();
}

function listen(stream: Readable, tell: (event: DockerEvent) => void, end: (because: string) => void): void {
  let rest = '';
  let [windowMono, events, characters] = [performance.now(), 0, 0];
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    if (performance.now() - windowMono > WITHIN_MS) [windowMono, events, characters] = [performance.now(), 0, 0];
    characters += chunk.length;
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    events += lines.length;
    if (events > MAX_EVENTS || characters > MAX_CHARACTERS) {
      stream.destroy();
      return end(`Docker sent more than ${MAX_EVENTS} events (or ${MAX_CHARACTERS} characters of them) within ${WITHIN_MS} ms`);
    }
    for (const line of lines) {
      const event = line.trim() === '' ? null : eventOf(line);
      if (event !== null) tell(event);
    }
    if (rest.length <= MAX_LINE_LENGTH) return;
    stream.destroy();
    end('Docker sent something that is not an event');
  });
  stream.once('error', (error) => end(notAnswered(error).because));
  stream.once('close', () => end('Docker closed the stream of events'));
}

/** The events that an engine has recorded itself. */
export interface RecordedEvents {
  readonly events: readonly DockerEvent[];
  /**
   * When its oldest event of any kind happened (ms since the epoch), or null if there is none, or
   * the dates are out of order.
   */
  readonly sinceWall: number | null;
}

/** Parses a record of events, or returns null if it is not one. */
export function recordedEvents(text: unknown): RecordedEvents | null {
  if (typeof text !== 'string') return null;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const walls = lines.map(wallOf);
  if (walls.includes(null)) return null;
  const isInOrder = walls.every((wall, index) => index === 0 || wall! >= walls[index - 1]!);
  return { events: lines.map(eventOf).filter((event) => event !== null), sinceWall: isInOrder ? (walls[0] ?? null) : null };
}

function wallOf(line: string): number | null {
  try {
    const { time, timeNano } = JSON.parse(line);
    return typeof timeNano === 'number' ? timeNano / 1e6 : typeof time === 'number' ? time * 1000 : null;
  } catch {
    return null;
  }
}

/** Parses an event of an image or a container, or returns null for any other line. */
function eventOf(line: string): DockerEvent | null {
  try {
    const { Type, Action, Actor, time, timeNano } = JSON.parse(line);
    if ((Type !== 'image' && Type !== 'container') || typeof Action !== 'string' || typeof time !== 'number') return null;
    const image = Type === 'image' ? Actor?.ID : Actor?.Attributes?.image;
    const wall = typeof timeNano === 'number' ? timeNano / 1e6 : time * 1000;
    return { type: Type, action: Action, image: typeof image === 'string' && image !== '' ? image : null, wall };
  } catch {
    return null;
  }
}
