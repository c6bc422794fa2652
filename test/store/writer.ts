import { layout } from '../../src/store/directory/layout.ts';
import { takeLease } from '../../src/store/lease/lease.ts';
import { openStore } from '../../src/store/store.ts';
import { bootId, identify, isAlive, monoMs } from '../../src/system/process/process.ts';
import { newRunNamed, noting, resuming } from '../kit/samples-of-decisions.ts';

/**
 * Takes the lease and records batches for ever, each with a resume of `one` and a note about `two`.
 * Reports on stdout what is certain: "taken FENCE", then the number of the last decision after each
 * recorded batch. If the lease is held, it prints "held PID" and exits.
 */
const [stateDir = '', batches = 'for ever'] = process.argv.slice(2);
const where = layout(stateDir);
const me = identify(process.pid) ?? { bootId: bootId(), pid: process.pid, startTicks: 0 };
const answer = await takeLease(where, me, 60_000, {
  isAlive,
  kill: async () => false,
  now: () => ({ wall: Date.now(), mono: monoMs() }),
  pause: async () => {},
  releaseBallast: () => false,
});
if (answer.kind === 'held') {
  process.stdout.write(`held ${answer.by.pid}\n`);
} else {
  const store = openStore(where, answer.lease, () => false);
  process.stdout.write(`taken ${answer.lease.fence}\n`);
  for (let seq = store.lastSeq(), done = 0; batches === 'for ever' || done < Number(batches); done++) {
    store.record([resuming(newRunNamed('one'), ++seq), noting(newRunNamed('two'), ++seq)]);
    process.stdout.write(`${seq}\n`);
    if (seq % 64 === 0) store.tidy();
    // Standard output is written when the event loop turns.
    await new Promise((resolve) => setImmediate(resolve));
  }
  store.close();
}
