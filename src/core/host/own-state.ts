import type { HostAction } from '../model/host.ts';
import type { StateFinding, StateNotified } from '../model/state-findings.ts';

/**
 * The findings that are new, and those that are over. Each is reported once, however often the
 * state is opened.
 */
export function tellOfState(known: StateNotified, findings: readonly StateFinding[], seq: number): readonly HostAction[] {
  const fresh = findings
    .filter(({ kind, because }) => known[kind] !== because)
    .map(({ kind, because }) => telling(kind, because, false, seq));
  const over = (Object.keys(known) as StateFinding['kind'][]).filter((kind) => findings.every((one) => one.kind !== kind));
  return [...fresh, ...over.map((kind) => telling(kind, OVER[kind], true, seq))];
}

export const stateNotified = (findings: readonly StateFinding[]): StateNotified =>
  Object.fromEntries(findings.map(({ kind, because }) => [kind, because]));

const OVER: Readonly<Record<StateFinding['kind'], string>> = {
  damaged: 'the damaged files were removed',
  forgotten: 'every run that has files is in the database',
  unreadable: 'every row of the database can be read',
};

const telling = (kind: StateFinding['kind'], because: string, isOver: boolean, seq: number): HostAction => ({
  kind: 'tell',
  id: `host/${seq}/state/${kind}`,
  cause: { about: 'state', finding: kind },
  because,
  tried: [],
  isOver,
});
