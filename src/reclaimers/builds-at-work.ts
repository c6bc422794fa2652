import type { SeenContainer } from '../core/images/image.ts';
import type { DockerEvent } from '../system/docker/events.ts';
import type { CacheRecord } from '../system/docker/shapes.ts';

/** Between two steps of a build, it has no container. */
const BETWEEN_STEPS_MS = 30_000;
/** How container events refer to an image by its id instead of a name. */
const BY_ID = /^sha256:[0-9a-f]{64}$/;

/**
 * Returns what shows that the engine is building. BuildKit holds records of its cache; the classic
 * builder has one container per step. Builders in their own container (buildx) have their own
 * images.
 */
export function buildsAtWork(
  cache: readonly CacheRecord[],
  containers: readonly SeenContainer[],
  events: readonly DockerEvent[],
  nowWall: number,
): readonly string[] {
  const held = cache.filter(({ isInUse }) => isInUse).length;
  const steps = containers.filter(({ isBuildStep }) => isBuildStep === true).map(({ name }) => `container ${name} is a build step`);
  const isFresh = events.some(
    ({ type, action, image, wall }) =>
      type === 'container' && action === 'create' && image !== null && BY_ID.test(image) && nowWall - wall < BETWEEN_STEPS_MS,
  );
  return [
    ...(held > 0 ? [`records of the build cache are in use (${held})`] : []),
    ...steps,
    ...(isFresh && steps.length === 0 ? ["a container was just created by an image's id, like a build step"] : []),
  ];
}
