import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { has, type Peer, supervisor } from './peer.ts';

const LOOP = `while sleep 1; do
  while read -r turn; do
    if ! pgrep -f "$turn" >/dev/null; then "$turn" >/dev/null 2>&1 </dev/null & fi
  done <scripts
done`;

/** A script that anyone would write in a minute. */
export const bashLoop: Peer = {
  name: 'bash loop with pgrep, 1 s',
  most: 10,
  whyNot: () => (has('pgrep') && has('bash') ? null : 'bash and pgrep are not both installed'),
  keep: async (directory, scripts) => {
    // Not in its command line, where pgrep would find them.
    writeFileSync(join(directory, 'scripts'), scripts.map((script) => `${script}\n`).join(''));
    return supervisor(directory, ['bash', '-c', LOOP]);
  },
};
