import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpackedIn, whyNotUnpacked } from '../unpacked.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const UNPACKED = unpackedIn('nix');

const TRIPLET = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
const LIBRARIES = ['usr/lib/nix', `usr/lib/${TRIPLET}`, `lib/${TRIPLET}`];

/** Without this machine's configuration, and without anything from elsewhere. */
const CONFIG = 'build-users-group =\nexperimental-features = nix-command flakes\nsubstituters =\nsandbox = false\nflake-registry =\n';

/** A unit as the module describes it, before NixOS renders it. */
export interface NixUnit {
  readonly description: string;
  readonly wants?: readonly string[];
  readonly after?: readonly string[];
  readonly onFailure?: readonly string[];
  readonly wantedBy?: readonly string[];
  readonly unitConfig?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly path?: readonly string[];
  readonly restartIfChanged?: boolean;
  readonly stopIfChanged?: boolean;
  readonly serviceConfig?: Readonly<Record<string, string | readonly string[]>>;
  readonly timerConfig?: Readonly<Record<string, string>>;
}

export interface Configured {
  readonly assertions: readonly { readonly assertion: boolean; readonly message: string }[];
  readonly warnings: readonly string[];
  readonly users: { readonly users: Record<string, Record<string, unknown>>; readonly groups: Record<string, unknown> };
  readonly systemd: { readonly services: Record<string, NixUnit>; readonly timers: Record<string, NixUnit> };
}

/** Why there is no Nix here, or null if there is. */
export function whyNoNix(): string | null {
  return runs('nix-instantiate') ? null : whyNotUnpacked('nix', 'Nix');
}

const runs = (program: string): boolean => spawnSync(program, ['--version']).status === 0;

/** Runs one of Nix's commands, with a separate store and home. Throws its output if it fails. */
export function nix(command: string, ...args: readonly string[]): string {
  const home = mkdtempSync(join(tmpdir(), 'dogwatch-nix-home-'));
  try {
    const unpacked = existsSync(join(UNPACKED, 'complete'));
    const { status, stdout, stderr } = spawnSync(command, args, {
      encoding: 'utf8',
      cwd: HERE,
      env: {
        PATH: unpacked ? `${join(UNPACKED, 'usr/bin')}:${process.env.PATH}` : process.env.PATH,
        ...(unpacked ? { LD_LIBRARY_PATH: LIBRARIES.map((lib) => join(UNPACKED, lib)).join(':') } : {}),
        HOME: home,
        NIX_CONFIG: CONFIG,
        NIX_REMOTE: '',
        NIX_STORE_DIR: join(home, 'store'),
        NIX_STATE_DIR: join(home, 'var'),
        NIX_LOG_DIR: join(home, 'log'),
      },
    });
    if (status !== 0) throw new Error(stderr || `${command}: exit status ${status}`);
    return stdout;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** The value of an expression, as JSON. */
export function evaluate(expression: string): unknown {
  return JSON.parse(nix('nix-instantiate', '--eval', '--strict', '--json', '--expr', expression));
}

/**
 * What the module makes of a configuration, which is a function of `{ pkgs, ... }`. `prefix`
 * contains bin/dogwatch.
 */
export function configured(configuration: string, prefix = '/pkg/dogwatch'): Configured {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-configuration-'));
  try {
    const file = join(directory, 'configuration.nix');
    writeFileSync(file, configuration);
    return evaluate(`import ${HERE}eval-module.nix { configuration = ${file}; dogwatch = "${prefix}"; }`) as Configured;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
