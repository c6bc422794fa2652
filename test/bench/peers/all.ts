import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Contestant } from '../contestant.ts';
import type { Skipped } from '../row.ts';
import { newDirectory } from '../run/directory.ts';
import { Turn } from '../turn.ts';
import { bashLoop } from './bash-loop.ts';
import { monit } from './monit.ts';
import type { Peer } from './peer.ts';
import { pm2 } from './pm2.ts';
import { runit } from './runit.ts';
import { s6 } from './s6.ts';
import { supervisord } from './supervisord.ts';
import { systemd } from './systemd.ts';

/** What people use instead, one per file. */
export const PEERS: readonly Peer[] = [runit, systemd, pm2, bashLoop, s6, supervisord, monit];

export async function placeFor({ place }: Peer) {
  if (place !== undefined) return place();
  const directory = newDirectory();
  return { directory, remove: async () => rmSync(directory, { recursive: true, force: true }) };
}

/** A peer that keeps its own turn going, or why it is unavailable here. */
export async function contestant(peer: Peer): Promise<Contestant | Skipped> {
  const { name, whyNot, keep } = peer;
  const because = whyNot();
  if (because !== null) return { what: name, skipped: because };
  const { directory, remove } = await placeFor(peer);
  const turn = new Turn(join(directory, 'turn'));
  const kept = await keep(directory, [turn.script]).catch(async (error: unknown) => {
    turn.close();
    await remove();
    throw error;
  });
  const close = async () => {
    await kept.close();
    turn.close();
    await remove();
  };
  return { name, turn, prepare: async () => {}, close };
}
