import { TestScheduler } from 'rxjs/testing';
import { describe, expect, test } from 'vitest';
import type { EngineEvent, Inventory, SeenImage } from '../../../src/core/images/image.ts';
import { type DockerEvent, type EngineEventsDeps, type EventOfEngine, engineEvents } from '../../../streams/sinks/image-ledger.ts';

const image = (id: string): SeenImage => ({
  id,
  tags: [`${id}:1`],
  digests: [],
  labels: [],
  layers: null,
  parent: null,
  builtWall: null,
  sizeBytes: 1,
  unsharedBytes: null,
});
const inventory = (...ids: string[]): Inventory => ({ images: ids.map(image), containers: [] });

type Emits = (wall: number, event: Partial<DockerEvent>) => void;

/**
 * An engine in virtual time that has `a`; `events` lists what happens, by the second after each
 * connection.
 */
function watched(
  seconds: number,
  setUp: { connects?: readonly boolean[]; at?: Readonly<Record<number, (tell: Emits, end: (because: string) => void) => void>> },
) {
  const scheduler = new TestScheduler(() => {});
  const asked: string[] = [];
  const reported: string[] = [];
  const seen: string[] = [];
  let engine = inventory('a');
  let connections = 0;
  const deps: EngineEventsDeps = {
    endpoint: 'unix:///d',
    connect: () => {
      const isUp = setUp.connects?.[connections++] ?? true;
      asked.push('connect');
      return [
        isUp
          ? { kind: 'ok', value: { engine: 'E', inventory: engine, sinceWall: 5000, isCovered: false, uses: [] } }
          : { kind: 'failed', because: 'Docker is not running' },
      ];
    },
    look: (images) => {
      asked.push(images === null ? 'all' : 'containers');
      return [{ kind: 'ok', value: engine }];
    },
    watchEvents: (sinceWall, tell, ended) => {
      asked.push(`events since ${sinceWall}`);
      const emit: Emits = (wall, event) => tell({ type: 'container', action: 'start', image: 'a:1', wall, ...event });
      const timers = Object.entries(setUp.at ?? {}).map(([second, happen]) =>
        scheduler.schedule(() => happen(emit, ended), Number(second) * 1000),
      );
      return () => {
        asked.push('closed');
        for (const timer of timers) timer.unsubscribe();
      };
    },
    report: (problem) => reported.push(problem),
    scheduler,
  };
  const inWords = ({ engine: of, event }: EventOfEngine) => `${scheduler.now() / 1000}s ${of} ${words(event)}`;
  scheduler.maxFrames = seconds * 1000;
  const subscription = engineEvents(deps).subscribe((event) => seen.push(inWords(event)));
  scheduler.flush();
  subscription.unsubscribe();
  return { seen, asked, reported, hold: (next: Inventory) => (engine = next) };
}

function words(event: EngineEvent): string {
  switch (event.kind) {
    case 'listed':
      return `listed ${event.inventory.images.map(({ id }) => id).join()}`;
    case 'used':
      return `used ${event.image} at ${event.use.wall} (${event.use.why})`;
    case 'watched-again':
      return `watched again: ${event.why}`;
  }
}

describe('the events of an engine', () => {
  test('begin with the unwatched gap and a complete list, followed by the events since', () => {
    const { seen, asked } = watched(3, {
      at: { 1: (tell) => tell(900, {}), 2: (tell) => tell(950, { type: 'image', action: 'untag', image: 'x' }) },
    });
    expect(seen).toEqual(['0s E watched again: dogwatch was not running', '0s E listed a', '1s E used a at 900 (container start)']);
    expect(asked).toEqual(['connect', 'events since 5000', 'closed']);
  });

  test('come from looks as well: containers every minute, everything less often', () => {
    const { asked } = watched(601, {});
    expect(asked.filter((call) => call === 'containers')).toHaveLength(9);
    expect(asked.filter((call) => call === 'all')).toHaveLength(1);
  });

  test('list everything soon after images changed or an unknown one was used, once for many changes', () => {
    const change = (tell: Emits) => tell(1, { type: 'image', action: 'pull', image: 'b:1' });
    const { asked, seen } = watched(20, {
      at: { 1: change, 2: change, 10: (tell) => tell(2, { image: 'unknown:1' }), 15: (tell) => tell(3, {}) },
    });
    expect(asked.filter((call) => call === 'all')).toHaveLength(2);
    expect(seen.filter((line) => line.includes('listed'))).toEqual(['0s E listed a', '3s E listed a', '12s E listed a']);
    expect(seen.at(-1)).toContain('used a at 3');
  });

  test('resume with the reason when the stream ended; a problem is reported once for as long as it lasts', () => {
    const { seen, asked, reported } = watched(93, {
      connects: [true, false, false, true],
      at: { 4: (_, end) => end('Docker ended the stream') },
    });
    expect(seen.filter((line) => line.includes('again'))).toEqual([
      '0s E watched again: dogwatch was not running',
      '90s E watched again: Docker is not running',
    ]);
    expect(reported).toEqual(['unix:///d is not watched: Docker ended the stream', 'unix:///d is not watched: Docker is not running']);
    expect(asked).toEqual(['connect', 'events since 5000', 'closed', 'connect', 'connect', 'connect', 'events since 5000', 'closed']);
  });
});
