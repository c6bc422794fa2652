import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '../../../src/core/model/facts.ts';
import type { Stage } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

/** A process of a shim that was made before its attempt was decided. */
export interface Prepared {
  readonly identity: ProcessIdentity;
  /** Whether its attempt is unclaimed, so that it waits, or is about to leave. */
  readonly isWaiting: boolean;
}

const SCRIPT = /\/standby-[0-9a-f]{8}$/;

/** Those that live now, whatever the state says about them. */
export const prepared = (stage: Stage, run = 'job'): readonly Prepared[] =>
  stage.processes().flatMap((identity) => {
    const [, script = '', , directory = ''] = wordsOf(identity);
    const isOne = SCRIPT.test(script) && directory.includes(`/${run}.1/`);
    return isOne ? [{ identity, isWaiting: !existsSync(join(directory, 'claim')) }] : [];
  });

export const waiting = (stage: Stage, run = 'job'): readonly ProcessIdentity[] =>
  prepared(stage, run).flatMap(({ identity, isWaiting }) => (isWaiting ? [identity] : []));

/** A shim and the process that becomes its command wait for their word. */
export const isPrepared = (stage: Stage, run = 'job'): Promise<unknown> =>
  until('the next attempt waits', () => waiting(stage, run).length === 2);

/** Files with a command that nobody has taken away. */
export const leftCommands = ({ where }: Stage, run = 'job'): readonly string[] => globSync(join(where.runs, `${run}.1`, 'standby-*'));

function wordsOf({ pid }: ProcessIdentity): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
