import { learnOfEngine } from '../core/image-ledger.ts';
import type { EngineNews, Inventory, Moment, SeenImage } from '../core/image-types.ts';
import type { ImageLedgers } from '../store/image-ledger.ts';
import type { DockerEngine } from '../system/docker.ts';
import type { Answer } from '../system/docker-call.ts';

/** An engine that is watched for the sake of the ledger. */
export interface WatchedEngine {
  readonly endpoint: string;
  /** Which engine it is, all that it has, and when it was watched last (ms since the epoch; null: never). */
  connect(): Promise<Answer<{ readonly engine: string; readonly inventory: Inventory; readonly sinceWall: number | null }>>;
  /** What it has now; where images are given, only its containers are asked for. */
  look(images: readonly SeenImage[] | null): Promise<Answer<Inventory>>;
  readonly watchEvents: DockerEngine['watchEvents'];
}

export function watchedEngine(engine: DockerEngine, ledgers: Pick<ImageLedgers, 'read'>): WatchedEngine {
  const look = async (known: readonly SeenImage[] | null): Promise<Answer<Inventory>> => {
    const images: Answer<readonly SeenImage[]> = known === null ? await engine.images({ shares: false }) : { kind: 'ok', value: known };
    if (images.kind !== 'ok') return images;
    const containers = await engine.containers();
    return containers.kind === 'ok' ? { kind: 'ok', value: { images: images.value, containers: containers.value } } : containers;
  };
  const connect: WatchedEngine['connect'] = async () => {
    const info = await engine.info();
    if (info.kind !== 'ok') return info;
    const inventory = await look(null);
    if (inventory.kind !== 'ok') return inventory;
    const sinceWall = ledgers.read(info.value.id)?.seenAt.wall ?? null;
    return { kind: 'ok', value: { engine: info.value.id, inventory: inventory.value, sinceWall } };
  };
  return { endpoint: engine.endpoint.url, connect, look, watchEvents: engine.watchEvents };
}

/** News of an engine go into its ledger. Throws StoreError where it can't be written. */
export function noteNews(
  ledgers: ImageLedgers,
  who: { readonly engine: string; readonly endpoint: string },
  news: EngineNews,
  at: Moment,
): void {
  ledgers.write(learnOfEngine(ledgers.read(who.engine), who, news, at));
}
