import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { codeOf, SOURCES, type Source } from './sources.ts';

/** What is loaded only by a host that is in a fleet, and by the commands of fleets. */
const OF_FLEETS = /^(@nats-io\/|src\/fleet\/|streams\/fleet\/)/;
/** Loaded when they are used: the watchdog's side of a fleet, and the commands about it. */
const DOORS = /^src\/(daemon\/fleet|cli\/fleet\/|look\/members\/)/;

const ends = (source: Source, name: string): string => (name.startsWith('.') ? posix.join(posix.dirname(source.path), name) : name);

/** What a source loads when it is loaded itself: no types, and nothing that it imports later. */
const loads = (source: Source): readonly string[] =>
  [...codeOf(source).matchAll(/\b(?:import|export)\s+(?!type\b)([^'"`;]*?\bfrom\s*)?['"]([^'"`]+)['"]/g)]
    .filter(([, names = '']) => !/^\{(\s*type\s+[\w\s]+,?)+\}\s*from\s*$/.test(names))
    .map(([, , name = '']) => ends(source, name));

/** What a source imports when it needs it. */
const later = (source: Source): readonly string[] =>
  [...codeOf(source).matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g)].map(([, name = '']) => ends(source, name));

/** The ways by which a host without a fleet would load what only fleets need. */
function ways(sources: readonly Source[]): readonly string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const seen = new Map<string, string>();
  const found: string[] = [];
  const visit = (path: string, way: string): void => {
    if (OF_FLEETS.test(path)) found.push(`${way} → ${path}`);
    const source = byPath.get(path);
    if (source === undefined || seen.has(path) || OF_FLEETS.test(path)) return;
    seen.set(path, way);
    for (const next of loads(source)) visit(next, `${way} → ${path}`);
    for (const next of later(source)) if (!DOORS.test(next)) visit(next, `${way} → ${path}`);
  };
  visit('src/main.ts', '');
  expect(seen.size).toBeGreaterThan(300);
  return found;
}

const planted = (path: string, line: string): readonly Source[] =>
  SOURCES.map((source) => (source.path === path ? { ...source, text: `${line}\n${source.text}` } : source));

test('a host without a fleet loads nothing of one', () => {
  expect(ways(SOURCES)).toEqual([]);
});

test.each([
  ['src/daemon/sinks.ts', "import { fleetSide } from './fleet.ts';"],
  ['src/daemon/sinks.ts', "const { Sender } = await import('../../streams/fleet/sender.ts');"],
  ['src/store/store.ts', "import { jetstream } from '@nats-io/jetstream';"],
  ['src/settings/settings.ts', "export { keyPart } from '../fleet/keys.ts';"],
])('%s with %s is found', (path, line) => {
  expect(ways(planted(path, line))).not.toEqual([]);
});

test('a type is not loaded', () => {
  expect(ways(planted('src/daemon/sinks.ts', "import type { Engine } from '../fleet/engine.ts';"))).toEqual([]);
});
