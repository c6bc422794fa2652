import { spawnSync } from 'node:child_process';

/**
 * A command line with these inotify limits. They belong to a separate user namespace, and affect no
 * other process.
 */
export function withInotifyLimits({ skip }: { skip(reason: string): never }, limits: Readonly<Record<string, number>>): readonly string[] {
  const set = Object.entries(limits).map(([name, value]) => `echo ${value} >/proc/sys/user/${name}`);
  const shell = ['unshare', '--user', '--map-root-user', 'sh', '-c', `${set.join(' && ')} && exec "$@"`, 'sh'];
  const { status, stderr } = spawnSync(shell[0]!, [...shell.slice(1), 'true'], { encoding: 'utf8' });
  if (status !== 0) skip(`no namespace can have limits of its own here: ${stderr}`);
  return shell;
}
