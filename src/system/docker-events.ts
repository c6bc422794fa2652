import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { notAnswered } from './docker-call.ts';

/** Something that happened in an engine. */
export interface EngineEvent {
  readonly type: 'image' | 'container';
  /** Such as `pull`, `tag`, `create`, `die`. */
  readonly action: string;
  /** How the event names the image: an id or a name; null: it does not. */
  readonly image: string | null;
  /** ms since the epoch, by the clock of the engine's machine. */
  readonly wall: number;
}

export type WatchEvents = (sinceWall: number | null, tell: (event: EngineEvent) => void, ended: (because: string) => void) => () => void;

/** A line that is longer than this is no event. */
const MAX_LINE_LENGTH = 1024 * 1024;
/** What asks for less than the events of images and containers is the engine's to filter. */
const FILTERS = JSON.stringify({ type: ['image', 'container'] });

/** Follows an engine's events. `ended` is called once, however it ends, except by the function that is returned. */
export function followEvents(
  connect: () => Promise<Docker>,
  sinceWall: number | null,
  tell: (event: EngineEvent) => void,
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
    client.modem.dial({ ...options, abortSignal: abort.signal, statusCodes: { 200: true } }, (error, stream) => {
      if (error !== null && error !== undefined) end(notAnswered(error).because);
      else listen(stream as unknown as Readable, tell, end);
    });
  };
  begin().catch((error: unknown) => end(notAnswered(error).because));
  return () => abort.abort();
}

function listen(stream: Readable, tell: (event: EngineEvent) => void, end: (because: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = line.trim() === '' ? null : eventOf(line);
      if (event !== null) tell(event);
    }
    if (rest.length <= MAX_LINE_LENGTH) return;
    stream.destroy();
    end('Docker sent something that is no event');
  });
  stream.once('error', (error) => end(notAnswered(error).because));
  stream.once('close', () => end('Docker ended the stream of events'));
}

/** Null: it is no event of an image or a container. */
function eventOf(line: string): EngineEvent | null {
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
