import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface FakeSsh {
  /** A PATH whose only ssh is this one. */
  readonly path: string;
  readonly directory: string;
  /** The words of each call, in the order in which they began. */
  calls(): readonly (readonly string[])[];
  /** How many ran at once at most. */
  mostAtOnce(): number;
}

/**
 * A program `ssh` that does what a script of sh says. In it `$host` is the host, `$command` the
 * command, and `$here` its directory, where the test may put files.
 */
export function fakeSsh(script: string): FakeSsh {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-fake-ssh-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  const program = join(bin, 'ssh');
  writeFileSync(
    program,
    `#!/bin/sh
here='${directory}'
{ printf '%s\\037' "$@"; echo; } >>"$here/calls"
echo + >>"$here/running"
trap 'echo - >>"$here/running"' EXIT
while [ "$1" != -- ]; do shift; done
host=$2 command=$3
${script}
`,
  );
  chmodSync(program, 0o755);
  const linesOf = (file: string): string[] => {
    try {
      return readFileSync(join(directory, file), 'utf8').split('\n').slice(0, -1);
    } catch {
      return [];
    }
  };
  return {
    directory,
    path: `${bin}:/usr/bin:/bin`,
    calls: () => linesOf('calls').map((line) => line.split('\u001f').slice(0, -1)),
    mostAtOnce: () => {
      let [now, most] = [0, 0];
      for (const sign of linesOf('running')) {
        now += sign === '+' ? 1 : -1;
        most = Math.max(most, now);
      }
      return most;
    },
  };
}
