// Makes a fresh clone ready, then runs one of its tools with the right Node:
//   node .ci/setup.mjs                install the locked dependencies, build dist/ if it is stale
//   node .ci/setup.mjs vitest run …   the same, then a bin of node_modules with its arguments
//   node .ci/setup.mjs --build        build even if dist/ looks fresh
// Plain JavaScript for any Node >= 18: this file runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { node24 } from '../src/launcher.mjs';
import { needsBuild, needsInstall, root } from './checkout.mjs';

const dist = join(root, 'dist');
const fresh = join(root, 'dist.local');
/**
 * Parts of an older build are kept this long, for programs that run it and have not loaded all of
 * it yet.
 */
const OLD_PARTS_MS = 30 * 24 * 3_600_000;
/** Writing a process id into a lock takes less than this. */
const LOCK_WRITTEN_MS = 10_000;

/**
 * Runs a command with its output on stderr, so that stdout is left to the caller. Ends the process
 * if the command fails.
 */
function run(command, args, what) {
  process.stderr.write(`dogwatch: ${what} …\n`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'ignore', 2] });
  if (status === 0) return;
  process.stderr.write(`dogwatch: ${what} failed (${error?.message ?? `exit status ${status}`})\n`);
  process.exit(69);
}

/** One set-up at a time in a checkout: two concurrent installs break each other's node_modules. */
function alone(job) {
  const lock = join(root, '.setup.local');
  for (let saysWho = true; !takes(lock); ) {
    const holder = holderOf(lock);
    if (holder === 'gone') rmSync(lock, { force: true });
    else if (saysWho) process.stderr.write(`dogwatch: waiting for another set-up of this clone (process ${holder}) …\n`);
    saysWho = false;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
  try {
    return job();
  } finally {
    rmSync(lock, { force: true });
  }
}

/**
 * Returns false if another process has it. Without write access, says what to do and ends, instead
 * of waiting.
 */
function takes(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    const state = existsSync(join(dist, 'main.js')) ? 'has no build of its current source' : 'is not built';
    process.stderr.write(
      `dogwatch: this clone ${state}, and you may not write to it\n` +
        `  expected  a built copy of dogwatch, or a clone that you may build\n` +
        `  got       ${error.code} at ${root}\n` +
        `  hint      build it as its owner (npm run build in ${root}), or install a copy: npm install -g --ignore-scripts "$(npm pack)"\n`,
    );
    process.exit(69);
  }
}

function holderOf(lock) {
  try {
    const pid = readFileSync(lock, 'utf8');
    if (pid === '') return Date.now() - statSync(lock).mtimeMs > LOCK_WRITTEN_MS ? 'gone' : 'unknown';
    return existsSync(`/proc/${pid}`) ? pid : 'gone';
  } catch {
    return 'unknown';
  }
}

/**
 * The new build replaces the old one file by file, main.js last: running programs still find their
 * parts.
 */
function build() {
  rmSync(fresh, { recursive: true, force: true });
  const bundler = [join(root, 'node_modules/rolldown/bin/cli.mjs'), '-c', join(root, '.ci/rolldown.config.mjs'), '--logLevel', 'warn'];
  run(node24(), [...bundler, '--dir', fresh], 'building');
  cpSync(join(root, 'src/help'), join(fresh, 'help'), { recursive: true });
  cpSync(join(root, 'src/web/page'), join(fresh, 'page'), { recursive: true });
  for (const name of ['uPlot.iife.min.js', 'uPlot.min.css']) cpSync(join(root, 'node_modules/uplot/dist', name), join(fresh, 'page', name));
  run(node24(), [join(root, '.ci/man.mjs'), fresh], 'writing the man page');
  const parts = readdirSync(fresh);
  const isNew = new Set(parts);
  for (const part of existsSync(dist) ? readdirSync(dist) : []) {
    const isOld = Date.now() - statSync(join(dist, part)).mtimeMs > OLD_PARTS_MS;
    if (!isNew.has(part) && (isOld || forPackage)) rmSync(join(dist, part), { recursive: true, force: true });
  }
  // A topic that is gone must not stay.
  rmSync(join(dist, 'help'), { recursive: true, force: true });
  cpSync(fresh, dist, { recursive: true, filter: (path) => path !== join(fresh, 'main.js') });
  utimesSync(join(fresh, 'main.js'), new Date(), new Date());
  renameSync(join(fresh, 'main.js'), join(dist, 'main.js'));
  rmSync(fresh, { recursive: true, force: true });
}

const [tool, ...args] = process.argv.slice(2);
/** A package has the parts of one build only. */
const forPackage = tool === '--build';
if (needsInstall() || needsBuild() || forPackage)
  alone(() => {
    if (needsInstall()) run('npm', ['ci', '--ignore-scripts', '--loglevel=error'], 'installing dependencies');
    if (needsBuild() || forPackage) build();
  });

if (tool && tool !== '--build') {
  const manifest = (name) => JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));
  const owner = { biome: '@biomejs/biome', tsc: 'typescript' }[tool] ?? tool;
  const { bin } = manifest(owner);
  const script = join(root, 'node_modules', owner, typeof bin === 'string' ? bin : bin[tool]);
  const { status, signal } = spawnSync(node24(), [script, ...args], { cwd: root, stdio: 'inherit' });
  process.exit(signal ? 130 : (status ?? 1));
}
