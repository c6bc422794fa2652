import { register as explain } from '../../src/cli/explain.ts';
import { register as fleet } from '../../src/cli/fleet/fleet.ts';
import { register as metrics } from '../../src/cli/metrics/metrics.ts';
import { register as report } from '../../src/cli/report/report.ts';
import { register as status } from '../../src/cli/status/status.ts';
import { lookAt } from '../../src/look/state.ts';
import type { Report } from '../../src/report/model.ts';
import type { Layout } from '../../src/store/directory/layout.ts';
import type { FleetView } from '../../src/view/fleet/model.ts';
import type { View } from '../../src/view/model.ts';
import { webApp } from '../../src/web/app.ts';
import type { Overview } from '../../src/web/documents.ts';
import { framed } from '../kit/framed.ts';
import { look } from '../kit/kept-state.ts';
import { samplesIn } from '../metrics/parsed.ts';

/** What a face said about a state. A fact that it has no room for is absent. */
interface Said {
  /** Names of the runs, in its order. */
  readonly order?: readonly string[];
  /** By name. */
  readonly states?: Readonly<Record<string, string>>;
  /** The same of runs that are not done. */
  readonly current?: Readonly<Record<string, string>>;
  readonly reasons?: Readonly<Record<string, string>>;
  /** What comes next, without its time. */
  readonly next?: Readonly<Record<string, string>>;
  /** How many runs need a person. */
  readonly person?: number;
  /** The first command that it offers, by name. */
  readonly commands?: Readonly<Record<string, string>>;
  readonly isWatched: boolean;
}

export interface Face {
  readonly name: string;
  /** Reads the state as an operator's process would, and returns what it said. */
  say(where: Layout, runs: readonly string[]): Promise<Said>;
}

/** What documents in JSON say of these runs. */
function saidOf(runs: View['runs']): Omit<Said, 'person' | 'isWatched'> {
  const of = (value: (run: View['runs'][number]) => string) => Object.fromEntries(runs.map((run) => [run.name, value(run)]));
  return {
    order: runs.map(({ name }) => name),
    states: of(({ state }) => state),
    reasons: of(({ why }) => why),
    next: of(({ next }) => next.what),
    commands: of(({ commands }) => commands[0]?.type ?? ''),
  };
}

/** Every face of dogwatch: a new one adds itself here. */
export const FACES: readonly Face[] = [
  {
    name: 'status --json',
    say: async (where) => {
      const { runs, counts, host } = JSON.parse((await look(status, where, 'status', '--json')).out) as View;
      return {
        ...saidOf(runs),
        person: counts.person,
        isWatched: host.condition === 'alive',
      };
    },
  },
  {
    name: 'status',
    say: async (where) => {
      const { out } = await look(status, where, 'status');
      const table = out.split('\n').filter((line) => / {2,}/.test(line) && !/^(?:NAME|NOTICE|dogwatch:)/.test(line));
      const rows = table.map((line) => line.split(/ {2,}/));
      return {
        order: rows.map(([name = '']) => name),
        states: Object.fromEntries(rows.map(([name = '', state = '']) => [name, stateIn(state)])),
        reasons: Object.fromEntries(rows.map((cells) => [cells[0] ?? '', cells.at(-1) ?? ''])),
        isWatched: !/^dogwatch: (?:no watchdog|the watchdog is stopped)/.test(out),
      };
    },
  },
  {
    name: 'status --plain',
    say: async (where) => {
      const { out } = await look(status, where, 'status', '--plain');
      const blocks = out.split(/^run: /m).slice(1);
      return { ...ofFacts(blocks), person: Number(/(\d+) needs? you/.exec(out)?.[1] ?? 0), isWatched: !/^warning: no watchdog/.test(out) };
    },
  },
  {
    name: 'status --check',
    say: async (where) => {
      const { out, exitCode } = await look(status, where, 'status', '--check');
      return { person: Number(/(\d+) needs? you/.exec(out)?.[1] ?? 0), isWatched: exitCode !== 3 };
    },
  },
  {
    name: 'status --line',
    say: async (where) => {
      const { out } = await look(status, where, 'status', '--line');
      return { person: Number(/!(\d+)/.exec(out)?.[1] ?? 0), isWatched: !out.includes('!watchdog') };
    },
  },
  {
    name: 'fleet status',
    say: async (where) => {
      const { out } = await look(fleet, where, 'fleet', 'status', '--ssh', '.');
      const table = out.slice(out.indexOf('\nNAME ')).split('\n');
      const rows = table.filter((line) => line.includes('@') && / {2,}/.test(line)).map((line) => line.split(/ {2,}/));
      const names = rows.map(([name = '']) => name.slice(0, name.indexOf('@')));
      return {
        order: names,
        states: Object.fromEntries(rows.map(([, state = ''], index) => [names[index] ?? '', stateIn(state)])),
        reasons: Object.fromEntries(rows.map((cells, index) => [names[index] ?? '', cells.at(-1) ?? ''])),
        person: Number(/(\d+) needs? you/.exec(out)?.[1] ?? 0),
        isWatched: !/^dogwatch: [^ ]+ (?:no watchdog|the watchdog is stopped)/m.test(out),
      };
    },
  },
  {
    name: 'fleet status --json',
    say: async (where) => {
      const { hosts, counts, check } = JSON.parse((await look(fleet, where, 'fleet', 'status', '--ssh', '.', '--json')).out) as FleetView;
      const runs = hosts.flatMap(({ view }) => view?.runs ?? []);
      return {
        ...saidOf(runs),
        person: counts.person,
        isWatched: check.status !== 3,
      };
    },
  },
  {
    name: 'report',
    say: async (where) => {
      const { counts, doubts } = JSON.parse((await look(report, where, 'report', '--json')).out) as Report;
      return {
        person: counts.person,
        isWatched: !doubts.some((doubt) => /^(?:no watchdog|the watchdog is stopped)/.test(doubt)),
      };
    },
  },
  {
    name: 'metrics',
    say: async (where) => {
      const samples = samplesIn((await look(metrics, where, 'metrics')).out);
      const known = [...samples.keys()].flatMap((series) => {
        const [, run = '', state = ''] = /^dogwatch_run_state{run="(.*)",state="(.*)"}$/.exec(series) ?? [];
        return run === '' ? [] : [[run, state] as const];
      });
      return {
        person: samples.get('dogwatch_runs_by_group{group="person"}') ?? -1,
        current: Object.fromEntries(known),
        isWatched: samples.get('dogwatch_watchdog_alive') === 1,
      };
    },
  },
  {
    name: 'explain',
    say: async (where, names) => {
      const outs = await inTurn(names, async (name) => (await look(explain, where, 'explain', '--plain', name)).out);
      const blocks = names.map((name, index) => `${name}\n${outs[index]}`);
      return { ...ofFacts(blocks), isWatched: !outs.some((out) => /^warning: no watchdog/m.test(out)) };
    },
  },
  {
    name: 'web',
    say: async (where) => {
      const token = 'x'.repeat(32);
      const { app } = webApp({ layout: where, token, names: () => ({ port: 80, proxies: [] }), submit: null, isUtc: false });
      const response = await app.request('/api/overview', { headers: { host: 'localhost', authorization: `Bearer ${token}` } });
      const { runs, counts, isWatched } = (await response.json()) as Overview;
      const of = (value: (run: Overview['runs'][number]) => string) => Object.fromEntries(runs.map((run) => [run.name, value(run)]));
      return {
        order: runs.map(({ name }) => name),
        states: of(({ label }) => stateIn(label)),
        reasons: of(({ why }) => why),
        next: of(({ next }) => next.what),
        person: counts.person,
        commands: of(({ commands }) => commands[0]?.type ?? ''),
        isWatched,
      };
    },
  },
  {
    name: 'top',
    say: async (where) => {
      const view = await lookAt(where);
      const screen = framed(view, 200, 60);
      const rows = screen.filter((text) => /^(?:!!|<<|\.\.|>>|ok|--|xx) {2}/.test(text)).map((text) => text.split(/ {2,}/));
      const names = rows.map(([, name = '']) => name);
      const last = rows.map((cells) => cells.at(-1)?.split('; next: ') ?? []);
      return {
        order: names,
        states: Object.fromEntries(rows.map(([, name = '', state = '']) => [name, stateIn(state)])),
        reasons: Object.fromEntries(names.map((name, index) => [name, last[index]?.[0] ?? ''])),
        person: Number(/(\d+) needs? you/.exec(screen[0] ?? '')?.[1] ?? 0),
        isWatched: !/^(?:no watchdog|the watchdog is stopped)/.test(screen[1] ?? ''),
      };
    },
  },
];

/** "working (paused)" is working. */
const stateIn = (label: string): string => label.split(' ')[0] ?? '';

/** Runs as blocks of `label: fact` lines, each below its name. */
function ofFacts(blocks: readonly string[]): Pick<Said, 'order' | 'states' | 'reasons' | 'next' | 'commands'> {
  const fact = (label: string) => (block: string) => new RegExp(`^${label}: (.*)$`, 'm').exec(block)?.[1] ?? '';
  const nameOf = (block: string) => block.split('\n')[0] ?? '';
  const by = (value: (block: string) => string) => Object.fromEntries(blocks.map((block) => [nameOf(block), value(block)]));
  return {
    order: blocks.map(nameOf),
    states: by((block) => stateIn(fact('state')(block))),
    reasons: by(fact('why')),
    next: by((block) => fact('next')(block).replace(/ (?:at|by|until) .*\d\d:\d\d, .*$/, '')),
    commands: by((block) => fact('do')(block).split(/ {2,}/)[0] ?? ''),
  };
}

/** One after the other: each takes over this process's output. */
async function inTurn<T>(names: readonly string[], one: (name: string) => Promise<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for (const name of names) all.push(await one(name));
  return all;
}
