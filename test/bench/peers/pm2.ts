import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { endAll, type Peer, variablesOf } from './peer.ts';

const VERSION = '7.0.4';
const INSTALL_MS = 180_000;
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'dogwatch-test');

/** From npm, installed once outside of the repository, with its own limit on restarts disabled. */
export const pm2: Peer = {
  name: `PM2 ${VERSION}`,
  // It needs about a third of a second for each additional one.
  most: 100,
  whyNot: () => (program() === null ? 'npm cannot install it here' : null),
  keep: async (directory, scripts) => {
    const home = join(directory, 'pm2');
    const env = { ...variablesOf(directory), PM2_HOME: home, PM2_DISABLE_VERSION_CHECK: 'true' };
    const apps = scripts.map((script, index) => ({ name: `turn-${index}`, script, interpreter: '/bin/sh', max_restarts: 1_000_000 }));
    writeFileSync(join(directory, 'apps.json'), JSON.stringify({ apps }));
    const { status, stderr } = spawnSync(process.execPath, [program() ?? '', 'start', join(directory, 'apps.json')], {
      cwd: directory,
      env,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`pm2 start: exit status ${status}\n${stderr}`);
    return { pids: () => [Number(readFileSync(join(home, 'pm2.pid'), 'utf8'))], close: () => endAll(directory) };
  },
};

function program(): string | null {
  const prefix = join(CACHE, `pm2-${VERSION}`);
  const found = join(prefix, 'node_modules/pm2/bin/pm2');
  if (!existsSync(found)) {
    mkdirSync(prefix, { recursive: true });
    const args = ['install', '--prefix', prefix, '--ignore-scripts', '--no-audit', '--no-fund', `pm2@${VERSION}`];
    spawnSync('npm', args, { cwd: prefix, timeout: INSTALL_MS, stdio: 'ignore' });
  }
  return existsSync(found) ? found : null;
}
