import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { fakeSsh } from '../../kit/fakes/ssh.ts';
import { PROGRAM, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const isDead = (pid: string) => !existsSync(`/proc/${pid}`) || / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

story('fleet status --watch keeps the last answer of a host that falls silent, and ends every ssh with itself', async ({ stage }) => {
  stage.agent('exec sleep 1000');
  await stage.does(['run', '--detach', '--name', 'first', '--done-file', 'none', '--', './agent.sh']);
  await stage.inState('working', 'first');
  const { DOGWATCH_STATE_DIR: stateDir = '' } = stage.env;
  const ssh = fakeSsh(`[ -e "$here/down" ] && { echo "ssh: connect to host $host port 22: No route to host" >&2; exit 255; }
[ "$host" = hangs ] && { echo $$ >"$here/pid"; exec sleep 600; }
DOGWATCH_STATE_DIR='${stateDir}' exec '${process.execPath}' '${PROGRAM}' status --json`);
  const env = { PATH: ssh.path, DOGWATCH_FLEET_SSH: 'build1', DOGWATCH_STATE_DIR: join(ssh.directory, 'none') };

  const once = await stage.does(['fleet', 'status'], { env });
  expect(once.stdout).toMatch(/^1 working on 1 host\n.*\nbuild1 +answers .*\n\nNAME .*\nfirst@build1 +working /);

  const watching = stage.start(['fleet', 'status', '--watch', '--every', '1s'], { env });
  let shown = '';
  watching.stdout?.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  await until('it shows the run', () => /^first@build1 +working/m.test(shown));
  writeFileSync(join(ssh.directory, 'down'), '');
  await until('it shows the silence', () => /^1 host silent\n/m.test(shown));
  await until('it shows the last answer, with its age', () =>
    /^build1 is silent; this is what it said \d+ s ago:\nNAME .*\nfirst@build1 +working/m.test(shown),
  );
  rmSync(join(ssh.directory, 'down'));
  await until('it answers again', () => /^1 working on 1 host\n/m.test(shown.slice(shown.indexOf('1 host silent'))));
  watching.kill('SIGINT');

  const hanging = stage.start(['fleet', 'status', '--ssh', 'hangs', '--timeout', '1h'], { env });
  const pidFile = join(ssh.directory, 'pid');
  await until('ssh is running', () => existsSync(pidFile) && readFileSync(pidFile, 'utf8').endsWith('\n'));
  hanging.kill('SIGTERM');
  await until('ssh is ended', () => isDead(readFileSync(pidFile, 'utf8').trim()));
});
