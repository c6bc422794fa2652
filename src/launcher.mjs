#!/usr/bin/env node
// Finds a Node that can run dogwatch (24 or newer) and hands over to it. Plain JavaScript, so that
// any Node >= 18 can run it.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NEEDED_MAJOR = 24;
/** With fewer open files Node itself crashes while it starts, with a stack trace or silently. */
const NEEDED_FILES = 32;
/** The commands that run for weeks, as in entry.ts. */
const LASTING = ['watch', 'metrics'];
const here = dirname(fileURLToPath(import.meta.url));
const bundle = join(here, '..', 'dist', 'main.js');
const checkout = join(here, '..', '.ci', 'checkout.mjs');
const setup = join(here, '..', '.ci', 'setup.mjs');

/**
 * Returns the path of a Node >= 24: the one running now, or the runtime that npm installed beside
 * dogwatch.
 */
export function node24() {
  if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) return process.execPath;
  try {
    const packaged = createRequire(import.meta.url).resolve(`node-24-linux-${process.arch}/package.json`);
    return join(dirname(packaged), 'bin', 'node');
  } catch {
    process.stderr.write(
      `dogwatch needs Node ${NEEDED_MAJOR} or newer; this is ${process.version}, and the runtime that npm installs beside dogwatch ` +
        `(optional dependency node-24-linux-${process.arch}) is missing.\n` +
        `Install Node ${NEEDED_MAJOR}, or reinstall dogwatch without --omit=optional.\n`,
    );
    process.exit(69);
  }
}

function refuseTooFewFiles() {
  const [, allowed] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  if (allowed === undefined || Number(allowed) >= NEEDED_FILES) return;
  process.stderr.write(
    `dogwatch: this shell allows too few open files\n  expected  at least ${NEEDED_FILES}, preferably 1024\n  got       ${allowed}\n` +
      '  hint      raise the limit: ulimit -n 1024\n',
  );
  process.exit(69);
}

async function launch() {
  refuseTooFewFiles();
  // In a checkout, build when the source is newer. An installed package always has its build.
  if (existsSync(checkout) && (await import(pathToFileURL(checkout).href)).needsBuild()) {
    const { status } = spawnSync(process.execPath, [setup], { stdio: ['ignore', 2, 2] });
    if (status !== 0) process.exit(69);
  }
  const node = node24();
  const args = process.argv.slice(2);
  if (node === process.execPath) {
    // What has been loaded and compiled here would stay in memory for as long as they run.
    if (LASTING.includes(args[0])) process.execve?.(node, [node, ...process.execArgv, bundle, ...args], process.env);
    return import(pathToFileURL(bundle).href);
  }

  const child = spawn(node, [bundle, ...args], { stdio: 'inherit' });
  // The terminal sends Ctrl-C to both processes; only the child decides what to do.
  for (const signal of ['SIGINT', 'SIGQUIT']) process.on(signal, () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(
      `dogwatch: ${node} cannot be started: ${error.message}\n  hint      a resource limit may be reached: see ulimit -a\n`,
    );
    process.exitCode = 75;
  });
  child.on('exit', (code, signal) => {
    if (signal) process.kill(process.pid, signal);
    process.exitCode = code ?? 1;
  });
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await launch();
