import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
/** The user nobody: root installs and runs the package as this user. */
const NOBODY = 65534;
const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };

/** With the commit that was built, if it was built in a checkout. */
const VERSION = new RegExp(`^${version.replaceAll('.', '\\.')}(?: \\([0-9a-f]{10}(?:, changed)?\\))?\n$`);

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
    // Sticky, like /tmp: a directory that anyone may rename is no place for a state.
    chmodSync(scratch, 0o1777);
    // The user has no Node other than that of these tests.
    mkdirSync(join(scratch, 'bin'));
    symlinkSync(process.execPath, join(scratch, 'bin/node'));
    const { stdout, stderr, status } = npm(['pack', '--json', '--pack-destination', scratch], PROJECT, {});
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

  test('it contains the program, its launcher, its help, its page and the changelog, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path);
    const other = paths.filter((path) => !/^dist\/(?:[\w-]+\.js|help\/\w+\.md|page\/[\w.-]+)$/.test(path));
    expect(other.sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/dogwatch.1',
      'package.json',
      'src/dogwatch',
      'src/launcher.mjs',
    ]);
    expect(paths).toContain('dist/main.js');
    expect(packed.unpackedSize).toBeLessThan(8_000_000);
  });

  test('an unprivileged user installs it, and keeps a run going', () => {
    const home = join(scratch, 'home');
    mkdirSync(home, { mode: 0o700 });
    if (process.getuid?.() === 0) chownSync(home, NOBODY, NOBODY);
    rmSync(join(scratch, 'cache'), { recursive: true, force: true });
    const installed = npm(
      ['install', '-g', '--ignore-scripts', '--prefix', join(scratch, 'prefix'), join(scratch, packed.filename)],
      home,
      asNobody,
    );
    expect(installed.status, installed.stderr).toBe(0);
    expect(as('dogwatch', '--version')).toMatchObject({ status: 0, stdout: expect.stringMatching(VERSION), stderr: '' });
    expect(as('dogwatch', 'help', 'disk').stdout).toContain('DISKS, AND FREEING SPACE');
    expect(readFileSync(join(scratch, 'prefix/share/man/man1/dogwatch.1'), 'utf8')).toMatch(/^\.TH "DOGWATCH" "1"/);
    const run = as('dogwatch', 'run', '--done-file', 'done', '--', 'sh', '-c', 'echo x >>lives; [ $(wc -l <lives) -lt 2 ] || touch done');
    expect(run.status, run.stderr).toBe(0);
    expect(readFileSync(join(home, 'lives'), 'utf8')).toBe('x\nx\n');
  });

  describe('from a clone', () => {
    const clone = () => join(scratch, 'clone');
    const git = (...args: readonly string[]) =>
      spawnSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', '-C', clone(), ...args], { encoding: 'utf8' });
    const head = () => git('rev-parse', '--short=10', 'HEAD').stdout.trim();
    /** Word for word as in the README, except where it is installed. */
    const installed = (program: string) => {
      const command = 'npm install -g --ignore-scripts --prefix "$1" "$(npm pack --silent)"';
      const env = { ...process.env, npm_config_cache: join(scratch, 'own-cache'), ...environment() };
      const { status, stderr } = spawnSync('sh', ['-c', command, 'sh', program], { cwd: clone(), encoding: 'utf8', env });
      expect(status, stderr).toBe(0);
      return spawnSync(join(program, 'bin/dogwatch'), ['--version'], { cwd: scratch, encoding: 'utf8', env: environment() }).stdout;
    };
    beforeAll(() => {
      const { status, stderr } = spawnSync('git', ['clone', '--quiet', PROJECT, clone()], { encoding: 'utf8' });
      expect(status, stderr).toBe(0);
      symlinkSync(join(PROJECT, 'node_modules'), join(clone(), 'node_modules'));
    });

    test.skipIf(process.getuid?.() !== 0)('if it is not built, a user who may not write to it gets that reason at once', () => {
      chmodSync(clone(), 0o755);
      const launcher = join(clone(), 'src/launcher.mjs');
      const { status, stderr } = spawnSync(process.execPath, [launcher, '--version'], {
        cwd: '/',
        encoding: 'utf8',
        env: environment(),
        timeout: 60_000,
        ...asNobody,
      });
      expect(status, stderr).toBe(69);
      expect(stderr).toContain('is not built, and you may not write to it');
    });

    test('a copy is installed, the same command upgrades it, and it lives on without the clone', () => {
      const program = join(scratch, 'from-clone');
      const first = head();
      expect(installed(program)).toBe(`${version} (${first})\n`);
      const main = join(clone(), 'src/main.ts');
      writeFileSync(main, `${readFileSync(main, 'utf8')}// A change.\n`);
      git('commit', '--all', '--quiet', '--message', 'Change');
      const second = head();
      expect(second).not.toBe(first);
      expect(installed(program)).toBe(`${version} (${second})\n`);
      renameSync(clone(), join(scratch, 'moved'));
      const { stdout } = spawnSync(join(program, 'bin/dogwatch'), ['--version'], { cwd: scratch, encoding: 'utf8', env: environment() });
      expect(stdout).toBe(`${version} (${second})\n`);
    });

    test('a build older than its source is not run', () => {
      const main = join(scratch, 'moved/src/program.ts');
      writeFileSync(main, readFileSync(main, 'utf8').replace("new Command('dogwatch')", "new Command('watchdog')"));
      const launcher = join(scratch, 'moved/src/launcher.mjs');
      const { stdout, stderr } = spawnSync(process.execPath, [launcher, '--help'], { cwd: scratch, encoding: 'utf8', env: environment() });
      expect(stdout, stderr).toContain('Usage: watchdog');
    });
  });
});
