/**
 * The growth of one run's files and the room that a disk lost, measured between the same two
 * moments.
 */
export interface Growth {
  readonly sinceWall: number;
  /** The drop in available space on the disk. */
  readonly lostBytes: number;
  /** The minimum growth of the run's files. */
  readonly grewBytes: number;
}

/** A full disk, measured right after the files. */
export interface FullDisk {
  readonly availableBytes: number;
  /** With this much available it would not be full. */
  readonly wantedBytes: number;
}

/**
 * The share of the disk's loss that one run must account for to have filled it. No other run can
 * then have caused as much.
 */
const MOST = 0.5;

/**
 * Whether this growth filled the disk: it caused most of the loss, and without it there would be
 * room.
 */
export const hasFilled = ({ lostBytes, grewBytes }: Growth, { availableBytes, wantedBytes }: FullDisk): boolean =>
  availableBytes < wantedBytes && lostBytes > 0 && grewBytes > lostBytes * MOST && availableBytes + grewBytes >= wantedBytes;

/** Directories shared by convention: growth in them belongs to no particular run. */
const COMMON = /^\/[^/]*$|^\/(?:home|var|usr|run\/user)\/[^/]+$/;

const isWithin = (path: string, directory: string): boolean => path === directory || path.startsWith(`${directory}/`);

/**
 * Whether growth in a directory can only belong to the run that works in it. `homes` are the users'
 * home directories; `others` are directories that others write to, such as those of other runs.
 */
export const isOwn = (directory: string, homes: readonly string[], others: readonly string[]): boolean =>
  !COMMON.test(directory) &&
  !homes.includes(directory) &&
  !others.some((other) => isWithin(directory, other) || isWithin(other, directory));
