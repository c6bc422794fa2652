import { expect, test } from 'vitest';
import { biggest } from '../../../src/system/disk/largest.ts';

test('the largest entries are named down to the file, or as a directory if no entry dominates it', () => {
  const sizes = new Map([
    ['/', 1000],
    ['/state', 720],
    ['/state/runs', 710],
    ['/state/runs/flood.1', 700],
    ['/state/runs/flood.1/attempts', 700],
    ['/state/runs/flood.1/attempts/1', 700],
    ['/state/runs/flood.1/attempts/1/log', 699],
    ['/home', 200],
    ['/home/me', 200],
    ['/home/me/a', 90],
    ['/home/me/b', 90],
  ]);
  expect(biggest(sizes, '/')).toEqual([
    { name: '/state/runs/flood.1/attempts/1/log', bytes: 699 },
    { name: '/home/me', bytes: 200 },
  ]);
});
