import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackedIn } from '../../real/unpacked.ts';
import { has, named, type Peer, supervisor, whyNoPackage } from './peer.ts';

const bin = (): string => (has('runsv') ? '/usr/bin' : join(unpackedIn('runit'), 'usr/bin'));

/** A directory of services, each with its own supervisor. */
export const runit: Peer = {
  name: 'runit',
  most: 1000,
  whyNot: () => whyNoPackage('runit', 'runsv'),
  keep: async (directory, scripts) => {
    serviceDirectories(directory, scripts);
    return supervisor(directory, [join(bin(), 'runsvdir'), join(directory, 'kept')], { PATH: `${bin()}:${process.env.PATH}` });
  },
};

export function serviceDirectories(directory: string, scripts: readonly string[]): void {
  for (const [index, script] of scripts.entries()) {
    mkdirSync(named(directory, index), { recursive: true });
    writeFileSync(named(directory, index, 'run'), `#!/bin/sh\nexec "${script}" >/dev/null 2>&1\n`, { mode: 0o755 });
  }
}
