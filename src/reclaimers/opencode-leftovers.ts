import { lstat, readdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { inWords } from '../core/values/duration.ts';
import { errorMessage } from '../core/values/error-message.ts';
import { availableAt } from './available-bytes.ts';
import { NOTHING, noPlan, type Plan, type Reclaimer } from './reclaimer.ts';

interface Tree {
  readonly bytes: number;
  /** When anything in it last changed, ms since the epoch. */
  readonly changedWall: number;
}

/** The present log has another name; opencode itself removes these once there are more than ten. */
const OLD_LOG = /^\d{4}-\d{2}-\d{2}T\d+\.log$/;
/** A tree with more entries is left alone, because measuring it would take too long. */
const MAX_ENTRIES = 1_000_000;

/**
 * Old logs of opencode, and its snapshots of projects that nobody worked on for long: copies that
 * serve only to take back what a session did (opencode 1.18.33; `"snapshot": false` turns them
 * off).
 */
export function opencodeLeftovers(env: Readonly<NodeJS.ProcessEnv>, minAgeMs: number): Reclaimer {
  const home = join(env.XDG_DATA_HOME || join(env.HOME || homedir(), '.local', 'share'), 'opencode');
  const candidates = async () => [
    ...(await namesIn(join(home, 'log'))).filter((name) => OLD_LOG.test(name)).map((name) => join(home, 'log', name)),
    ...(await namesIn(join(home, 'snapshot'))).map((name) => join(home, 'snapshot', name)),
  ];
  return {
    kind: 'leftovers',
    name: 'opencode',
    paths: async () => [home],
    availableBytes: () => availableAt([home]),
    plan: async (now): Promise<Plan> => {
      try {
        const plan = { items: [] as Plan['items'][number][], kept: [] as Plan['kept'][number][] };
        for (const path of await candidates()) {
          const { bytes, changedWall } = await measure(path);
          const ageMs = Math.max(0, now.wall - changedWall);
          const item = { id: path, what: path, bytes, lastUsedWall: changedWall, because: `changed ${inWords(ageMs)} ago` };
          (ageMs >= minAgeMs ? plan.items : plan.kept).push(item);
        }
        plan.items.sort((a, b) => (a.lastUsedWall ?? 0) - (b.lastUsedWall ?? 0));
        return { ...NOTHING, ...plan };
      } catch (error) {
        return noPlan(`opencode's files can't be read: ${errorMessage(error)}`);
      }
    },
    apply: async ({ id }, now) => {
      try {
        if (!(await candidates()).includes(id)) return { kind: 'spared', because: 'it is gone already' };
        const { bytes, changedWall } = await measure(id);
        if (now.wall - changedWall < minAgeMs) return { kind: 'spared', because: 'it was changed meanwhile' };
        await rm(id, { recursive: true, force: true });
        return { kind: 'freed', claimedBytes: bytes, because: null };
      } catch (error) {
        return { kind: 'failed', because: errorMessage(error) };
      }
    },
  };
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Does not follow links. */
async function measure(path: string): Promise<Tree> {
  let [bytes, changedWall, entries] = [0, 0, 0];
  const rest = [path];
  for (let one = rest.pop(); one !== undefined; one = rest.pop()) {
    const seen = await lstat(one);
    bytes += seen.blocks * 512;
    changedWall = Math.max(changedWall, seen.mtimeMs);
    entries += 1;
    if (entries > MAX_ENTRIES) throw new Error(`${path} has more than ${MAX_ENTRIES} entries`);
    if (seen.isDirectory()) for (const name of await namesIn(one)) rest.push(join(one, name));
  }
  return { bytes, changedWall };
}
