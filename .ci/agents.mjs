// Runs the tests on the real agent CLIs, in a network namespace with nothing but loopback:
//   node .ci/agents.mjs [ARGUMENTS OF VITEST…]
// Installs the CLIs from the npm registry first. Skips tests that this machine cannot run, and says why.
// Plain JavaScript for any Node >= 18, like setup.mjs.
import { spawnSync } from 'node:child_process';
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

if (mode === INSIDE) tests(loopback());

const { status } = spawnSync(process.execPath, [setup], { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 130);
const { node24 } = await import('../src/launcher.mjs');
spawnSync(node24(), [join(root, 'test/real/agents/install-all.ts')], { cwd: root, stdio: 'inherit' });

// As root, else as the root of a user namespace, if those are allowed.
const ways = ['-n', '-rn'].map((way) => [way, failure('unshare', way, 'true')]);
const way = ways.find(([, failed]) => failed === null)?.[0];
if (way === undefined) tests(`no network namespace can be made here (${[...new Set(ways.map(([, failed]) => failed))].join('; ')})`);
const inside = spawnSync('unshare', [way, process.execPath, fileURLToPath(import.meta.url), INSIDE, ...args], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(inside.status ?? 130);
