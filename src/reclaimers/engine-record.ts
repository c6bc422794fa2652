import type { EngineEvent, Moment, SeenImage } from '../core/images/image.ts';
import { imagesByReference } from '../core/images/references.ts';
import type { Answer } from '../system/docker/call.ts';
import type { DockerEngine } from '../system/docker/engine.ts';
import type { DockerEvent } from '../system/docker/events.ts';
import type { EngineInfo } from '../system/docker/shapes.ts';

/** What an engine recorded since it was last watched. */
export interface EngineRecord {
  /** Everything in the record. */
  readonly events: readonly DockerEvent[];
  /** Older events were already seen by an earlier watcher. */
  readonly fromWall: number;
  /** Whether the record is complete, with correct dates. */
  readonly isCovered: boolean;
  /** By how much the engine's clock is ahead of this one. */
  readonly skewMs: number;
}

/** Clocks that differ by less than this agree. */
const AGREE_MS = 60_000;
/** An event may be under way when a watcher ends. */
const IN_FLIGHT_MS = 1000;
/**
 * How far back the record is read, to see whether it reaches beyond the moment in question: engines
 * keep the last 256 events.
 */
const BACK_MS = 7 * 86_400_000;

/**
 * The engine's actions that use an image. The end of a container is one, too: it held the image
 * until then.
 */
const USES = /^(?:pull|load|import|tag|build|push|save|create|start|restart|unpause|die|destroy|commit)$/;

/**
 * Reads the engine's own record. It covers the time since a moment only if it has something older
 * than that, both clocks advanced alike, and all of its dates are in order.
 */
export async function eventsSince(engine: DockerEngine, info: EngineInfo, since: Moment | null, at: Moment): Promise<Answer<EngineRecord>> {
  const skewMs = info.clockWall === null ? 0 : info.clockWall - at.wall;
  const elapsedMs = since !== null && since.bootId === at.bootId ? Math.max(0, at.mono - since.mono) : 0;
  const untilWall = at.wall + skewMs;
  const sinceWall = untilWall - elapsedMs;
  const record = await engine.recordedEvents(sinceWall - BACK_MS, untilWall);
  if (record.kind !== 'ok') return record;
  const isOneClock =
    since !== null &&
    since.bootId === at.bootId &&
    info.clockWall !== null &&
    Math.abs(skewMs) < AGREE_MS &&
    Math.abs(at.wall - since.wall - elapsedMs) < AGREE_MS;
  const oldestWall = record.value.sinceWall;
  const isCovered = isOneClock && oldestWall !== null && oldestWall < sinceWall;
  // Across a reboot, or if a clock was set, nothing shows which of them are new: all of them may
  // be.
  const fromWall = isOneClock ? sinceWall - IN_FLIGHT_MS : Number.NEGATIVE_INFINITY;
  const { events } = record.value;
  return { kind: 'ok', value: { events, fromWall, isCovered, skewMs } };
}

/**
 * Returns the uses of images in a record. If it does not cover its time, their dates are unknown,
 * and they count as of now.
 */
export function usesIn({ events, fromWall, isCovered }: Omit<EngineRecord, 'skewMs'>, images: readonly SeenImage[]): EngineEvent[] {
  const resolve = imagesByReference(images);
  return events.flatMap(({ type, action, image, wall }) =>
    image === null || wall < fromWall || !USES.test(action)
      ? []
      : resolve(image).map((id) => ({ kind: 'used' as const, image: id, use: { wall, why: `${type} ${action}` }, isProven: isCovered })),
  );
}
