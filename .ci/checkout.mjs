// What a checkout still needs before it can run: dependencies or a build. Plain JavaScript for any
// Node >= 18.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const installed = join(root, 'node_modules', '.package-lock.json');
const bundle = join(root, 'dist', 'main.js');

const isLink = (path) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
const changedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Removing a file changes its directory. */
function newestIn(directory) {
  let newest = changedAt(directory);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestIn(path) : changedAt(path));
  }
  return newest;
}

/** The dependencies are not those of package-lock.json. Linked ones belong to another checkout. */
export const needsInstall = () => !isLink(join(root, 'node_modules')) && changedAt(installed) < changedAt(join(root, 'package-lock.json'));

/** There is no build, or it is older than its source. */
export function needsBuild() {
  if (!existsSync(bundle)) return true;
  const sources = ['src', 'streams'].map((name) => join(root, name));
  return (
    changedAt(bundle) < changedAt(join(root, 'package.json')) ||
    (hasNewer(sources) ?? changedAt(bundle) < Math.max(...sources.map(newestIn)))
  );
}

/** Asks find(1), which takes a third of the time. Null if there is no answer. */
function hasNewer(directories) {
  const { status, stdout } = spawnSync('find', [...directories, '-newer', bundle, '-print'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout !== '' : null;
}
