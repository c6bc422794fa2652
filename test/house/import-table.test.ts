import { describe, expect, test } from 'vitest';
import { codeOf, importsOf, SOURCES, type Source } from './sources.ts';

/** The composition root: it connects what must not know each other. */
const ROOT = 'src/daemon/';
/**
 * Folders with what dogwatch knows and can do: commands are built on them, never the other way
 * round.
 */
const GROUND = ['core', 'effects', 'agents', 'system', 'store', 'launch', 'settings'].map((folder) => `src/${folder}/`);
const OWN_CLOCK = /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bMath\.random\b|\brandom(?:UUID|Bytes|Int)\b/;
const PROCESS = new RegExp(`(?<![\\w.])process\\.(?:${[...Object.keys(process), 'on', 'once', 'emit'].join('|')})\\b`);

const isIn = (path: string, folders: readonly string[]): boolean => folders.some((folder) => path.startsWith(folder));

/**
 * The import table: what a source may not do. Each row checks one source and one of its imports (a
 * path from the top, or a package).
 */
const TABLE: readonly { readonly rule: string; readonly breaks: (path: string, target: string) => boolean }[] = [
  {
    rule: 'only streams/ and src/daemon/ import rxjs',
    breaks: (path, target) => /^rxjs(\/|$)/.test(target) && !path.startsWith('streams/') && !path.startsWith(ROOT),
  },
  {
    rule: 'src/core imports nothing but itself',
    breaks: (path, target) => path.startsWith('src/core/') && !target.startsWith('src/core/'),
  },
  {
    rule: 'streams/ imports nothing of the commands',
    breaks: (path, target) => path.startsWith('streams/') && target.startsWith('src/cli/'),
  },
  {
    rule: 'nothing in src/ but the composition root imports streams/',
    breaks: (path, target) => path.startsWith('src/') && !path.startsWith(ROOT) && target.startsWith('streams/'),
  },
  {
    rule: 'what the commands are built on imports no command',
    breaks: (path, target) => isIn(path, GROUND) && target.startsWith('src/cli/'),
  },
  { rule: 'nothing imports tests', breaks: (_path, target) => target.startsWith('test/') },
];

/** A source's violations of the table, in words. */
function violations(source: Source): string[] {
  const { path } = source;
  const code = codeOf(source);
  const found = importsOf(source).flatMap((target) =>
    TABLE.filter(({ breaks }) => breaks(path, target)).map(({ rule }) => `${path} imports ${target}, but ${rule}`),
  );
  if (!isIn(path, ['src/core/', 'streams/'])) return found;
  const words = code.replace(/'[^'\n]*'/g, "''");
  for (const pattern of [OWN_CLOCK, PROCESS]) {
    const [word] = pattern.exec(words) ?? [];
    if (word !== undefined) found.push(`${path} uses ${word}, but time, chance and the process come from outside`);
  }
  return found;
}

describe('the import table', () => {
  test('is kept by every source', () => {
    expect(SOURCES.length).toBeGreaterThan(20);
    expect(SOURCES.flatMap(violations)).toEqual([]);
  });

  test.each<[string, string, string]>([
    ['src/effects/resume.ts', "import { map } from 'rxjs';", 'only streams/ and src/daemon/ import rxjs'],
    ['src/cli/watch/watch.ts', "const { of } = await import('rxjs');", 'only streams/ and src/daemon/ import rxjs'],
    ['src/store/store.ts', "import { ajax } from 'rxjs/ajax';", 'only streams/ and src/daemon/ import rxjs'],
    ['src/core/decide.ts', "import { readFileSync } from 'node:fs';", 'src/core imports nothing but itself'],
    ['src/core/decide.ts', "import type { Layout } from '../store/directory/layout.ts';", 'src/core imports nothing but itself'],
    ['src/core/decide.ts', "export * from 'zod';", 'src/core imports nothing but itself'],
    ['streams/sources/requests.ts', "import { client } from '../../src/cli/client/submit.ts';", 'streams/ imports nothing of the commands'],
    ['src/store/store.ts', "import { ticks } from '../../streams/sources/ticks.ts';", 'composition root'],
    ['src/cli/run/run.ts', "import type { Ports } from '../../../streams/pipeline.ts';", 'composition root'],
    ['src/system/disk/space.ts', "import { Problem } from '../../cli/terminal/problem.ts';", 'imports no command'],
    ['src/launch/launch.ts', "import { story } from '../../test/kit/core/world.ts';", 'nothing imports tests'],
    ['src/core/evolve/observation.ts', 'const at = Date.now();', 'uses Date.now'],
    ['src/core/evolve/observation.ts', 'const at = new Date();', 'uses new Date()'],
    ['src/core/run/budget.ts', 'return wait * (1 + Math.random());', 'uses Math.random'],
    ['src/core/rules/table.ts', "if (process.env.DOGWATCH_ENABLED === '0') return null;", 'uses process.env'],
    ['streams/sources/ticks.ts', 'const at = performance.now();', 'uses performance.now'],
    ['streams/pipeline.ts', "process.on('SIGTERM', stop);", 'uses process.on'],
  ])('%s with `%s` is refused', (path, text, why) => {
    expect(violations({ path, text })).toEqual([expect.stringContaining(why)]);
  });

  test.each<[string, string]>([
    ['src/core/decide.ts', "import { learn } from './evolve/observation.ts'; // never Date.now()"],
    ['src/core/evolve/observation.ts', "case 'process.exited': return survivors.find((process) => process.role === 'agent');"],
    ['src/core/report/status.ts', 'return new Date(wall).toISOString();'],
    ['streams/sources/ticks.ts', "import { interval } from 'rxjs';"],
    ['src/daemon/daemon.ts', "import { supervise } from '../../streams/pipeline.ts'; import { merge } from 'rxjs';"],
    ['src/cli/status/status.ts', "import { statusOf } from '../../core/report/status.ts'; const now = Date.now();"],
  ])('%s with `%s` is fine', (path, text) => {
    expect(violations({ path, text })).toEqual([]);
  });
});
