import { statSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isReadOnly, mountOf, mounts, mountsIn } from '../../../src/system/disk/mounts.ts';

const MOUNTINFO = `28 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
29 28 0:25 / /dev rw shared:2 - devtmpfs udev rw
30 28 0:40 / /srv/my\\040disk rw - nfs4 box:/export rw
31 28 0:41 / /srv rw - tmpfs none rw
`;

const POINTS = ['/', '/dev', '/srv/my disk', '/srv'];

test('mount points are decoded from octal, and marked as local or not', () => {
  expect(mountsIn(MOUNTINFO)).toEqual([
    { point: '/', device: '65024', isLocal: true },
    { point: '/dev', device: '25', isLocal: true },
    { point: '/srv/my disk', device: '40', isLocal: false },
    { point: '/srv', device: '41', isLocal: true },
  ]);
});

test.each([
  ['0:1234', 4 * 2 ** 20 + 210],
  ['259:300', 259 * 256 + 2 ** 20 + 44],
])('the number of %s', (numbers, expected) => {
  expect(mountsIn(`4 3 ${numbers} / /x rw - fuse.sshfs box: rw`)).toEqual([{ point: '/x', device: String(expected), isLocal: false }]);
});

test('on this machine a device has the number that stat reports', () => {
  expect(mounts()).toContainEqual({ point: '/proc', device: String(statSync('/proc').dev), isLocal: true });
});

test.each([
  ['/', '/'],
  ['/home/jo', '/'],
  ['/srv', '/srv'],
  ['/srvs', '/'],
  ['/srv/other', '/srv'],
  ['/srv/my disk', '/srv/my disk'],
  ['/srv/my disk/a/b', '/srv/my disk'],
])('%s is below %s', (path, point) => {
  expect(mountOf(path, POINTS)).toBe(point);
});

test('it is always a parent, and none is deeper', () => {
  const place = fc.array(fc.constantFrom('a', 'b', 'ab'), { maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
  const isAbove = (point: string, path: string) => point === '/' || path === point || path.startsWith(`${point}/`);
  fc.assert(
    fc.property(place, fc.array(place), (path, points) => {
      const found = mountOf(path, points);
      expect(isAbove(found, path)).toBe(true);
      expect(points.filter((point) => isAbove(point, path) && point.length > found.length)).toEqual([]);
    }),
  );
});

/**
 * How the kernel shows a filesystem that it has made read-only, one that is read-only only in this
 * mount, and a writable one.
 */
const CLOSED = `28 1 254:0 / / rw,relatime - ext4 /dev/vda rw
29 28 254:16 / /data rw,relatime - ext4 /dev/vdb ro,errors=remount-ro
30 28 254:0 /usr /usr ro,relatime - ext4 /dev/vda rw
31 28 0:50 / /btrfs ro - btrfs /dev/vdc ro,space_cache
`;

test.each([
  ['the kernel made it read-only, however it is mounted', '/data/work', String(254 * 256 + 16), true],
  ['only this view of it is read-only (a service in a sandbox)', '/usr/lib', String(254 * 256), false],
  ['writable', '/home', String(254 * 256), false],
  ['a path that leads there through a link', '/home/link', String(254 * 256 + 16), true],
  ['a filesystem with its own device numbers', '/btrfs/work', '99', true],
])('read-only: %s', (_what, path, device, expected) => expect(isReadOnly(path, device, mountsIn(CLOSED))).toBe(expected));
