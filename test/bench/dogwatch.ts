import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { aliveFifo } from '../../src/store/directory/layout.ts';
import { lastBeat } from '../../src/store/lease/heartbeat.ts';
import { until } from '../kit/until.ts';
import type { Contestant } from './contestant.ts';
import { type Place, place } from './place.ts';
import { Turn } from './turn.ts';

/** Many deaths of turns that did little, each resumed at once. */
export const PROMPTLY = { DOGWATCH_PROMPT_AFTER: '0s', DOGWATCH_MAX_RESUMES: '100000', DOGWATCH_MAX_RESUMES_TOTAL: '100000' };
const NAME = 'turn';

/**
 * dogwatch and a turn that it started. `adopted`: its watchdog was killed before each death, so
 * that the next one resumes the turn.
 */
export async function dogwatch(
  adopted: boolean,
  more: (directory: string) => Readonly<Record<string, string>> = () => ({}),
): Promise<Contestant> {
  const home = place(PROMPTLY);
  Object.assign(home.env, more(home.directory));
  const turn = new Turn(join(home.directory, 'turn'));
  const close = async () => {
    await home.tearDown();
    turn.close();
  };
  try {
    await home.watch();
    await home.does(['run', '--detach', '--name', NAME, '--cwd', turn.directory, '--', turn.script]);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    name: adopted ? 'dogwatch, adopted after its restart' : 'dogwatch, its child',
    turn,
    prepare: async () => {
      await home.inState(NAME, 'working');
      if (adopted) await replaceWatchdog(home);
    },
    close,
  };
}

async function replaceWatchdog(home: Place): Promise<void> {
  const before = home.watchdog();
  if (before !== null) await home.kill(before);
  const { pid } = await home.watch();
  const fifos = [0, 1].map((attempt) => aliveFifo(home.where, `${NAME}.1`, attempt));
  await until('the new watchdog watches the turn', () => openFiles(pid).some((file) => fifos.includes(file)));
  // Its start ends with its first upkeep: a death in the seconds before shares two cores with that.
  const began = lastBeat(home.where)?.mono ?? 0;
  await until('its start is over', () => (lastBeat(home.where)?.mono ?? 0) > began);
}

const openFiles = (pid: number): readonly string[] =>
  readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return '';
    }
  });
