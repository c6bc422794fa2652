// Makes a fresh clone ready, then runs one of its tools on the right Node:
//   node .ci/setup.mjs                    install what package-lock.json says, build dist/ if it is stale
//   node .ci/setup.mjs vitest run …       the same, then the tool (a bin of node_modules) with its arguments
//   node .ci/setup.mjs --build            build even if dist/ looks fresh
// Plain JavaScript for any Node >= 18: this file runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { node24 } from '../src/launcher.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const installed = join(root, 'node_modules', '.package-lock.json');
const bundle = join(root, 'dist', 'main.js');

const isLink = (path) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
const changedAt = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

function newestIn(directory) {
  let newest = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestIn(path) : changedAt(path));
  }
  return newest;
}

/** Runs a command with its output on stderr, so that stdout stays what the caller asked for; ends the process if it fails. */
function run(command, args, what) {
  process.stderr.write(`dogwatch: ${what} …\n`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'ignore', 2] });
  if (status === 0) return;
  process.stderr.write(`dogwatch: ${what} failed (${error?.message ?? `exit status ${status}`})\n`);
  process.exit(69);
}

/** One set-up at a time in a checkout: two that install at once break each other's node_modules. */
function alone(job) {
  const lock = join(root, '.setup.local');
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch {
      const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
      if (holder && !existsSync(`/proc/${holder}`)) rmSync(lock, { force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
  try {
    return job();
  } finally {
    rmSync(lock, { force: true });
  }
}

// What is linked in belongs to another checkout.
const stale = () => !isLink(join(root, 'node_modules')) && changedAt(installed) < changedAt(join(root, 'package-lock.json'));
const outdated = () => changedAt(bundle) < Math.max(newestIn(join(root, 'src')), newestIn(join(root, 'streams')));

const [tool, ...args] = process.argv.slice(2);
if (stale() || outdated() || tool === '--build')
  alone(() => {
    if (stale()) run('npm', ['ci', '--ignore-scripts', '--loglevel=error'], 'installing dependencies');
    if (outdated() || tool === '--build') {
      rmSync(join(root, 'dist'), { recursive: true, force: true });
      run(
        node24(),
        [join(root, 'node_modules/rolldown/bin/cli.mjs'), '-c', join(root, '.ci/rolldown.config.mjs'), '--logLevel', 'warn'],
        'building',
      );
    }
  });

if (tool && tool !== '--build') {
  const manifest = (name) => JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));
  const owner = { biome: '@biomejs/biome', tsc: 'typescript' }[tool] ?? tool;
  const { bin } = manifest(owner);
  const script = join(root, 'node_modules', owner, typeof bin === 'string' ? bin : bin[tool]);
  const { status, signal } = spawnSync(node24(), [script, ...args], { cwd: root, stdio: 'inherit' });
  process.exit(signal ? 130 : (status ?? 1));
}
