import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, type TestContext } from 'vitest';

/**
 * A separate filesystem in a file, with nothing reserved for root. Returns where it is mounted, or
 * skips the test if that is impossible.
 */
export function loopDisk(context: Pick<TestContext, 'skip'>, mib: number): string {
  const base = mkdtempSync(join(tmpdir(), 'dogwatch-loop-'));
  const [image, mounted] = [join(base, 'image'), join(base, 'disk')];
  mkdirSync(mounted);
  try {
    execFileSync('truncate', ['-s', `${mib}M`, image]);
    execFileSync('mkfs.ext4', ['-q', '-m', '0', image], { stdio: 'pipe' });
    execFileSync('mount', ['-o', 'loop', image, mounted], { stdio: 'pipe' });
  } catch (error) {
    rmSync(base, { recursive: true });
    context.skip(`no filesystem can be mounted here: ${error instanceof Error ? error.message : error}`);
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', mounted]);
    rmSync(base, { recursive: true, force: true });
  });
  return mounted;
}
