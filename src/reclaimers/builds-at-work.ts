import type { SeenContainer } from '../core/images/image.ts';
import type { DockerEvent } from '../system/docker/events.ts';
import type { CacheRecord } from '../system/docker/shapes.ts';

/** Between two steps of a build there is no container of it. */
const BETWEEN_STEPS_MS = 30_000;
/** How events of containers name an image that no person named. */
const BY_ID = /^sha256:[0-9a-f]{64}$/;

/**
 * What shows that the engine builds, in words. BuildKit holds records of its cache; the classic builder has containers, one a step. Builders
 * in a container of their own (buildx) have images of their own.
 */
export function buildsAtWork(
  cache: readonly CacheRecord[],
  containers: readonly SeenContainer[],
  events: readonly DockerEvent[],
  nowWall: number,
): readonly string[] {
  const held = cache.filter(({ isInUse }) => isInUse).length;
  const steps = containers.filter(({ isBuildStep }) => isBuildStep === true).map(({ name }) => `container ${name} is a step of it`);
  const isFresh = events.some(
    ({ type, action, image, wall }) =>
      type === 'container' && action === 'create' && image !== null && BY_ID.test(image) && nowWall - wall < BETWEEN_STEPS_MS,
  );
  return [
    ...(held > 0 ? [`records of the build cache are in use (${held})`] : []),
    ...steps,
    ...(isFresh && steps.length === 0 ? ['a container was made by the id of an image a moment ago, as a step of a build is'] : []),
  ];
}
