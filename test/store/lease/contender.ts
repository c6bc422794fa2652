import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { StoreError } from '../../../src/store/directory/error.ts';
import { layout } from '../../../src/store/directory/layout.ts';
import { acquireState } from '../../../src/store/held-state.ts';
import { beat } from '../../../src/store/lease/heartbeat.ts';
import { monoMs } from '../../../src/system/process/process.ts';
import { newRunNamed, noting, resuming } from '../../kit/samples-of-decisions.ts';

/**
 * A watchdog with nothing to watch: asks for the lease until it gets it, then records decisions as
 * fast as it can, and after each one appends its fence and pid to the witness file, as it would
 * act. On TERM, it hands the lease off and exits.
 */
const [stateDir = '', witness = '', leaseTimeoutMs = ''] = process.argv.slice(2);
const where = layout(stateDir);
let isAsked = true;
process.on('SIGTERM', () => {
  isAsked = false;
});
process.on('uncaughtException', (error) => {
  // It was stopped for too long, or never got its turn: like a watchdog, it exits.
  if (error instanceof StoreError && (error.kind === 'lease-lost' || error.kind === 'busy')) process.exit(75);
  console.error(error);
  process.exit(70);
});

let state = await acquireState(where, { leaseTimeoutMs: Number(leaseTimeoutMs), ballastBytes: 0 });
while (state.kind === 'held-by-other' && isAsked) {
  await setTimeout(50 + Math.random() * 200);
  state = await acquireState(where, { leaseTimeoutMs: Number(leaseTimeoutMs), ballastBytes: 0 });
}
if (state.kind === 'held-by-us') {
  const { store, lease } = state;
  for (let seq = store.lastSeq(); isAsked; ) {
    store.record([resuming(newRunNamed('one'), ++seq), noting(newRunNamed('two'), ++seq)]);
    appendFileSync(witness, `${lease.fence} ${process.pid}\n`);
    beat(where, { bootId: lease.bootId, mono: monoMs() });
    await setTimeout(Math.random() * 4);
  }
  state.close();
}
