import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackedIn } from '../../real/unpacked.ts';
import { has, type Peer, supervisor, whyNoPackage } from './peer.ts';

const MAIN = 'from supervisor.supervisord import main; main()';
/** Debian's packages need Debian's Python. */
const PYTHON = '/usr/bin/python3';

/** Its own limits on restarts are disabled. */
export const supervisord: Peer = {
  name: 'supervisord',
  most: 1000,
  whyNot: () => (has(PYTHON) ? whyNoPackage('supervisord', 'supervisord') : `${PYTHON} is not installed`),
  keep: async (directory, scripts) => {
    const program = (script: string, index: number) =>
      `[program:turn-${index}]\ncommand=${script}\nautorestart=true\nstartsecs=0\nstartretries=1000000\nstdout_logfile=/dev/null\nstderr_logfile=/dev/null\n`;
    const log = `logfile=${join(directory, 'log')}\npidfile=${join(directory, 'pid')}\nminfds=8192\n`;
    writeFileSync(join(directory, 'conf'), `[supervisord]\nnodaemon=true\n${log}\n${scripts.map(program).join('\n')}`);
    const path = join(unpackedIn('supervisord'), 'usr/lib/python3/dist-packages');
    return supervisor(directory, [PYTHON, '-c', MAIN, '-n', '-c', join(directory, 'conf')], { PYTHONPATH: path });
  },
};
