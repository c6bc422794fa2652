// A benchmark that started a daemon in a session of its own, and never ends. Prints its directory.
import { spawn } from 'node:child_process';
import { newDirectory } from '../../bench/run/directory.ts';

const directory = newDirectory();
const env = { PATH: process.env.PATH, DOGWATCH_STATE_DIR: directory };
spawn('sh', ['-c', 'sleep 1000 & exec sleep 1000'], { env, stdio: 'ignore', detached: true }).unref();
process.stdout.write(`${directory}\n`);
setInterval(() => {}, 1000);
