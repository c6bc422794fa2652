import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { basename } from 'node:path';
import v8 from 'node:v8';

// Loaded into a watchdog by NODE_OPTIONS: notes the flags that it sets in V8, and what it had loaded
// of dogwatch by then.
const loaded = [];
const flags = [];
const set = v8.setFlagsFromString;

registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) loaded.push(basename(url));
    return next(url, context);
  },
});
const loadedFirst = [];
v8.setFlagsFromString = (flag) => {
  if (flags.length === 0) loadedFirst.push(...loaded);
  flags.push(flag);
  set(flag);
  writeFileSync(`${process.env.HEAP_PROBE}.${process.pid}`, JSON.stringify({ argv: process.argv.slice(2), flags, loadedFirst }));
};
