import { parseArgs } from 'node:util';
import { SUBJECTS, type SubjectName } from '../jobs/subjects.ts';
import { type Point, pointNames, type Way, wayNames } from './point.ts';

/** What of the suite is wanted. */
export interface Wanted {
  readonly agents: readonly SubjectName[];
  readonly points: readonly Point[];
  readonly ways: readonly Way[];
  /** The newest versions, without changing what is pinned or the table. */
  readonly newest: boolean;
  /** How often each cell is played. */
  readonly repeat: number;
  readonly jobs: number;
  /** Where each cell leaves its logs and the requests to its model, or null for nowhere. */
  readonly keep: string | null;
  /** Only installs what is needed. */
  readonly installs: boolean;
}

const OPTIONS = {
  agent: { type: 'string', multiple: true },
  point: { type: 'string', multiple: true },
  way: { type: 'string', multiple: true },
  newest: { type: 'boolean', default: false },
  repeat: { type: 'string', default: '1' },
  jobs: { type: 'string', default: '2' },
  keep: { type: 'string' },
  install: { type: 'boolean', default: false },
} as const;

/** Throws with what was expected and what was got. */
export function wantedBy(args: readonly string[]): Wanted {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  return {
    agents: chosen('agent', values.agent, Object.keys(SUBJECTS) as SubjectName[]),
    points: chosen('point', values.point, pointNames),
    ways: chosen('way', values.way, wayNames),
    newest: values.newest,
    repeat: positive('repeat', values.repeat),
    jobs: positive('jobs', values.jobs),
    keep: values.keep ?? null,
    installs: values.install,
  };
}

function chosen<T extends string>(option: string, given: readonly string[] | undefined, all: readonly T[]): readonly T[] {
  const words = (given ?? []).flatMap((one) => one.split(','));
  const unknown = words.find((word) => !(all as readonly string[]).includes(word));
  if (unknown !== undefined) throw new Error(`--${option}: expected one of ${all.join(', ')}; got ${JSON.stringify(unknown)}`);
  return words.length === 0 ? all : all.filter((one) => words.includes(one));
}

function positive(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`--${option}: expected a whole number from 1 on; got ${JSON.stringify(text)}`);
  return number;
}
