import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Only the build sets it. */
declare const BUILT_FROM: string;

/** The build copies the page beside the program, with uPlot. */
const isBuilt = typeof BUILT_FROM === 'string';
const PAGE = new URL('./page/', import.meta.url);

const { resolve } = createRequire(import.meta.url);
const uplot = (): readonly string[] => [resolve('uplot/dist/uPlot.iife.min.js'), resolve('uplot/dist/uPlot.min.css')];

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface Asset {
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** The files of the page by name. They hold no data, so that reading them needs no token. */
export function assets(): ReadonlyMap<string, Asset> {
  const paths = [...readdirSync(PAGE).map((name) => fileURLToPath(new URL(name, PAGE))), ...(isBuilt ? [] : uplot())];
  return new Map(
    paths.map((path) => [
      basename(path),
      { type: TYPES[extname(path)] ?? 'application/octet-stream', body: new Uint8Array(readFileSync(path)) },
    ]),
  );
}
