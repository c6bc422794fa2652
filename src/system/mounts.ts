import { readProcFile } from './proc-file.ts';

/** Where filesystems are mounted, as /proc/self/mountinfo says (proc(5)): no filesystem is touched. */
export const mountPoints = (): readonly string[] => pointsIn(readProcFile('/proc/self/mountinfo')?.toString() ?? '');

/** The fifth field of each line, in which blanks and the like are octal. */
export const pointsIn = (mountinfo: string): readonly string[] =>
  mountinfo.split('\n').flatMap((line) => {
    const point = line.split(' ')[4];
    return point === undefined ? [] : point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  });

/** The deepest of these places above an absolute path, by its text alone: no link is followed. */
export function mountOf(path: string, points: readonly string[]): string {
  let found = '/';
  for (const point of points) if (point.length > found.length && (path === point || path.startsWith(`${point}/`))) found = point;
  return found;
}
