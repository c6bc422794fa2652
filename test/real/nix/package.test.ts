import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nix, whyNoNix } from './nix.ts';

const why = whyNoNix();
const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };

/** The used part of nixpkgs' makeWrapper, and the hooks of a phase. */
const STDENV = `
set -eu
runHook() { :; }
makeWrapper() {
  printf '#!/bin/sh\\nexport PATH="$PATH:%s"\\nexec %s %s "$@"\\n' "$7" "$1" "$4" >"$2"
  chmod +x "$2"
}
`;

interface Package {
  readonly pname: string;
  readonly version: string;
  readonly installPhase: string;
  readonly installCheckPhase: string;
  readonly meta: { readonly mainProgram: string };
}

describe.skipIf(why)(`the package for Nix${why === null ? '' : ` (${why})`}`, () => {
  let scratch = '';
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'dogwatch-package-'));
    mkdirSync(join(scratch, 'node/bin'), { recursive: true });
    symlinkSync(process.execPath, join(scratch, 'node/bin/node'));
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  const evaluated = (dist: string): Package =>
    JSON.parse(
      nix(
        'nix-instantiate',
        ...['--eval', '--strict', '--json', 'eval-package.nix', '--argstr', 'node', join(scratch, 'node'), '--arg', 'dist', dist],
      ),
    );

  test('its build yields a working program, from the bundled program alone', () => {
    const made = evaluated(join(PROJECT, 'dist'));
    expect(made).toMatchObject({ pname: 'dogwatch', version, meta: { mainProgram: 'dogwatch' } });
    const out = join(scratch, 'out');
    cpSync(join(PROJECT, 'dist'), join(scratch, 'source'), { recursive: true });
    const phases = `${STDENV}${made.installPhase}\n${made.installCheckPhase}`;
    const built = spawnSync('bash', ['--norc', '-c', phases], {
      encoding: 'utf8',
      cwd: join(scratch, 'source'),
      env: { PATH: process.env.PATH, out },
    });
    // In a checkout, the commit that was built follows the version.
    expect(built).toMatchObject({ status: 0, stderr: '' });
    expect(built.stdout.replace(/ \([0-9a-f]{10}(?:, changed)?\)\n$/, '\n')).toBe(`${version}\n`);

    const home = join(scratch, 'home');
    mkdirSync(home);
    const run = spawnSync(join(out, 'bin/dogwatch'), ['run', '--done-exit', '--', 'sh', '-c', 'echo it works >done'], {
      encoding: 'utf8',
      cwd: home,
      env: { PATH: '/usr/bin:/bin', HOME: home, DOGWATCH_BALLAST: '0', DOGWATCH_PRERECLAIM: '0', DOGWATCH_DOCKER_HOSTS: 'none' },
    });
    expect(run.status, run.stderr).toBe(0);
    expect(readFileSync(join(home, 'done'), 'utf8')).toBe('it works\n');
  });

  test('a checkout that was not built is refused with that reason', () => {
    const empty = join(scratch, 'empty');
    mkdirSync(empty);
    expect(() => evaluated(empty)).toThrow('run `npm run build` first');
  });

  test('the flake has the package, the module, the overlay and the checks', () => {
    const tree = join(scratch, 'tree');
    for (const path of ['nix', 'dist', 'package.json']) cpSync(join(PROJECT, path), join(tree, path), { recursive: true });
    const nixpkgs = join(scratch, 'nixpkgs');
    mkdirSync(nixpkgs);
    cpSync(fileURLToPath(new URL('stub-lib.nix', import.meta.url)), join(nixpkgs, 'lib.nix'));
    writeFileSync(join(nixpkgs, 'flake.nix'), NIXPKGS);
    // Debian's Nix (2.8) accepts ?dir= only with git.
    for (const words of [
      ['init', '-q'],
      ['add', '-f', '.'],
      ['-c', 'user.name=x', '-c', 'user.email=x@x', 'commit', '-qm', 'x'],
    ])
      expect(spawnSync('git', words, { cwd: tree }).status).toBe(0);
    const on = ['--no-write-lock-file', '--override-input', 'nixpkgs', `path:${nixpkgs}`, `git+file://${tree}?dir=nix`];
    expect(nix('nix', 'flake', 'show', ...on)).toMatch(/checks[\s\S]*nixosModules[\s\S]*overlays[\s\S]*packages/);
    nix('nix', 'flake', 'check', '--no-build', ...on);
  });
});

const NIXPKGS = `{
  outputs = _: let
    lib = import ./lib.nix;
    made = system: name: derivation { inherit name system; builder = "/bin/sh"; };
    pkgsOf = system: {
      callPackage = path: given: import path ({
        inherit lib;
        stdenvNoCC.mkDerivation = one: made system "\${one.pname}-\${one.version}";
        makeWrapper = made system "makeWrapper"; nodejs_24 = made system "nodejs"; coreutils = made system "coreutils"; procps = made system "procps";
      } // given);
      testers.runNixOSTest = path: made system "vm-test-\${(import path).name}";
    };
  in { inherit lib; legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] pkgsOf; };
}
`;
