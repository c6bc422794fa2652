import { counted } from '../../core/values/counted.ts';
import { truncate } from '../../core/values/truncate.ts';

/** A run of a host that is silent, as its fleet knew it last. */
export interface RunThere {
  readonly name: string;
  readonly state: string;
  readonly group: string;
  readonly sign: string;
  readonly why: string;
}

const GROUPS = ['person', 'held', 'quiet', 'working', 'done'];
const MAX_LENGTH = 180;

/** The runs in these documents, what needs a person first. What is no run is left out. */
export function runsIn(documents: readonly string[], clean: (text: string) => string): readonly RunThere[] {
  const text = (value: unknown) => (typeof value === 'string' ? clean(value) : '');
  return documents
    .flatMap((document) => {
      if (document === '') return [];
      const { name, state, group, sign, label, why, because } = JSON.parse(document) as Record<string, unknown>;
      if (typeof name !== 'string' || typeof state !== 'string') return [];
      return [
        { name: text(name), state: text(label) || text(state), group: text(group), sign: text(sign), why: text(why) || text(because) },
      ];
    })
    .toSorted((one, other) => rank(one) - rank(other) || (one.name < other.name ? -1 : 1));
}

const rank = ({ group }: RunThere): number => (GROUPS.includes(group) ? GROUPS.indexOf(group) : GROUPS.length);

export const inLine = ({ sign, name, state, why }: RunThere): string =>
  truncate(`${sign === '' ? '' : `${sign} `}${name}: ${state}${why === '' ? '' : `, ${why}`}`, MAX_LENGTH);

/** "It had 4 runs that are not over: 1 needs a person, 2 work." Null: they could not be read. */
export function inShort(runs: readonly RunThere[] | null): string {
  if (runs === null) return 'Its runs could not be read.';
  const active = runs.filter(({ group }) => group !== 'done');
  if (active.length === 0) return 'It had no run that is not over.';
  const count = (group: string) => active.filter((run) => run.group === group).length;
  const parts = [
    [count('person'), 'in need of a person'],
    [count('held'), 'held'],
    [count('quiet'), 'quiet'],
    [count('working'), 'working'],
  ] as const;
  const inParts = parts.flatMap(([number, what]) => (number === 0 ? [] : [`${number} ${what}`]));
  return `It had ${counted(active.length, 'run')} that ${active.length === 1 ? 'was' : 'were'} not over${inParts.length === 0 ? '' : `: ${inParts.join(', ')}`}.`;
}
