import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
/** Nobody: as root it is this user who installs and runs it. */
const NOBODY = 65534;
const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };

interface Packed {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

describe('the package for npm', () => {
  let scratch = '';
  let packed: Packed;
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'dogwatch-npm-'));
    chmodSync(scratch, 0o777);
    // The Node that these tests run on is the only one that the user has.
    mkdirSync(join(scratch, 'bin'));
    symlinkSync(process.execPath, join(scratch, 'bin/node'));
    const { stdout, stderr, status } = npm(['pack', '--json', '--ignore-scripts', '--pack-destination', scratch], PROJECT, {});
    expect(status, stderr).toBe(0);
    packed = JSON.parse(stdout)[0];
    chmodSync(join(scratch, packed.filename), 0o644);
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  const environment = () => ({
    PATH: `${join(scratch, 'prefix/bin')}:${join(scratch, 'bin')}:${process.env.PATH}`,
    HOME: join(scratch, 'home'),
    DOGWATCH_BALLAST: '0',
    DOGWATCH_PRERECLAIM: '0',
    DOGWATCH_DOCKER_HOSTS: 'none',
  });
  const npm = (args: readonly string[], cwd: string, who: typeof asNobody | Record<string, never>) =>
    spawnSync('npm', args, {
      cwd,
      encoding: 'utf8',
      ...who,
      env: { ...process.env, npm_config_cache: join(scratch, 'cache'), ...environment() },
    });
  const as = (command: string, ...args: readonly string[]) =>
    spawnSync(command, args, { cwd: join(scratch, 'home'), encoding: 'utf8', env: environment(), ...asNobody });

  test('it holds the program, its launcher and the changes, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path);
    const other = paths.filter((path) => !/^dist\/[\w-]+\.js$/.test(path));
    expect(other.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', 'src/launcher.mjs']);
    expect(paths).toContain('dist/main.js');
    expect(packed.unpackedSize).toBeLessThan(5_000_000);
  });

  test('a user without any rights installs it, and a run of his is kept going', () => {
    const home = join(scratch, 'home');
    mkdirSync(home, { mode: 0o777 });
    chmodSync(home, 0o777);
    rmSync(join(scratch, 'cache'), { recursive: true, force: true });
    const installed = npm(
      ['install', '-g', '--ignore-scripts', '--prefix', join(scratch, 'prefix'), join(scratch, packed.filename)],
      home,
      asNobody,
    );
    expect(installed.status, installed.stderr).toBe(0);
    expect(as('dogwatch', '--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
    const run = as('dogwatch', 'run', '--done-file', 'done', '--', 'sh', '-c', 'echo x >>lives; [ $(wc -l <lives) -lt 2 ] || touch done');
    expect(run.status, run.stderr).toBe(0);
    expect(readFileSync(join(home, 'lives'), 'utf8')).toBe('x\nx\n');
  });
});
