import type { EngineEvent, EngineLedger, Inventory, SeenImage } from '../core/images/image.ts';
import { evolveEngineLedger } from '../core/images/ledger.ts';
import type { Instant } from '../core/model/facts.ts';
import type { Answer } from '../system/docker/call.ts';
import type { DockerEngine } from '../system/docker/engine.ts';
import type { CacheRecord, EngineInfo } from '../system/docker/shapes.ts';
import { bootId } from '../system/process/process.ts';
import { availableAt } from './available-bytes.ts';
import { buildsAtWork } from './builds-at-work.ts';
import { eventsSince, usesIn } from './engine-record.ts';

/** An engine whose things are reclaimed, with what is known of it. */
export interface ReclaimedEngine {
  readonly engine: DockerEngine;
  /** What the ledger knows of the engine with this id. May throw StoreError. */
  ledger(id: string): EngineLedger | null;
  /** Measures the room on its disk if that is not on this machine; null if it can't be measured. */
  readonly probe: (() => Promise<number | null>) | null;
}

/** Where containerd keeps images by default. */
const CONTAINERD_ROOT = '/var/lib/containerd';

/** Directories on this machine that hold an engine's things. */
export async function enginePaths({ engine }: Pick<ReclaimedEngine, 'engine'>): Promise<readonly string[]> {
  if (engine.endpoint.kind !== 'unix') return [];
  const info = await engine.info();
  if (info.kind !== 'ok' || info.value.root === '') return [];
  return info.value.usesContainerd ? [info.value.root, CONTAINERD_ROOT] : [info.value.root];
}

export async function engineBytes(reclaimed: ReclaimedEngine): Promise<number | null> {
  return reclaimed.probe === null ? availableAt(await enginePaths(reclaimed)) : reclaimed.probe();
}

/**
 * An engine as it is, and its ledger including what this look shows. The ledger on disk is the
 * watchdog's and stays unchanged.
 */
export interface EngineLook {
  readonly info: EngineInfo;
  readonly inventory: Inventory;
  /** What the ledger knew before this look, or null if nothing. */
  readonly known: EngineLedger | null;
  readonly ledger: EngineLedger;
}

/** What an engine takes longest to return. */
export interface Listed {
  readonly images: readonly SeenImage[];
  readonly cache: readonly CacheRecord[];
}

export async function listed(engine: DockerEngine, wanted: { readonly shares: boolean }): Promise<Answer<Listed>> {
  const images = await engine.images(wanted);
  if (images.kind !== 'ok') return images;
  const cache = await engine.buildCache();
  return cache.kind === 'ok' ? { kind: 'ok', value: { images: images.value, cache: cache.value } } : cache;
}

/**
 * Collects everything that counts: what the engine has, whether it is building, and what it
 * recorded since the ledger was last written.
 */
export async function lookAt(
  reclaimed: ReclaimedEngine,
  now: Instant,
  list: () => Promise<Answer<Listed>> = () => listed(reclaimed.engine, { shares: true }),
): Promise<Answer<EngineLook>> {
  const { engine, ledger } = reclaimed;
  const info = await engine.info();
  if (info.kind !== 'ok') return info;
  const all = await list();
  if (all.kind !== 'ok') return all;
  const { images, cache } = all.value;
  // After the images, so that no container is missed that existed when they were listed.
  const containers = await engine.containers();
  if (containers.kind !== 'ok') return containers;
  const at = { ...now, bootId: bootId() };
  const known = ledger(info.value.id);
  const record = await eventsSince(engine, info.value, known?.seenAt ?? null, at);
  if (record.kind !== 'ok') return record;
  const builds = buildsAtWork(cache, containers.value, record.value.events, at.wall + record.value.skewMs);
  const inventory = { images, containers: containers.value, builds };
  const who = { engine: info.value.id, endpoint: engine.endpoint.url };
  const events: EngineEvent[] =
    known === null ? [] : [{ kind: 'watched-again', why: 'no watchdog was running', isCovered: record.value.isCovered }];
  events.push(...usesIn(record.value, inventory.images), { kind: 'listed', inventory });
  const update = events.reduce<EngineLedger | null>((before, one) => evolveEngineLedger(before, who, one, at), known);
  return { kind: 'ok', value: { info: info.value, inventory, known, ledger: update! } };
}
