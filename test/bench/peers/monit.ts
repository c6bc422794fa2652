import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackedIn } from '../../real/unpacked.ts';
import { has, named, type Peer, supervisor, variablesOf, whyNoPackage } from './peer.ts';

/** With its fastest cycle, which is a second. */
export const monit: Peer = {
  name: 'monit, 1 s',
  most: 1000,
  whyNot: () => whyNoPackage('monit', 'monit'),
  keep: async (directory, scripts) => {
    const check = (script: string, index: number) => {
      mkdirSync(named(directory, index), { recursive: true });
      const [pid, start] = [named(directory, index, 'pid'), named(directory, index, 'start')];
      // Programs that monit starts get none of its own variables.
      const variables = Object.entries(variablesOf(directory)).map(([name, value]) => `export ${name}='${value}'\n`);
      writeFileSync(start, `#!/bin/sh\n${variables.join('')}'${script}' >/dev/null 2>&1 &\necho $! >'${pid}'\n`, { mode: 0o755 });
      return `check process turn-${index} with pidfile ${pid}\n  start program = "${start}"\n  stop program = "/bin/true"\n`;
    };
    return monitWith(directory, scripts.map(check).join(''));
  },
};

export function monitWith(directory: string, checks: string) {
  const files = ['log', 'pid', 'id', 'state'].map((name) => `set ${name}file ${join(directory, `monit.${name}`)}\n`).join('');
  const conf = join(directory, 'monitrc');
  writeFileSync(conf, `set daemon 1\n${files.replace('logfile', 'log')}${checks}`, { mode: 0o600 });
  return supervisor(directory, [has('monit') ? 'monit' : join(unpackedIn('monit'), 'usr/bin/monit'), '-I', '-c', conf]);
}
