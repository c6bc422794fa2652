import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { dockerHost } from '../../../src/system/docker/context.ts';

const ROOTLESS = 'unix:///run/user/1000/docker.sock';

/** A home directory with contexts of the docker command. */
function home(current: string | null, contexts: Readonly<Record<string, unknown>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-context-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const config = join(directory, '.docker');
  mkdirSync(config);
  if (current !== null) writeFileSync(join(config, 'config.json'), JSON.stringify({ currentContext: current }));
  for (const [name, meta] of Object.entries(contexts)) {
    const place = join(config, 'contexts', 'meta', createHash('sha256').update(name).digest('hex'));
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'meta.json'), JSON.stringify(meta));
  }
  return directory;
}
const at = (host: string) => ({ Name: 'x', Endpoints: { docker: { Host: host, SkipTLSVerify: false } } });

describe('the engine of the docker command', () => {
  test.each<[string, string | null, Record<string, unknown>, Record<string, string>, string | null, string | null]>([
    ['DOCKER_HOST first', 'a', { a: at(ROOTLESS) }, { DOCKER_HOST: 'tcp://box:1', DOCKER_CONTEXT: 'a' }, 'tcp://box:1', 'DOCKER_HOST'],
    ['a DOCKER_HOST that cannot be asked', null, {}, { DOCKER_HOST: 'npipe:x' }, null, 'DOCKER_HOST'],
    ['DOCKER_CONTEXT', 'b', { a: at(ROOTLESS), b: at('tcp://b:1') }, { DOCKER_CONTEXT: 'a' }, ROOTLESS, 'DOCKER_CONTEXT a'],
    ['the current context', 'b', { b: at('ssh://ci@b') }, {}, 'ssh://ci@b', 'the current context b'],
    ['a context that is gone', 'b', {}, {}, null, 'the current context b'],
    ['a context of something else', 'b', { b: { Endpoints: null } }, {}, null, 'the current context b'],
  ])('is that of %s', (_, current, contexts, env, url, namedBy) => {
    expect(dockerHost({ HOME: home(current, contexts), ...env })).toEqual({ url, namedBy });
  });

  test('is in the usual place if none is named', () => {
    const usual = { url: 'unix:///var/run/docker.sock', namedBy: null };
    expect(dockerHost({})).toEqual(usual);
    expect(dockerHost({ HOME: home('a', { a: at(ROOTLESS) }), DOCKER_CONTEXT: 'default' }).namedBy).toBeNull();
    const own = mkdtempSync(join(tmpdir(), 'dogwatch-runtime-'));
    onTestFinished(() => rmSync(own, { recursive: true, force: true }));
    mkdirSync(join(own, 'podman'));
    writeFileSync(join(own, 'podman', 'podman.sock'), '');
    expect([usual.url, `unix://${own}/podman/podman.sock`]).toContain(dockerHost({ HOME: home(null), XDG_RUNTIME_DIR: own }).url);
  });
});
