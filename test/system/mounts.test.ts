import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mountOf, mountPoints, pointsIn } from '../../src/system/mounts.ts';

const MOUNTINFO = `28 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
29 28 0:25 / /dev rw shared:2 - devtmpfs udev rw
30 28 0:40 / /srv/my\\040disk rw - nfs4 box:/export rw
31 28 0:41 / /srv rw - tmpfs none rw
`;

test('the places are read as they are, with what is octal in them', () => {
  expect(pointsIn(MOUNTINFO)).toEqual(['/', '/dev', '/srv/my disk', '/srv']);
  expect(mountPoints()).toContain('/proc');
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
  expect(mountOf(path, pointsIn(MOUNTINFO))).toBe(point);
});

test('it is always a place above, and none is deeper', () => {
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
