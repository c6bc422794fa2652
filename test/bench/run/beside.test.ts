import { expect, test } from 'vitest';
import { row } from '../row.ts';
import { besidePeers } from './beside.ts';

const own = row('idle, CPU: dogwatch, 1 run', '%', [0.03, 0.06]);

test('a figure is compared with the same one of each peer', () => {
  const peers = [row('idle, CPU: PM2 7.0.4, 1 run', '%', [0.03, 0.03]), row('idle, CPU: s6, 1 run', '%', [0, 0])];
  expect(besidePeers(own, [own, ...peers])).toBe('PM2 7.0.4 1.0 (2.0), s6 ∞ (∞)');
});

test.each<[what: string, ...Parameters<typeof besidePeers>]>([
  ['its own other figures', own, [own, row('idle, CPU: dogwatch, 10 runs', '%', [1])]],
  ['another measure', own, [row('idle, RSS: PM2 7.0.4, 1 run', 'MB', [70]), { what: 'idle: systemd', skipped: 'not here' }]],
  ['what is not of dogwatch', row('signals: codex', 'MiB/s', [1]), [row('signals: claude', 'MiB/s', [1])]],
])('%s is no peer', (_, figure, results) => {
  expect(besidePeers(figure, results)).toBe('');
});
