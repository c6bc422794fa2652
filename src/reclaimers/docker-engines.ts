import { learnOfEngine } from '../core/image-ledger.ts';
import type { EngineLedger, Inventory } from '../core/image-types.ts';
import type { Instant } from '../core/types.ts';
import { type DockerEngine, inventoryOf } from '../system/docker.ts';
import type { Answer } from '../system/docker-call.ts';
import type { EngineInfo } from '../system/docker-shapes.ts';
import { bootId } from '../system/process.ts';
import { availableAt } from './available-bytes.ts';

/** An engine whose things are reclaimed, with what is known of it. */
export interface ReclaimedEngine {
  readonly engine: DockerEngine;
  /** What the ledger knows of the engine with this id. May throw StoreError. */
  ledger(id: string): EngineLedger | null;
  /** How much room its disk has, where that is not this machine's; null: nobody can say. */
  readonly probe: (() => Promise<number | null>) | null;
}

/** Where containerd keeps images, unless it was told otherwise. */
const CONTAINERD_ROOT = '/var/lib/containerd';

/** Directories of this machine where an engine's things lie. */
export async function enginePaths({ engine }: ReclaimedEngine): Promise<readonly string[]> {
  if (engine.endpoint.kind !== 'unix') return [];
  const info = await engine.info();
  if (info.kind !== 'ok' || info.value.root === '') return [];
  return info.value.usesContainerd ? [info.value.root, CONTAINERD_ROOT] : [info.value.root];
}

export async function engineBytes(reclaimed: ReclaimedEngine): Promise<number | null> {
  return reclaimed.probe === null ? availableAt(await enginePaths(reclaimed)) : reclaimed.probe();
}

/** An engine as it is, and its ledger with what this look shows. The ledger on disk is the watchdog's: it stays as it is. */
export interface EngineLook {
  readonly info: EngineInfo;
  readonly inventory: Inventory;
  /** What the ledger knew before this look; null: nothing. */
  readonly known: EngineLedger | null;
  readonly ledger: EngineLedger;
}

export async function lookAt({ engine, ledger }: ReclaimedEngine, now: Instant): Promise<Answer<EngineLook>> {
  const info = await engine.info();
  if (info.kind !== 'ok') return info;
  const inventory = await inventoryOf(engine);
  if (inventory.kind !== 'ok') return inventory;
  const known = ledger(info.value.id);
  const who = { engine: info.value.id, endpoint: engine.endpoint.url };
  const learned = learnOfEngine(known, who, { kind: 'listed', inventory: inventory.value }, { ...now, bootId: bootId() });
  return { kind: 'ok', value: { info: info.value, inventory: inventory.value, known, ledger: learned } };
}
