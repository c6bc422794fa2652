import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** A source: its path and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** The text of a source without its comments. */
export const codeOf = ({ text }: Source): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');

/** A source's imports, types included: paths from the top, or packages. */
export function importsOf(source: Source): string[] {
  const names = [...codeOf(source).matchAll(/\b(?:from|import)\s*\(?\s*['"`]([^'"`]+)['"`]/g)].map(([, name]) => name ?? '');
  return names.map((name) => (name.startsWith('.') ? posix.join(posix.dirname(source.path), name) : name));
}

export const SOURCES: readonly Source[] = globSync(['src/**/*.{ts,mjs}', 'streams/**/*.ts']).map((path) => ({
  path,
  text: readFileSync(path, 'utf8'),
}));
