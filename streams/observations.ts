import { merge, type Observable } from 'rxjs';
import type { EffectiveDecision } from '../src/core/decision.ts';
import type { Fact } from '../src/core/model/facts.ts';
import type { HostFact } from '../src/core/model/host.ts';
import type { Run } from '../src/core/model/run.ts';
import { reopened } from './operators/keep-open.ts';
import { type CredentialsDeps, credentials } from './sources/credentials.ts';
import { type DiskFillsDeps, diskFills } from './sources/disk-fills.ts';
import { type DiskSamplesDeps, diskSamples } from './sources/disk-samples.ts';
import { type DoneFileDeps, doneFiles } from './sources/done-files.ts';
import { type JournalEntriesDeps, journalEntries } from './sources/journal-entries.ts';
import { type LogLinesDeps, logLines } from './sources/log-lines.ts';
import { type LogSizesDeps, logSizes } from './sources/log-sizes.ts';
import { type ProcessExitsDeps, processExits } from './sources/process-exits.ts';
import { type RecoveriesDeps, recoveries } from './sources/recovery-exits.ts';
import { type TicksDeps, ticks } from './sources/ticks.ts';
import { type VitalsDeps, vitals } from './sources/vitals.ts';

/** What is needed to watch everything. */
export interface Watched {
  readonly logs: LogLinesDeps;
  readonly logSizes: LogSizesDeps;
  readonly journals: JournalEntriesDeps;
  readonly doneFiles: DoneFileDeps;
  readonly processes: Omit<ProcessExitsDeps, 'drain' | 'doneFile'>;
  readonly recoveries: RecoveriesDeps;
  readonly vitals: Omit<VitalsDeps, 'catchUp'>;
  readonly credentials: CredentialsDeps;
  readonly disks: DiskSamplesDeps;
  /** Whose files fill a disk. */
  readonly fills: DiskFillsDeps;
  /** Requests of operators and agents. */
  readonly requests$: Observable<Fact | HostFact>;
  readonly ticks: TicksDeps;
  readonly report: (problem: string) => void;
}

/** How long to wait before a source that stopped is opened again. */
const REOPEN_AFTER_MS = 1000;

/**
 * Everything that is watched. No source may fall silent unnoticed: one that stops is reported and
 * opened again.
 */
export function observations(
  changed$: Observable<Run>,
  decided$: Observable<EffectiveDecision>,
  watched: Watched,
): Observable<Fact | HostFact> {
  const logs = logLines(changed$, watched.logs);
  const journals = journalEntries(changed$, watched.journals);
  const files = doneFiles(changed$, watched.doneFiles);
  // An agent's last words, and the file that it made, come before its death.
  const exits$ = processExits(changed$, {
    ...watched.processes,
    drain: (run) => [...logs.drain(run), ...journals.drain(run)],
    doneFile: files.look,
  });
  const open = <T extends Fact | HostFact>(name: string, source$: Observable<T>) =>
    source$.pipe(reopened(name, watched.report, REOPEN_AFTER_MS));
  return merge(
    open('log lines', logs.facts$),
    open('log sizes', logSizes(changed$, watched.logSizes)),
    open('journals', journals.facts$),
    open('done files', files.facts$),
    open('process exits', exits$),
    open('recovery agents', recoveries(changed$, watched.recoveries)),
    open('vitals', vitals(changed$, { ...watched.vitals, catchUp: logs.catchUp })),
    open('credentials', credentials(changed$, watched.credentials)),
    open('disks', diskSamples(changed$, watched.disks)),
    open('disk fills', diskFills(decided$, watched.fills)),
    open('requests', watched.requests$),
    open('ticks', ticks(decided$, watched.ticks)),
  );
}
