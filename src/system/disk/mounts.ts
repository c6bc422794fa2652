import { readProcFile } from '../proc-file.ts';

/** A mounted filesystem. */
export interface Mount {
  readonly point: string;
  /** st_dev of the mounted filesystem, as text. */
  readonly device: string;
  /**
   * It depends on this machine's own disks only; others depend on another machine, or a program,
   * that may never answer.
   */
  readonly isLocal: boolean;
  /**
   * The filesystem itself is read-only, whether mounted so or after an error. A mount that is
   * read-only only here does not count.
   */
  readonly isReadOnly?: boolean;
}

/** Types that are known not to depend on another machine or a program. */
const LOCAL = new Set(
  (
    'bcachefs btrfs cgroup cgroup2 devpts devtmpfs efivarfs erofs exfat ext2 ext3 ext4 f2fs hugetlbfs iso9660 jfs mqueue ntfs3 overlay ' +
    'proc ramfs reiserfs rootfs securityfs squashfs sysfs tmpfs udf vfat xfs zfs'
  ).split(' '),
);

/** Lists the mounts from /proc/self/mountinfo (proc(5)), without touching any filesystem. */
export const mounts = (): readonly Mount[] => mountsIn(readProcFile('/proc/self/mountinfo')?.toString() ?? '');

/**
 * Reads the third and fifth field of each line, in which blanks and the like are octal, and the
 * fields after the dash.
 */
export const mountsIn = (mountinfo: string): readonly Mount[] =>
  mountinfo.split('\n').flatMap((line) => {
    const [fields = '', rest = ''] = line.split(' - ');
    const [, , numbers = '', , point] = fields.split(' ');
    if (point === undefined) return [];
    const [major = 0, minor = 0] = numbers.split(':').map(Number);
    const [type = '', , ...options] = rest.split(' ');
    const access = options[0]?.split(',').includes('ro') ? { isReadOnly: true } : {};
    const named = point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
    return [
      {
        point: named,
        device: String(deviceNumber(major, minor)),
        isLocal: LOCAL.has(type),
        ...access,
      },
    ];
  });

/**
 * Whether the filesystem of a path is read-only. Its device is more reliable than its text, which
 * may contain links.
 */
export function isReadOnly(path: string, device: string, mounted: readonly Mount[]): boolean {
  const here = mounted.findLast((mount) => mount.device === device);
  const point = mountOf(
    path,
    mounted.map((mount) => mount.point),
  );
  return (here ?? mounted.findLast((mount) => mount.point === point))?.isReadOnly ?? false;
}

/**
 * Combines both as makedev(3) does. It adds instead of shifting, since JavaScript shifts only 32
 * bits.
 */
const deviceNumber = (major: number, minor: number): number =>
  (minor & 0xff) + (major & 0xfff) * 2 ** 8 + (minor >>> 8) * 2 ** 20 + (major >>> 12) * 2 ** 44;

/**
 * The deepest of these places above an absolute path, by its text alone: links are not followed.
 */
export function mountOf(path: string, points: readonly string[]): string {
  let found = '/';
  for (const point of points) if (point.length > found.length && (path === point || path.startsWith(`${point}/`))) found = point;
  return found;
}
