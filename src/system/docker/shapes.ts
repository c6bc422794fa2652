import type { SeenContainer, SeenImage } from '../../core/images/image.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface EngineInfo {
  /** Its own id, which survives a restart. */
  readonly id: string;
  readonly version: string;
  /** Its data directory, on its own machine. */
  readonly root: string;
  /** Its images are in containerd's image store, outside its own root. */
  readonly usesContainerd: boolean;
  /** Its clock (ms since the epoch), or null if it does not report it. */
  readonly clockWall: number | null;
}

export interface CacheRecord {
  readonly bytes: number;
  readonly lastUsedWall: number;
  readonly isInUse: boolean;
  readonly isShared: boolean;
}

/** An image with what only inspecting it shows. */
export interface InspectedImage extends SeenImage {
  /** When it was last tagged, pulled or loaded here, or null if this engine does not report it. */
  readonly taggedWall: number | null;
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);
const count = (value: unknown): number => (typeof value === 'number' && value >= 0 ? value : 0);
/** Older engines give untagged images the placeholder `<none>`, which is not a name. */
const names = (value: unknown): string[] => texts(value).filter((name) => !name.includes('<none>'));

/**
 * Parses a date as engines write it; null if there is none, or for Go's zero time, which means
 * none.
 */
function date(value: unknown): number | null {
  const wall = Date.parse(text(value));
  return Number.isFinite(wall) && wall > 0 ? wall : null;
}

/** Parses the answer to /info, or returns null if it is not one. */
export function engineInfo(value: unknown): EngineInfo | null {
  if (!isFields(value) || text(value.ID) === '') return null;
  const status = Array.isArray(value.DriverStatus) ? value.DriverStatus.map(texts) : [];
  const usesContainerd = status.some(([key, type]) => key === 'driver-type' && type?.startsWith('io.containerd'));
  return {
    id: text(value.ID),
    version: text(value.ServerVersion),
    root: text(value.DockerRootDir),
    usesContainerd,
    clockWall: date(value.SystemTime),
  };
}

/** Parses a list of images, or returns null if it is not one. Every image must have an id. */
export function imageList(value: unknown): SeenImage[] | null {
  if (!Array.isArray(value) || !value.every((one) => isFields(one) && text(one.Id) !== '')) return null;
  return value.map((one: Fields) => {
    const [size, shared] = [count(one.Size), one.SharedSize];
    return {
      id: text(one.Id),
      tags: names(one.RepoTags),
      digests: names(one.RepoDigests),
      labels: isFields(one.Labels) ? Object.keys(one.Labels) : [],
      layers: null,
      parent: text(one.ParentId) || null,
      builtWall: typeof one.Created === 'number' && one.Created > 0 ? one.Created * 1000 : null,
      sizeBytes: size,
      unsharedBytes: typeof shared === 'number' && shared >= 0 ? Math.max(0, size - shared) : null,
    };
  });
}

export interface ListedContainer extends Omit<SeenContainer, 'usedWall' | 'isBuildStep'> {
  /** It was created by the id of an image, as build steps are. */
  readonly isById: boolean;
}

const BY_ID = /^(?:sha256:)?[0-9a-f]{12,64}$/;

/** Parses a list of containers, or returns null if it is not one. */
export function containerList(value: unknown): ListedContainer[] | null {
  if (!Array.isArray(value) || !value.every((one) => isFields(one) && text(one.Id) !== '')) return null;
  return value.map((one: Fields) => {
    const manifest = isFields(one.ImageManifestDescriptor) ? text(one.ImageManifestDescriptor.digest) : '';
    return {
      id: text(one.Id),
      name: (texts(one.Names)[0] ?? text(one.Id).slice(0, 12)).replace(/^\//, ''),
      state: text(one.State) || 'unknown',
      images: [text(one.ImageID), text(one.Image), manifest].filter((reference) => reference !== ''),
      isById: BY_ID.test(text(one.Image)),
    };
  });
}

/** The latest of a container's dates, or null if it has none. */
export function containerUsedWall(value: unknown): number | null {
  if (!isFields(value) || !isFields(value.State)) return null;
  const dates = [value.Created, value.State.StartedAt, value.State.FinishedAt].map(date).filter((wall) => wall !== null);
  return dates.length === 0 ? null : Math.max(...dates);
}

/** The layers in the description of an image, or null if it does not list them. */
function layersOf(rootFs: unknown): readonly string[] | null {
  if (!isFields(rootFs)) return null;
  const { Layers = [] } = rootFs;
  return Layers === null ? [] : Array.isArray(Layers) && Layers.every((one) => typeof one === 'string') ? Layers : null;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * Whether a container is a step of a running build: the classic builder creates its containers by
 * image id and without a log (seen with 20.10).
 */
export function isBuildStep(value: unknown): boolean {
  if (!isFields(value) || !isFields(value.Config) || !isFields(value.HostConfig) || !isFields(value.State)) return false;
  const log = isFields(value.HostConfig.LogConfig) ? text(value.HostConfig.LogConfig.Type) : '';
  return value.State.Running === true && DIGEST.test(text(value.Config.Image)) && log === 'none';
}

/** Parses the description of an image, or returns null if it is not one. */
export function inspectedImage(value: unknown): InspectedImage | null {
  if (!isFields(value) || text(value.Id) === '') return null;
  return {
    id: text(value.Id),
    tags: names(value.RepoTags),
    digests: names(value.RepoDigests),
    labels: isFields(value.Config) && isFields(value.Config.Labels) ? Object.keys(value.Config.Labels) : [],
    layers: layersOf(value.RootFS),
    parent: text(value.Parent) || null,
    builtWall: date(value.Created),
    sizeBytes: count(value.Size),
    unsharedBytes: null,
    taggedWall: isFields(value.Metadata) ? date(value.Metadata.LastTagTime) : null,
  };
}

/** Parses the build cache in the answer to /system/df, or returns null if there is none. */
export function cacheRecords(value: unknown): CacheRecord[] | null {
  if (!isFields(value) || !('BuildCache' in value)) return null;
  const records = Array.isArray(value.BuildCache) ? value.BuildCache.filter(isFields) : [];
  return records.map(({ Size, LastUsedAt, CreatedAt, InUse, Shared }) => ({
    bytes: count(Size),
    lastUsedWall: Math.max(date(LastUsedAt) ?? 0, date(CreatedAt) ?? 0),
    isInUse: InUse === true,
    isShared: Shared === true,
  }));
}

/** The bytes that a prune says it freed, or null if it does not say. */
export const spaceReclaimed = (value: unknown): number | null =>
  isFields(value) && typeof value.SpaceReclaimed === 'number' ? value.SpaceReclaimed : null;
