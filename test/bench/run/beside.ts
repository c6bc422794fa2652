import type { Row, Skipped } from '../row.ts';

const OWN = 'dogwatch';

/**
 * By what a figure of dogwatch is a multiple of its peers' in the same run, as the report shows it:
 * `runit 2.9 (2.4), PM2 1.7 (1.5)`, the median first, then the 95th percentile. Empty without peers.
 */
export function besidePeers(own: Row, results: readonly (Row | Skipped)[]): string {
  const [measure, who] = split(own.what);
  if (!who.startsWith(OWN)) return '';
  const peers = results.flatMap((one) => {
    if ('skipped' in one) return [];
    const [same, peer] = split(one.what);
    return same === measure && one.unit === own.unit && !peer.startsWith(OWN) ? [{ name: nameOf(peer), row: one }] : [];
  });
  return peers.map(({ name, row }) => `${name} ${ratio(own.p50, row.p50)} (${ratio(own.p95, row.p95)})`).join(', ');
}

/** What was measured, and of whom. */
function split(what: string): readonly [measure: string, who: string] {
  const at = what.lastIndexOf(': ');
  return at < 0 ? [what, ''] : [what.slice(0, at), what.slice(at + 2)];
}

/** Without the number of programs and the like. */
const nameOf = (peer: string): string => peer.split(',')[0] ?? peer;

const ratio = (own: number, other: number): string => (other > 0 ? (own / other).toPrecision(2) : '∞');
