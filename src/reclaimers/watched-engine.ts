import type { Connected, EngineEvent, Inventory, Moment, SeenImage } from '../core/images/image.ts';
import { evolveEngineLedger } from '../core/images/ledger.ts';
import type { ImageLedgers } from '../store/image-ledger.ts';
import type { Answer } from '../system/docker/call.ts';
import type { DockerEngine } from '../system/docker/engine.ts';
import { instant } from '../system/process/clock.ts';
import { bootId } from '../system/process/process.ts';
import { eventsSince, usesIn } from './engine-record.ts';

/** An engine that is watched to keep its ledger. */
export interface WatchedEngine {
  readonly endpoint: string;
  connect(): Promise<Answer<Connected>>;
  /** What it has now; if images are given, only its containers are queried. */
  look(images: readonly SeenImage[] | null): Promise<Answer<Inventory>>;
  readonly watchEvents: DockerEngine['watchEvents'];
}

export function watchedEngine(engine: DockerEngine, ledgers: Pick<ImageLedgers, 'read'>): WatchedEngine {
  /**
   * Layers show what was built on what. Without them less is known, and everything else continues.
   */
  const withLayers = async (images: readonly SeenImage[]): Promise<readonly SeenImage[]> => {
    const answer = await engine.withLayers(images);
    return answer.kind === 'ok' ? answer.value : images;
  };
  const look = async (
    known: readonly SeenImage[] | null,
    needsLayers: (images: readonly SeenImage[]) => boolean,
  ): Promise<Answer<Inventory>> => {
    const listed: Answer<readonly SeenImage[]> = known === null ? await engine.images({ shares: false }) : { kind: 'ok', value: known };
    if (listed.kind !== 'ok') return listed;
    const images = known === null && needsLayers(listed.value) ? await withLayers(listed.value) : listed.value;
    const containers = await engine.containers();
    return containers.kind === 'ok' ? { kind: 'ok', value: { images, containers: containers.value } } : containers;
  };
  const connect: WatchedEngine['connect'] = async () => {
    const info = await engine.info();
    if (info.kind !== 'ok') return info;
    const known = ledgers.read(info.value.id);
    const at = { ...instant(), bootId: bootId() };
    const record = await eventsSince(engine, info.value, known?.seenAt ?? null, at);
    if (record.kind !== 'ok') return record;
    const inventory = await look(null, (images) => known !== null && images.some(({ id }) => !known.images.has(id)));
    if (inventory.kind !== 'ok') return inventory;
    const uses = usesIn(record.value, inventory.value.images);
    const sinceWall = at.wall + record.value.skewMs;
    const { isCovered } = record.value;
    return { kind: 'ok', value: { engine: info.value.id, inventory: inventory.value, isCovered, uses, sinceWall } };
  };
  return { endpoint: engine.endpoint.url, connect, look: (images) => look(images, () => true), watchEvents: engine.watchEvents };
}

/** Records an event of an engine in its ledger. Throws StoreError if it can't be written. */
export function noteEvent(
  ledgers: ImageLedgers,
  who: { readonly engine: string; readonly endpoint: string },
  event: EngineEvent,
  at: Moment,
): void {
  ledgers.write(evolveEngineLedger(ledgers.read(who.engine), who, event, at));
}
