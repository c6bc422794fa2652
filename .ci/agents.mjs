// Runs the tests on the real agent CLIs, in a network namespace with nothing but loopback:
//   node .ci/agents.mjs [ARGUMENTS OF VITEST…]
//   node .ci/agents.mjs --conformance [--agent X] [--point P] [--way W] [--repeat N] [--jobs N] [--keep DIR] [--newest]
//       what a resume keeps, by agent, point and way of dying (test/real/agents/conformance.md); --newest
//       compares the newest versions with that table, and changes neither it nor the pinned versions
// Installs the CLIs from the npm registry first. Skips tests that this machine cannot run, and says why.
// Plain JavaScript for any Node >= 18, like setup.mjs.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const INSIDE = '--inside-namespace';
const here = dirname(fileURLToPath(import.meta.url));
const setup = join(here, 'setup.mjs');
const root = join(here, '..');
const [mode, ...more] = process.argv.slice(2);
const args = mode === INSIDE ? more : process.argv.slice(2);

/** Why a command failed, or null if it did not. */
function failure(command, ...its) {
  const { status, error, stderr } = spawnSync(command, its, { encoding: 'utf8' });
  return status === 0 ? null : error?.message || stderr.trim() || `${command}: exit status ${status}`;
}

/** The arguments of the suite that measures what a resume keeps, or null for the tests. */
const measuring = args[0] === '--conformance' ? args.slice(1) : null;

/** In a mount namespace of its own as well: each cell has a disk. */
function measure(reason) {
  if (reason !== null) {
    process.stderr.write(`dogwatch: the suite cannot be played: ${reason}\n`);
    process.exit(69);
  }
  process.exit(conformance(measuring).status ?? 130);
}

function conformance(its) {
  const main = join(root, 'test/real/agents/conformance/main.ts');
  return spawnSync(runtime(), [main, ...its], { cwd: root, stdio: 'inherit' });
}

/** The Node that runs dogwatch, which was installed before. */
function runtime() {
  const packaged = join(root, `node_modules/node-24-linux-${process.arch}/bin/node`);
  return Number(process.versions.node.split('.')[0]) < 24 && existsSync(packaged) ? packaged : process.execPath;
}

function tests(reason) {
  if (reason !== null) process.stderr.write(`dogwatch: the tests on agent CLIs are skipped: ${reason}\n`);
  const env = reason === null ? process.env : { ...process.env, WITHOUT_NAMESPACE: reason };
  const { status } = spawnSync(process.execPath, [setup, 'vitest', 'run', '--project', 'agents', ...args], {
    cwd: root,
    stdio: 'inherit',
    env,
  });
  process.exit(status ?? 130);
}

/** Brings loopback up with whichever tool is available. */
function loopback() {
  const tools = [
    ['ip', 'link', 'set', 'lo', 'up'],
    ['ifconfig', 'lo', 'up'],
    ['busybox', 'ip', 'link', 'set', 'lo', 'up'],
  ];
  const failures = tools.map(
    ([command, ...its]) =>
      () =>
        failure(command, ...its),
  );
  return failures.some((failed) => failed() === null) ? null : 'none of ip, ifconfig and busybox could bring loopback up';
}

if (mode === INSIDE) (measuring === null ? tests : measure)(loopback());

const { status } = spawnSync(process.execPath, [setup], { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 130);
if (measuring === null) spawnSync(runtime(), [join(root, 'test/real/agents/install-all.ts')], { cwd: root, stdio: 'inherit' });
else if (conformance([...measuring, '--install']).status !== 0) process.exit(64);

// As root, else as the root of a user namespace, if those are allowed.
const ways = (measuring === null ? ['-n', '-rn'] : ['-nm', '-rnm']).map((way) => [way, failure('unshare', way, 'true')]);
const way = ways.find(([, failed]) => failed === null)?.[0];
if (way === undefined)
  (measuring === null ? tests : measure)(
    `no network namespace can be made here (${[...new Set(ways.map(([, failed]) => failed))].join('; ')})`,
  );
const inside = spawnSync('unshare', [way, process.execPath, fileURLToPath(import.meta.url), INSIDE, ...args], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(inside.status ?? 130);
