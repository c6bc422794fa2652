import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsOf, SOURCES, type Source } from './sources.ts';

/**
 * The folders, bottom first, and what each may use besides itself: exactly that folder, or with a slash at the end the folders below
 * it as well.
 */
const MAY_USE: Readonly<Record<string, readonly string[]>> = {
  'src/core/values': [],
  'src/core/model': ['src/core/values'],
  'src/core/run': ['src/core/values', 'src/core/model'],
  'src/core/account': ['src/core/values', 'src/core/model', 'src/core/run'],
  'src/core/recovery': ['src/core/values', 'src/core/model', 'src/core/run', 'src/core/account'],
  'src/core/report': ['src/core/values', 'src/core/model', 'src/core/run', 'src/core/recovery'],
  'src/core/images': ['src/core/values'],
  'src/core/notices': ['src/core/values', 'src/core/model'],
  'src/core/evolve': ['src/core/values', 'src/core/model', 'src/core/run', 'src/core/account', 'src/core/recovery', 'src/core/notices'],
  'src/core/host': ['src/core/values', 'src/core/model', 'src/core/run', 'src/core/notices'],
  'src/core/rules': [
    'src/core/values',
    'src/core/model',
    'src/core/run',
    'src/core/account',
    'src/core/recovery',
    'src/core/evolve',
    'src/core/host',
  ],
  'src/core': [
    'src/core/values',
    'src/core/model',
    'src/core/run',
    'src/core/account',
    'src/core/recovery',
    'src/core/notices',
    'src/core/evolve',
    'src/core/host',
    'src/core/rules',
  ],
  'src/agents/command': ['src/core/'],
  'src/agents/contract': ['src/core/'],
  'src/agents/times': ['src/core/values'],
  'src/agents/lines': ['src/core/', 'src/agents/contract', 'src/agents/times'],
  'src/agents/session': ['src/core/', 'src/agents/command', 'src/agents/contract', 'src/agents/lines'],
  'src/agents/claude': ['src/core/', 'src/agents/command', 'src/agents/contract', 'src/agents/lines', 'src/agents/session'],
  'src/agents/codex': ['src/core/', 'src/agents/command', 'src/agents/contract', 'src/agents/lines', 'src/agents/session'],
  'src/agents/gemini': ['src/core/', 'src/agents/command', 'src/agents/contract', 'src/agents/lines', 'src/agents/session'],
  'src/agents/generic': ['src/core/', 'src/agents/contract', 'src/agents/lines'],
  'src/agents/opencode': [
    'src/core/',
    'src/agents/command',
    'src/agents/contract',
    'src/agents/times',
    'src/agents/lines',
    'src/agents/session',
  ],
  'src/agents/qwen': ['src/core/', 'src/agents/contract', 'src/agents/lines', 'src/agents/session', 'src/agents/gemini'],
  'src/agents': [
    'src/core/',
    'src/agents/command',
    'src/agents/contract',
    'src/agents/times',
    'src/agents/claude',
    'src/agents/codex',
    'src/agents/gemini',
    'src/agents/generic',
    'src/agents/opencode',
    'src/agents/qwen',
  ],
  'src/system/text': [],
  'src/system/command': ['src/system/text'],
  'src/system': [],
  'src/system/systemd': ['src/core/', 'src/system/text', 'src/system'],
  'src/system/disk': ['src/core/', 'src/system/command', 'src/system'],
  'src/system/process': ['src/core/', 'src/system', 'src/system/systemd'],
  'src/system/docker': ['src/core/', 'src/system/command', 'src/system/process'],
  'src/system/notify': ['src/core/', 'src/system/text', 'src/system/command'],
  'src/system/git': ['src/core/', 'src/system/command'],
  'src/logs': ['src/core/', 'src/agents/contract', 'src/system/command', 'src/system/systemd'],
  'src/store/directory': ['src/system/disk', 'src/logs'],
  'src/store/db': ['src/core/', 'src/store/directory'],
  'src/store/lease': ['src/core/', 'src/store/directory', 'src/store/db'],
  'src/store': ['src/core/', 'src/system/disk', 'src/system/process', 'src/store/directory', 'src/store/db', 'src/store/lease'],
  'src/store/inbox': ['src/core/', 'src/logs', 'src/store/directory', 'src/store/db', 'src/store'],
  'src/launch/attempt': ['src/core/', 'src/agents/lines', 'src/system/', 'src/logs', 'src/store/directory'],
  'src/launch/launchers': ['src/core/', 'src/system/', 'src/store/directory', 'src/launch/attempt'],
  'src/launch': [
    'src/core/',
    'src/system/command',
    'src/system/process',
    'src/store/directory',
    'src/launch/attempt',
    'src/launch/launchers',
  ],
  'src/settings': ['src/core/', 'src/system/docker', 'src/system/notify'],
  'src/reclaimers': ['src/core/', 'src/system/', 'src/store/directory', 'src/store', 'src/settings'],
  'src/effects': ['src/core/', 'src/agents/', 'src/system/', 'src/logs', 'src/store/', 'src/launch/', 'src/settings', 'src/reclaimers'],
  'streams/operators': [],
  'streams/sources': ['src/core/', 'src/system/systemd', 'src/logs', 'src/store/directory', 'src/launch/attempt', 'streams/operators'],
  streams: ['src/core/', 'streams/operators', 'streams/sources'],
  'streams/sinks': ['src/core/', 'streams/operators'],
  'src/daemon': [
    'src/core/',
    'src/agents/contract',
    'src/agents',
    'src/system/',
    'src/logs',
    'src/store/',
    'src/launch/attempt',
    'src/settings',
    'src/reclaimers',
    'src/effects',
    'streams/',
  ],
  'src/units': ['src/core/', 'src/system/text', 'src/system/systemd'],
  'src/cli/terminal': ['src/core/', 'src/system/text', 'src/store/directory'],
  'src/cli/client': ['src/core/', 'src/system/', 'src/store/', 'src/launch/attempt', 'src/settings', 'src/units', 'src/cli/terminal'],
  'src/cli/supervise': [
    'src/core/',
    'src/agents/command',
    'src/agents',
    'src/system/',
    'src/store/',
    'src/launch',
    'src/settings',
    'src/cli/terminal',
    'src/cli/client',
  ],
  'src/cli/doctor': [
    'src/core/',
    'src/agents/contract',
    'src/agents',
    'src/system/',
    'src/store/directory',
    'src/store',
    'src/launch/',
    'src/settings',
    'src/reclaimers',
    'src/units',
    'src/cli/terminal',
    'src/cli/client',
    'src/cli/supervise',
  ],
  'src/cli/history': ['src/core/', 'src/system/text', 'src/store/directory', 'src/store', 'src/cli/terminal', 'src/cli/client'],
  'src/cli/logs': [
    'src/core/',
    'src/system/text',
    'src/logs',
    'src/store/directory',
    'src/store',
    'src/cli/terminal',
    'src/cli/client',
    'src/cli/history',
  ],
  'src/cli/run': [
    'src/core/',
    'src/agents/command',
    'src/agents',
    'src/system/',
    'src/store/',
    'src/launch/attempt',
    'src/launch/launchers',
    'src/settings',
    'src/cli/terminal',
    'src/cli/client',
    'src/cli/doctor',
    'src/cli/history',
    'src/cli/logs',
  ],
  'src/cli/status': ['src/core/', 'src/system/', 'src/store/', 'src/settings', 'src/units', 'src/cli/terminal', 'src/cli/client'],
  'src/cli': [
    'src/core/',
    'src/agents/times',
    'src/agents',
    'src/system/',
    'src/store/',
    'src/launch/attempt',
    'src/settings',
    'src/effects',
    'src/units',
    'src/cli/terminal',
    'src/cli/client',
    'src/cli/run',
    'src/cli/status',
  ],
  'src/cli/reclaim': ['src/core/', 'src/system/', 'src/store/', 'src/reclaimers', 'src/cli/terminal', 'src/cli/client'],
  'src/cli/replay': [
    'src/core/',
    'src/agents',
    'src/system/text',
    'src/store',
    'src/store/inbox',
    'src/settings',
    'src/cli/terminal',
    'src/cli/client',
    'src/cli/history',
  ],
  'src/cli/systemd': ['src/system/systemd', 'src/system/process', 'src/settings', 'src/units', 'src/cli/terminal'],
  'src/cli/watch': [
    'src/core/',
    'src/system/',
    'src/store/',
    'src/launch',
    'src/effects',
    'src/daemon',
    'src/units',
    'src/cli/terminal',
    'src/cli/client',
    'src/cli/status',
  ],
  src: ['src/cli/'],
};

const LEAST_FILES = 2;
const MOST_FILES = 18;

const isCovered = (folder: string, allowed: readonly string[]): boolean =>
  allowed.some((one) => (one.endsWith('/') ? `${folder}/`.startsWith(one) : folder === one));

/** Folder → the folders that its files import, with one such import for each. */
function usesOf(sources: readonly Source[]): Map<string, Map<string, string>> {
  const uses = new Map<string, Map<string, string>>();
  for (const source of sources) {
    const folder = posix.dirname(source.path);
    const its = uses.get(folder) ?? new Map<string, string>();
    uses.set(folder, its);
    for (const target of importsOf(source)) {
      const other = posix.dirname(target);
      if (/^(?:src|streams)\//.test(target) && other !== folder && !its.has(other)) its.set(other, `${source.path} imports ${target}`);
    }
  }
  return uses;
}

/** What the folders of these sources do against the table, in words. */
const forbidden = (sources: readonly Source[]): string[] =>
  [...usesOf(sources)].flatMap(([folder, its]) => {
    const allowed = MAY_USE[folder];
    if (allowed === undefined) return [`${folder} has no row in the table`];
    return [...its].filter(([other]) => !isCovered(other, allowed)).map(([other, how]) => `${folder} may not use ${other}: ${how}`);
  });

/** A circle of folders, each of which uses the next, by values or by types; or null if there is none. */
function circleOf(sources: readonly Source[]): string | null {
  const uses = usesOf(sources);
  const done = new Set<string>();
  const circleFrom = (folder: string, above: readonly string[]): string | null => {
    if (above.includes(folder)) return [...above.slice(above.indexOf(folder)), folder].join(' → ');
    if (done.has(folder)) return null;
    for (const other of uses.get(folder)?.keys() ?? []) {
      const circle = circleFrom(other, [...above, folder]);
      if (circle !== null) return circle;
    }
    done.add(folder);
    return null;
  };
  for (const folder of uses.keys()) {
    const circle = circleFrom(folder, []);
    if (circle !== null) return circle;
  }
  return null;
}

/** What is wrong with how many files the folders have, and how they are named, in words. */
function misplaced(paths: readonly string[]): string[] {
  const folders = Map.groupBy(paths, (path) => posix.dirname(path));
  const crowded = [...folders]
    .filter(([, files]) => files.length < LEAST_FILES || files.length > MOST_FILES)
    .map(([folder, { length }]) => `${folder} has ${length} files, not ${LEAST_FILES} to ${MOST_FILES}`);
  const repeating = paths.filter((path) => {
    const folder = posix.basename(posix.dirname(path));
    return [folder, folder.replace(/s$/, '')].some((name) => posix.basename(path).startsWith(`${name}-`));
  });
  return [...crowded, ...repeating.map((path) => `${path} repeats the name of its folder`)];
}

const sourceOf = ([path, text]: readonly [string, string]): Source => ({ path, text });

describe('the folders', () => {
  test('use only what they may', () => {
    expect(forbidden(SOURCES)).toEqual([]);
  });

  test('use each other in no circle, not even by types', () => {
    expect(circleOf(SOURCES)).toBe(null);
  });

  test('are all in the table, and all of the table are there', () => {
    expect(Object.keys(MAY_USE).toSorted()).toEqual([...usesOf(SOURCES).keys()].toSorted());
  });

  test(`have ${LEAST_FILES} to ${MOST_FILES} files, whose names do not repeat the folder's`, () => {
    expect(misplaced(SOURCES.map(({ path }) => path))).toEqual([]);
  });
});

describe('a planted violation is found', () => {
  test.each<[string, string, string]>([
    ['src/core/model/run.ts', "import type { Rule } from '../rules/rule.ts';", 'src/core/model may not use src/core/rules'],
    ['src/core/values/delta.ts', "import { isOver } from '../model/run.ts';", 'src/core/values may not use src/core/model'],
    ['src/system/disk/space.ts', "const { openStore } = await import('../../store/store.ts');", 'src/system/disk may not use src/store'],
    [
      'src/agents/claude/lines.ts',
      "import { codexInterpreter } from '../codex/lines.ts';",
      'src/agents/claude may not use src/agents/codex',
    ],
    ['src/effects/resume.ts', "export { watch } from '../daemon/daemon.ts';", 'src/effects may not use src/daemon'],
    ['streams/operators/every.ts', "import { ticks } from '../sources/ticks.ts';", 'streams/operators may not use streams/sources'],
    ['src/utils/text.ts', "import { isOver } from '../core/model/run.ts';", 'src/utils has no row in the table'],
  ])('%s with `%s`', (path, text, why) => {
    expect(forbidden([{ path, text }])).toEqual([expect.stringContaining(why)]);
  });

  test.each<[string, readonly (readonly [string, string])[], string]>([
    [
      'of two, by types alone',
      [
        ['src/core/run/budget.ts', "import type { Rule } from '../rules/rule.ts';"],
        ['src/core/rules/rule.ts', "import type { Budget } from '../run/budget.ts';"],
      ],
      'src/core/run → src/core/rules → src/core/run',
    ],
    [
      'of three, through different files',
      [
        ['src/store/store.ts', "import { openDatabase } from './db/database.ts';"],
        ['src/store/db/database.ts', "import { layout } from '../directory/layout.ts';"],
        ['src/store/directory/error.ts', "const { openReader } = await import('../reader.ts');"],
      ],
      'src/store → src/store/db → src/store/directory → src/store',
    ],
  ])('a circle %s', (_, planted, circle) => {
    expect(circleOf(planted.map(sourceOf))).toBe(circle);
  });

  test('a folder with one file, one that is too full, and a name that repeats its folder', () => {
    const full = Array.from({ length: MOST_FILES + 1 }, (_, number) => `src/store/file${number}.ts`);
    expect(misplaced(['src/launch/launch.ts', ...full])).toEqual([
      'src/launch has 1 files, not 2 to 18',
      'src/store has 19 files, not 2 to 18',
    ]);
    expect(misplaced(['src/settings/setting-types.ts', 'src/settings/settings.ts'])).toEqual([
      'src/settings/setting-types.ts repeats the name of its folder',
    ]);
  });
});

describe('what is allowed is not found', () => {
  test.each<[string, string]>([
    ['src/core/rules/alive.ts', "import { elapsedMs } from '../values/duration.ts';"],
    ['src/effects/resume.ts', "import type { Run } from '../core/model/run.ts'; // not from '../cli/run/run.ts'"],
    ['src/core/rules/dead.ts', "import { alive } from './alive.ts';"],
    ['src/settings/settings.ts', "import { z } from 'zod';"],
  ])('%s with `%s`', (path, text) => {
    expect([...forbidden([{ path, text }]), circleOf([{ path, text }])]).toEqual([null]);
  });
});
