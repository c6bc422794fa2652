import type { Run } from '../../core/model/run.ts';
import { reportOf as costOf } from '../../core/spend/report.ts';
import { lookAt } from '../../look/state.ts';
import type { Happening, KnownRun } from '../../report/happened.ts';
import type { Report } from '../../report/model.ts';
import { type Found, reportOf } from '../../report/whole.ts';
import { StoreError } from '../../store/directory/error.ts';
import type { Layout } from '../../store/directory/layout.ts';
import type { Reader } from '../../store/reader.ts';
import { withReader } from '../../store/with-reader.ts';
import type { Clock } from '../../view/clock.ts';
import type { View } from '../../view/model.ts';
import { costsOf } from '../costs/ledger.ts';

/** Reads what happened since then. Throws Problem or StoreError. */
export async function gather(layout: Layout, sinceWall: number, clockAt: (nowWall: number) => Clock): Promise<Report> {
  const view = await lookAt(layout);
  return reportOf({ view, sinceWall, ...found(layout, view, sinceWall) }, clockAt(Date.parse(view.at)));
}

type Read = Pick<Found, 'runs' | 'happened' | 'costs' | 'cost'>;

function found(layout: Layout, view: View, sinceWall: number): Read {
  try {
    return withReader(layout, (reader) => read(reader, sinceWall));
  } catch (error) {
    if (view.keptAt === null || !(error instanceof StoreError)) throw error;
    const runs = view.runs.map(({ id, name, state, because, since }) => ({ id, name, state, because, sinceWall: Date.parse(since) }));
    return { runs, happened: null, costs: new Map(), cost: costOf([]) };
  }
}

function read(reader: Reader, sinceWall: number): Read {
  const happened: ReadonlyMap<string, readonly Happening[]> = Map.groupBy(reader.happenings(sinceWall), ({ run }) => run);
  const newest = reader.runs();
  const known = new Set(newest.map(({ id }) => id));
  const older = [...happened.keys()].filter((id) => !known.has(id)).flatMap((id) => reader.byId(id) ?? []);
  const { groups, total } = costsOf(reader, { run: undefined, by: 'run', zone: 'UTC', fromWall: sinceWall });
  // The ledger names the newest run by its name and any older one by its id.
  const named = new Map(newest.map(({ id, name }) => [name, id]));
  const costs = new Map(groups.flatMap(({ name, cost }) => (name === null ? [] : [[named.get(name) ?? name, cost] as const])));
  return { runs: [...newest, ...older].map(knownRun), happened, costs, cost: total };
}

const knownRun = ({ id, name, state, because, since }: Run): KnownRun => ({ id, name, state, because, sinceWall: since.wall });
