import type { Run } from '../../core/model/run.ts';
import { quarterOf } from '../../core/spend/quarters.ts';
import type { Reader } from '../../store/reader.ts';
import { findRun } from '../client/find-run.ts';
import { type By, type CostsReport, costsBy } from './sums.ts';

interface Wanted {
  /** A name or an id, or undefined for all runs. */
  readonly run: string | undefined;
  readonly by: By;
  readonly zone: string;
  readonly fromWall: number | null;
}

/** What was spent, by the ledger. Throws a Problem if there is no such run, and StoreError. */
export function costsOf(reader: Reader, { run, by, zone, fromWall }: Wanted): CostsReport {
  const only = run === undefined ? null : findRun(reader, run);
  const from = fromWall === null ? {} : { fromQuarter: quarterOf(fromWall) };
  const rows = reader.spend({ ...from, ...(only !== null && { run: only.id }) });
  const known = new Map((only === null ? reader.runs() : [only]).map((one) => [one.id, one]));
  const runs = new Map([...new Set(rows.map((row) => row.run))].map((id) => [id, aboutRun(known, reader, id)]));
  const since = fromWall === null ? null : new Date(fromWall).toISOString();
  return { version: 1, by, zone, since, ...costsBy(rows, { by, zone, runs }) };
}

/** An older generation is named by its id. */
function aboutRun(known: ReadonlyMap<string, Run>, reader: Reader, id: string) {
  const newest = known.get(id);
  const run = newest ?? reader.byId(id);
  return { name: newest?.name ?? id, untold: run === null ? 0 : (run.spend?.untold ?? 0) };
}
