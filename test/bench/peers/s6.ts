import { join } from 'node:path';
import { unpackedIn } from '../../real/unpacked.ts';
import { has, type Peer, supervisor, whyNoPackage } from './peer.ts';
import { serviceDirectories } from './runit.ts';

const LIBRARIES = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((machine) => join(unpackedIn('s6'), 'usr/lib', machine));
/** s6-svscan does no more than this, but must be installed. */
const ALL = 'for service in kept/*; do s6-supervise "$service" & done; wait';

/** The same as runit, with a second between two starts. */
export const s6: Peer = {
  name: 's6',
  most: 1000,
  whyNot: () => whyNoPackage('s6', 's6-supervise'),
  keep: async (directory, scripts) => {
    serviceDirectories(directory, scripts);
    const unpacked = { PATH: `${join(unpackedIn('s6'), 'usr/bin')}:${process.env.PATH}`, LD_LIBRARY_PATH: LIBRARIES.join(':') };
    return supervisor(directory, ['sh', '-c', ALL], has('s6-supervise') ? {} : unpacked);
  },
};
