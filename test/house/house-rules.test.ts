import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const MAX_LINES = 250;
/** The runtime itself, which is started, not imported. */
const isRuntime = (name: string): boolean => name.startsWith('node-24-linux-');

/**
 * They come with dockerode, which works without what their scripts would build. None of it is
 * shipped (.ci/not-shipped.cjs).
 */
const SCRIPTS_NOT_NEEDED = ['cpu-features', 'protobufjs', 'ssh2'].map((name) => `node_modules/${name}`);

const read = (path: string): string => readFileSync(path, 'utf8');
const json = (path: string): Record<string, Record<string, string>> => JSON.parse(read(path));

const sources = globSync(['src/**/*.{ts,mjs}', 'streams/**/*.ts']);
const { dependencies = {}, optionalDependencies = {} } = json('package.json');
const used = [...Object.keys(dependencies), ...Object.keys(optionalDependencies)].filter((name) => !isRuntime(name));

describe('house rules', () => {
  test(`no source is longer than ${MAX_LINES} lines`, () => {
    const lengths = sources.map((path) => ({ path, lines: read(path).split('\n').length - 1 }));
    expect(lengths.filter(({ lines }) => lines > MAX_LINES)).toEqual([]);
  });

  test('no text holds the marks of a conflict', () => {
    const texts = globSync(['{src,streams,nix}/**/*.{ts,mjs,nix}', 'test/**/*.ts', '.ci/*.{mjs,cjs}', 'src/help/*.md', '*.{md,json}']);
    expect(texts.length).toBeGreaterThan(500);
    expect(texts.filter((path) => /^(?:<{7}|>{7}) /m.test(read(path)))).toEqual([]);
  });

  test.each(used)('the dependency %s is imported', (name) => {
    const imports = new RegExp(`(?:from|import\\(|resolve\\()\\s*['"]${name}(?:/[^'"]*)?['"]`);
    expect(sources.filter((path) => imports.test(read(path)))).not.toEqual([]);
  });

  test.each(used)('the dependency %s is in the help on design', (name) => {
    const table = read('src/help/design.md')
      .split('\n')
      .filter((line) => line.startsWith('|'));
    expect(table.filter((line) => line.split('|')[1]?.includes(name))).not.toEqual([]);
  });

  test('the lock file names no registry: npm ci uses the configured one', () => {
    expect(read('package-lock.json')).not.toContain('"resolved"');
  });

  test('no dependency needs an install script', () => {
    const { packages = {} } = JSON.parse(read('package-lock.json')) as {
      packages?: Record<string, { hasInstallScript?: boolean; dev?: boolean }>;
    };
    const withScript = Object.keys(packages).filter((path) => packages[path]?.hasInstallScript && !packages[path].dev);
    expect(withScript).toEqual(SCRIPTS_NOT_NEEDED);
  });
});
