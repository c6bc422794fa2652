import { globSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MAY_USE } from './rooms.ts';
import { importsOf, SOURCES, type Source } from './sources.ts';

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

/** The violations of the table by the folders of these sources, in words. */
const forbidden = (sources: readonly Source[]): string[] =>
  [...usesOf(sources)].flatMap(([folder, its]) => {
    const allowed = MAY_USE[folder];
    if (allowed === undefined) return [`${folder} has no row in the table`];
    return [...its].filter(([other]) => !isCovered(other, allowed)).map(([other, how]) => `${folder} may not use ${other}: ${how}`);
  });

/** File → the files that it imports. */
const importsByFile = (sources: readonly Source[]): Map<string, Map<string, string>> =>
  new Map(
    sources.map((source) => [
      source.path,
      new Map(importsOf(source).flatMap((target) => (/^(?:src|streams)\//.test(target) ? [[target, target] as const] : []))),
    ]),
  );

/**
 * A circle of folders or files, each of which uses the next, by values or by types, or null if
 * there is none.
 */
function circleOf(uses: ReadonlyMap<string, ReadonlyMap<string, string>>): string | null {
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

/** Folders with too few or too many files, in words. */
const crowded = (paths: readonly string[], least: number): string[] =>
  [...Map.groupBy(paths, (path) => posix.dirname(path))]
    .filter(([, files]) => files.length < least || files.length > MOST_FILES)
    .map(([folder, { length }]) => `${folder} has ${length} files, not ${least} to ${MOST_FILES}`);

/** Folders with too few or too many files, and misnamed files, in words. */
function misplaced(paths: readonly string[]): string[] {
  const repeating = paths.filter((path) => {
    const folder = posix.basename(posix.dirname(path));
    return [folder, folder.replace(/s$/, '')].some((name) => posix.basename(path).startsWith(`${name}-`));
  });
  return [...crowded(paths, LEAST_FILES), ...repeating.map((path) => `${path} repeats the name of its folder`)];
}

const sourceOf = ([path, text]: readonly [string, string]): Source => ({ path, text });

describe('the folders', () => {
  test('use only what they may use', () => {
    expect(forbidden(SOURCES)).toEqual([]);
  });

  test('and their files form no circle, not even by types', () => {
    expect(circleOf(usesOf(SOURCES))).toBe(null);
    expect(circleOf(importsByFile(SOURCES))).toBe(null);
  });

  test('are exactly those in the table', () => {
    expect(Object.keys(MAY_USE).toSorted()).toEqual([...usesOf(SOURCES).keys()].toSorted());
  });

  test(`have ${LEAST_FILES} to ${MOST_FILES} files, whose names do not repeat the folder's`, () => {
    expect(misplaced(SOURCES.map(({ path }) => path))).toEqual([]);
  });

  test(`of tests have at most ${MOST_FILES} files`, () => {
    const paths = globSync('test/**/*.ts');
    expect(paths.length).toBeGreaterThan(500);
    expect(crowded(paths, 1)).toEqual([]);
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
    expect(circleOf(usesOf(planted.map(sourceOf)))).toBe(circle);
  });

  test('a circle of files in one folder', () => {
    const planted = [
      ['src/core/run/budget.ts', "import type { Milestone } from './milestones.ts';"],
      ['src/core/run/milestones.ts', "import type { Budget } from './budget.ts';"],
    ] as const;
    expect(circleOf(usesOf(planted.map(sourceOf)))).toBe(null);
    expect(circleOf(importsByFile(planted.map(sourceOf)))).toBe(
      'src/core/run/budget.ts → src/core/run/milestones.ts → src/core/run/budget.ts',
    );
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
    expect([...forbidden([{ path, text }]), circleOf(usesOf([{ path, text }]))]).toEqual([null]);
  });
});
