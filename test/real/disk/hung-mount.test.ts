import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import { until } from '../../kit/until.ts';

/**
 * A mount that never answers, like that of a dead server: nothing reads the kernel's requests here.
 */
function hungMount(context: TestContext): string {
  const at = mkdtempSync(join(tmpdir(), 'dogwatch-hung-'));
  onTestFinished(() => rmSync(at, { recursive: true }));
  try {
    const fuse = openSync('/dev/fuse', 'r+');
    onTestFinished(() => {
      spawnSync('umount', ['-l', at]);
      // Requests that are still waiting fail now.
      closeSync(fuse);
    });
    const options = 'fd=3,rootmode=40000,user_id=0,group_id=0';
    execFileSync('mount', ['-i', '-t', 'fuse', '-o', options, 'hung', at], { stdio: ['pipe', 'pipe', 'pipe', fuse] });
  } catch (error) {
    context.skip(`no mount can be made to hang here: ${error instanceof Error ? error.message : error}`);
  }
  return at;
}

/** Far longer than a process needs if it can end. */
const DEADLINE_MS = 60_000;

/**
 * What a separate process prints that imports a source as `it`, and the signal that was needed to
 * end it. Leaves no request behind.
 */
async function printedBy(source: string, program: string, ...args: string[]) {
  const text = `const it = await import(process.argv[1]); const args = process.argv.slice(2); const said = ${program};
    process.stdout.write(JSON.stringify(said));`;
  const argv = ['--input-type=module', '-e', text, join(import.meta.dirname, '../../../src', source), ...args];
  const { stdout, signal } = spawnSync(process.execPath, argv, { encoding: 'utf8', timeout: DEADLINE_MS, killSignal: 'SIGKILL' });
  await until('no request is left', () => !isAsked(args[0] ?? ''));
  return { said: JSON.parse(stdout) as unknown, signal };
}

const isAsked = (path: string): boolean =>
  spawnSync('ps', ['-eo', 'args='], { encoding: 'utf8' }).stdout.split('\n').includes(`df -Pk -- ${path}`);

test('measuring continues beside a hung mount, and its process can end', async (context) => {
  const hung = hungMount(context);
  // More than there are threads.
  const paths = Array.from({ length: 8 }, (_, number) => join(hung, String(number)));
  const program = 'await (async (sample) => [await sample(args), await sample(args)])(it.diskSampler({ deadlineMs: 300 }))';
  const { said, signal } = await printedBy('system/disk/sampler.ts', program, hung, ...paths, tmpdir());
  expect(signal).toBeNull();
  const unreachable = [hung, ...paths].map((path) => ({ path, because: 'it does not answer' }));
  const seen = { filesystems: [expect.objectContaining({ paths: [tmpdir()] })], unreachable };
  expect(said).toEqual([seen, seen]);
});

test('status shows the other filesystems, and ends', async (context) => {
  const { said, signal } = await printedBy('look/filesystems.ts', 'await it.filesystems(args)', hungMount(context), tmpdir());
  expect(signal).toBeNull();
  expect(said).toMatchObject([{ path: tmpdir() }]);
});

test('measuring a hung one reports that, and ends', async (context) => {
  const { said, signal } = await printedBy('system/disk/space.ts', 'await it.diskSpace(args[0])', hungMount(context));
  expect(signal).toBeNull();
  expect(said).toMatchObject({ kind: 'unknown', because: expect.stringMatching(/answer/) });
});
