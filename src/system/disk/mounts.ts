import { readProcFile } from '../proc-file.ts';

/** A filesystem where it is mounted. */
export interface Mount {
  readonly point: string;
  /** st_dev of what is on it, as text. */
  readonly device: string;
  /** It waits for this machine's own disks at most; others wait for another machine, or a program, that may never answer. */
  readonly isLocal: boolean;
  /** Nobody may write to the filesystem itself, be it mounted so or after an error; a view of it that only we may not write to is none. */
  readonly isReadOnly?: boolean;
}

/** Those that are known not to wait for anybody. */
const LOCAL = new Set(
  (
    'bcachefs btrfs cgroup cgroup2 devpts devtmpfs efivarfs erofs exfat ext2 ext3 ext4 f2fs hugetlbfs iso9660 jfs mqueue ntfs3 overlay ' +
    'proc ramfs reiserfs rootfs securityfs squashfs sysfs tmpfs udf vfat xfs zfs'
  ).split(' '),
);

/** What is mounted, as /proc/self/mountinfo says (proc(5)): no filesystem is touched. */
export const mounts = (): readonly Mount[] => mountsIn(readProcFile('/proc/self/mountinfo')?.toString() ?? '');

/** The third and fifth field of each line, in which blanks and the like are octal, and the first behind the dash. */
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

/** Whether the filesystem of a path is read-only; its device tells better than its text, which may lead through links. */
export function isReadOnly(path: string, device: string, mounted: readonly Mount[]): boolean {
  const here = mounted.findLast((mount) => mount.device === device);
  const point = mountOf(
    path,
    mounted.map((mount) => mount.point),
  );
  return (here ?? mounted.findLast((mount) => mount.point === point))?.isReadOnly ?? false;
}

/** As makedev(3) puts the two together; sums, since a number of JavaScript is shifted in 32 bits only. */
const deviceNumber = (major: number, minor: number): number =>
  (minor & 0xff) + (major & 0xfff) * 2 ** 8 + (minor >>> 8) * 2 ** 20 + (major >>> 12) * 2 ** 44;

/** The deepest of these places above an absolute path, by its text alone: no link is followed. */
export function mountOf(path: string, points: readonly string[]): string {
  let found = '/';
  for (const point of points) if (point.length > found.length && (path === point || path.startsWith(`${point}/`))) found = point;
  return found;
}
