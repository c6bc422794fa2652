import { spawnSync } from 'node:child_process';

/** How long a command takes as a process, in ms. It must succeed and print this. */
export function wholeProcess(args: readonly string[], env: Readonly<Record<string, string>>, says: string | RegExp = ''): number {
  const begun = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  const tookMs = performance.now() - begun;
  if (status !== 0) throw new Error(`${args.join(' ')}: exit status ${status}\n${stderr}`);
  if (stdout.search(says) === -1) throw new Error(`${args.join(' ')}: expected ${says}, got\n${stdout}`);
  return tookMs;
}
