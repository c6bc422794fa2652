import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { register } from '../../../src/cli/reclaim/reclaim.ts';
import type { ReclaimReport } from '../../../src/cli/reclaim/report.ts';
import { sizeInWords } from '../../../src/cli/reclaim/table.ts';
import { layout } from '../../../src/store/directory/layout.ts';
import { lockReclaim } from '../../../src/store/lease/reclaim-lock.ts';
import { fakeDocker, json } from '../../kit/fakes/docker.ts';
import { runCommand } from '../../kit/run-command.ts';

const OLD = { RepoDigests: null, Labels: null, ParentId: '', Created: 5, Size: 2 ** 30, SharedSize: 2 ** 29 };

function stateDir(): string {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-reclaim-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'state');
}

/** An engine with one old image that can be removed. */
async function engine() {
  const id = `sha256:${'a'.repeat(64)}`;
  let isThere = true;
  const docker = await fakeDocker((request, response) => {
    const path = request.url?.split('?')[0];
    const image = { ...OLD, Id: id, RepoTags: ['old\u001b[31m:1'], RootFS: { Layers: ['sha256:1'] } };
    if (path === '/info') json({ ID: 'E', ServerVersion: '1', DockerRootDir: tmpdir() })(request, response);
    else if (path === '/system/df') json({ BuildCache: [] })(request, response);
    else if (path === '/images/json') json(isThere ? [image] : [])(request, response);
    else if (path === '/containers/json') json([])(request, response);
    else if (path === '/events') response.end();
    else if (request.method === 'DELETE') {
      isThere = false;
      json([{ Deleted: id }])(request, response);
    } else
      json(isThere ? { ...image, Created: '1970-01-01T00:00:05Z' } : { message: 'no such image' }, isThere ? 200 : 404)(request, response);
  });
  return { env: { DOGWATCH_STATE_DIR: stateDir(), DOGWATCH_DOCKER_HOSTS: `unix://${docker.path}` }, asked: docker.asked, id };
}

describe('dogwatch reclaim', () => {
  test('shows what would be removed by build dates, and removes it once confirmed', async () => {
    const { env, asked, id } = await engine();
    const shown = await runCommand(register, ['reclaim', '--trust-build-dates'], env);
    expect(shown.out).toMatch(/^remove +old:1 +\d+d \S+ +512 MiB +unused for .*built/m);
    expect(shown.out).toContain('dogwatch reclaim --trust-build-dates --yes');
    expect(asked.filter((call) => call.startsWith('DELETE'))).toEqual([]);

    const { out } = await runCommand(register, ['reclaim', '--trust-build-dates', '--yes', '--json'], env);
    const report: ReclaimReport = JSON.parse(out);
    expect(report).toMatchObject({ dryRun: false, trustsBuildDates: true, claimedBytes: 2 ** 29, measuredBytes: expect.any(Number) });
    const images = report.reclaimers.find(({ name }) => name === 'images');
    expect(images).toMatchObject({ problem: null, remove: [{ id, lastUsedAt: '1970-01-01T00:00:05.000Z', outcome: 'freed' }], keep: [] });
    expect(asked.filter((call) => call.startsWith('DELETE'))).toEqual([`DELETE /images/${id}?noprune=true`]);
  });

  test('removes nothing that it knows nothing about, and says so', async () => {
    const { env, asked } = await engine();
    const { out, exitCode } = await runCommand(register, ['reclaim'], env);
    expect(out).toMatch(/^keep +old:1 .* first seen/m);
    expect(out).toContain('nothing is known yet about the use of images');
    expect(out).not.toContain('\u001b[31m:1');
    expect(exitCode).toBeFalsy();
    expect(asked.every((call) => call.startsWith('GET'))).toBe(true);
  });

  test('is one at a time; a dry run does not wait', async () => {
    const { env } = await engine();
    const lock = lockReclaim(layout(env.DOGWATCH_STATE_DIR), 4711, () => false);
    const { thrown } = await runCommand(register, ['reclaim'], env);
    expect(thrown).toMatchObject({ exitCode: 75, message: 'another reclaim is already running (process 4711)' });
    expect((await runCommand(register, ['reclaim', '--dry-run'], env)).thrown).toBeNull();
    if (lock.kind === 'ours') lock.release();
    expect((await runCommand(register, ['reclaim'], env)).thrown).toBeNull();
  });

  test('a configured engine that does not exist is a failure, with an explanation', async () => {
    const env = { DOGWATCH_STATE_DIR: stateDir(), DOGWATCH_DOCKER_HOSTS: 'unix:///nowhere/docker.sock' };
    const { out, exitCode } = await runCommand(register, ['reclaim', '--dry-run'], env);
    expect(out).toContain('build-cache, dangling-images, images: Docker is not available');
    expect(exitCode).toBe(69);
  });
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [-(2 ** 30), '-1.0 GiB'],
  [250 * 2 ** 20, '250 MiB'],
])('%d bytes are %s', (bytes, words) => {
  expect(sizeInWords(bytes)).toBe(words);
});
