import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { processesOf } from '../../kit/processes-of.ts';
import { until } from '../../kit/until.ts';
import { endAll, variablesOf } from '../peers/peer.ts';
import { newDirectory } from './directory.ts';

/** What else runs on the machine while something is measured. */
export interface Surroundings {
  /** For the names of figures. Empty if nothing else runs. */
  readonly name: string;
  /** Starts it. Returns what ends it. */
  start(): Promise<() => Promise<unknown>>;
}

const STRANGERS = 500;

export const quiet: Surroundings = { name: '', start: async () => async () => {} };

export const busy: Surroundings = {
  name: ', all cores busy',
  start: () => started(availableParallelism(), 'while :; do :; done'),
};

export const amongStrangers: Surroundings = {
  name: `, among ${STRANGERS} other processes`,
  start: () => started(STRANGERS, 'exec sleep 1000000'),
};

async function started(count: number, script: string): Promise<() => Promise<unknown>> {
  const directory = newDirectory();
  const all = 'count=$1; while [ "$count" -gt 0 ]; do sh -c "$2" & count=$((count - 1)); done; wait';
  spawn('sh', ['-c', all, 'sh', String(count), script], { env: variablesOf(directory), stdio: 'ignore' });
  await until(`${count} processes run`, () => processesOf(directory).length > count);
  return () => endAll(directory);
}
