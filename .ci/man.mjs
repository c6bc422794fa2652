// Writes the man page of the program in a folder, from the text of its help:
//   node .ci/man.mjs dist
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './checkout.mjs';

const [folder = 'dist'] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The date of the commit, so that the same source gives the same page. Without git, of today. */
const date = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' }).stdout?.trim();

/** Runs a program of this checkout, and returns what it printed. */
function printed(args, input) {
  const env = date ? { ...process.env, SOURCE_DATE_EPOCH: date } : process.env;
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, { encoding: 'utf8', input, env, maxBuffer: 2 ** 26 });
  if (status === 0) return stdout;
  process.stderr.write(`${error?.message ?? stderr}\n`);
  process.exit(1);
}

/** marked leaves them as in HTML within code. A plain quote may be a command of roff. */
const CHARACTERS = { quot: '\\(dq', '#39': '\\(aq', lt: '<', gt: '>', amp: '&' };

const manual = printed([join(folder, 'main.js'), 'help', '--manual']);
const page = ['--name', 'dogwatch', '--section', '1', '--manual', 'dogwatch', '--version', `dogwatch ${version}`];
const roff = printed([join(root, 'node_modules/marked-man/bin/marked-man.js'), ...page], manual);
writeFileSync(
  join(folder, 'dogwatch.1'),
  roff.replaceAll(/&(quot|#39|lt|gt|amp);/g, (_, name) => CHARACTERS[name]),
);
