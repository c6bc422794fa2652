import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const SOURCE = fileURLToPath(new URL('../../../src', import.meta.url));
const PACKAGED = `node_modules/node-24-linux-${process.arch}/bin/node`;

/** An installed package whose program says which Node runs it, and in which process. */
function installed() {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-launcher-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const at = (path: string) => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    return join(directory, path);
  };
  for (const name of ['dogwatch', 'launcher.mjs']) copyFileSync(join(SOURCE, name), at(`package/src/${name}`));
  chmodSync(at('package/src/dogwatch'), 0o755);
  symlinkSync('../package/src/dogwatch', at('bin/dogwatch'));
  writeFileSync(at('package/package.json'), '{ "type": "module" }');
  writeFileSync(
    at('package/dist/main.js'),
    'console.log(JSON.stringify({ by: process.env.STARTED_BY ?? null, pid: process.pid, words: process.argv.slice(2) }));process.exitCode = 7;',
  );
  /** A Node of this version, in this place. It notes that it was started for more than its version. */
  const node = (path: string, version: string) => {
    const script = `#!/bin/sh\ncase $1 in --version) echo v${version}; exit ;; esac\nSTARTED_BY="\${STARTED_BY}${path} " exec '${process.execPath}' "$@"\n`;
    writeFileSync(at(path), script, { mode: 0o755 });
    return dirname(at(path));
  };
  const start = (folders: readonly string[], limit = '') => {
    const env = { PATH: [...folders, '/usr/bin', '/bin'].join(':') };
    return spawn('/bin/sh', ['-c', `${limit}exec "$0" "$@"`, at('bin/dogwatch'), 'run', 'a  b', '*', "it's"], { env });
  };
  const run = async (...given: Parameters<typeof start>) => {
    const child = start(...given);
    let [out, said] = ['', ''];
    child.stdout.on('data', (part) => {
      out += part;
    });
    child.stderr.on('data', (part) => {
      said += part;
    });
    const [code] = await once(child, 'close');
    return { code, said, pid: child.pid, ...(out === '' ? {} : { seen: JSON.parse(out) }) };
  };
  return { node, run };
}

const WORDS = ['run', 'a  b', '*', "it's"];

test('the runtime of the package is used, and an older Node is not started', async () => {
  const { node, run } = installed();
  const old = node('old/node', '18.20.8');
  node(`package/${PACKAGED}`, '24.11.0');
  const { code, seen, pid } = await run([old]);
  expect({ code, seen }).toEqual({ code: 7, seen: { by: `package/${PACKAGED} `, pid, words: WORDS } });
});

test.each([
  ['behind an older one', ['18.20.8', '26.1.0'], '1/node '],
  ['first', ['24.0.0', '26.1.0'], '0/node '],
  ['behind what says no version', ['', '24.1.0'], '1/node '],
])('without it, a new Node on the PATH is used, %s, in the same process', async (_, versions, by) => {
  const { node, run } = installed();
  const { code, seen, pid } = await run(versions.map((version, index) => node(`${index}/node`, version)));
  expect({ code, seen }).toEqual({ code: 7, seen: { by, pid, words: WORDS } });
});

test('a checkout goes through the launcher, which builds it', async () => {
  const { node, run } = installed();
  const place = node('package/.ci/checkout.mjs', '');
  writeFileSync(join(place, 'checkout.mjs'), 'export const needsBuild = () => { process.stderr.write("asked"); return false; };');
  const { code, said, seen } = await run([node('new/node', '24.1.0')]);
  expect({ code, said, words: seen.words }).toEqual({ code: 7, said: 'asked', words: WORDS });
});

test('too few open files are explained', async () => {
  const { node, run } = installed();
  expect(await run([node('new/node', '24.1.0')], 'ulimit -n 30; ')).toMatchObject({
    code: 69,
    said: expect.stringContaining('this shell allows too few open files'),
  });
});

test('without any Node it says what is needed', () => {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-launcher-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  mkdirSync(join(directory, 'src'));
  copyFileSync(join(SOURCE, 'dogwatch'), join(directory, 'src/dogwatch'));
  const { status, stderr } = spawnSync('/bin/sh', [join(directory, 'src/dogwatch')], { env: { PATH: '/nowhere' }, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 69, stderr: expect.stringContaining('dogwatch needs Node 24 or newer') });
});
