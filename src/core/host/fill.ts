/** What was measured of the files of one run while a disk lost its room, between the same two moments. */
export interface Growth {
  readonly sinceWall: number;
  /** By how much less was available on the disk. */
  readonly lostBytes: number;
  /** By how much the files of the run grew, at least. */
  readonly grewBytes: number;
}

/** A disk that is full, as it was measured right after the files. */
export interface FullDisk {
  readonly availableBytes: number;
  /** With so much available it would not be full. */
  readonly wantedBytes: number;
}

/** Share of what a disk lost that has to be one run's before it is the one that filled it: no other can have lost it as much. */
const MOST = 0.5;

/** Whether it was this growth that filled the disk: it took most of what was lost, and without it there would be room. */
export const hasFilled = ({ lostBytes, grewBytes }: Growth, { availableBytes, wantedBytes }: FullDisk): boolean =>
  availableBytes < wantedBytes && lostBytes > 0 && grewBytes > lostBytes * MOST && availableBytes + grewBytes >= wantedBytes;

/** Directories that many share by custom: what grows in them is nobody's own. */
const COMMON = /^\/[^/]*$|^\/(?:home|var|usr|run\/user)\/[^/]+$/;

const isWithin = (path: string, directory: string): boolean => path === directory || path.startsWith(`${directory}/`);

/**
 * Whether what grows in a directory can be of no other than the run that works in it. `homes`: directories of users. `others`: those in
 * which others write, such as the directories of the other runs.
 */
export const isOwn = (directory: string, homes: readonly string[], others: readonly string[]): boolean =>
  !COMMON.test(directory) &&
  !homes.includes(directory) &&
  !others.some((other) => isWithin(directory, other) || isWithin(other, directory));
