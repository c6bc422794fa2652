import { GROUPS } from '../model.ts';
import { countsOf } from '../runs.ts';
import type { Check, EngineKnown, FleetEngine, FleetHost, FleetKnown, FleetView, HostKnown, Now } from './model.ts';
import { clockOf } from './shift.ts';
import { checkOf, checkOfAll } from './words.ts';

/** What is known of all these hosts at this moment. */
export function fleetView({ hosts, engine }: FleetKnown, now: Now): FleetView {
  const all = ordered(hosts, now);
  return {
    version: 1,
    at: new Date(now.wall).toISOString(),
    counts: countsOf(all.flatMap(({ host: { silence, heard } }) => (silence === null ? (heard?.view.runs ?? []) : []))),
    hosts: all.map(({ host, check }) => hostView(host, check, now)),
    check: checkOfAll(
      all.map(({ host, check }) => ({ name: host.name, check, host })),
      engine,
    ),
    engine: engine === null ? null : engineView(engine, now),
  };
}

const engineView = ({ fleet, answeredMs, trouble }: EngineKnown, now: Now): FleetEngine => ({
  fleet,
  ageMs: answeredMs === null ? null : Math.round(now.upMs - answeredMs),
  problem: trouble,
});

/** Silent hosts first, then by what they need, then as the operator named them. */
export function ordered(hosts: readonly HostKnown[], now: Now): readonly { readonly host: HostKnown; readonly check: Check }[] {
  return hosts
    .map((host) => ({ host, check: checkOf(host, clockOf(host, now)), need: needOf(host) }))
    .sort((one, other) => one.need - other.need);
}

function needOf({ silence, heard }: HostKnown): number {
  if (silence !== null || heard === null) return -1;
  const first = GROUPS.findIndex((group) => heard.view.counts[group] > 0);
  return first === -1 ? GROUPS.length : first;
}

const hostView = ({ given, name, silence, heard, missing }: HostKnown, check: Check, now: Now): FleetHost => ({
  host: given,
  name,
  problem: silence,
  ageMs: heard === null ? null : Math.round(now.upMs - heard.atMs),
  tookMs: heard === null ? null : Math.round(heard.tookMs),
  missing: missing ?? null,
  clockOffsetMs: heard?.offsetMs ?? null,
  check,
  view: heard?.view ?? null,
});
