import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bootMachine, type Machine, whyNoMachine } from '../../real/systemd/machine.ts';
import type { Peer } from './peer.ts';

const machines = new Map<string, Machine>();

/**
 * The real one, as process 1 of a separate machine, without its delay and its limit on restarts.
 */
export const systemd: Peer = {
  name: 'systemd, Restart=always',
  most: 1,
  whyNot: whyNoMachine,
  place: async () => {
    const machine = await bootMachine();
    const directory = join(machine.root, 'srv/bench');
    mkdirSync(directory);
    machines.set(directory, machine);
    return { directory, remove: () => machine.tearDown() };
  },
  keep: async (directory, scripts) => {
    const machine = machines.get(directory);
    if (machine === undefined) throw new Error(`${directory} is on no machine of its own`);
    for (const [index, script] of scripts.entries()) {
      const unit = `[Unit]\nStartLimitIntervalSec=0\n[Service]\nExecStart=${script.slice(machine.root.length)}\nStandardOutput=null\nRestart=always\nRestartSec=0\n`;
      machine.write(`/etc/systemd/system/turn-${index}.service`, unit);
    }
    machine.does(['systemctl', 'daemon-reload']);
    machine.does(['systemctl', 'start', ...scripts.map((_, index) => `turn-${index}.service`)]);
    return { pids: () => [], close: async () => {} };
  },
};
