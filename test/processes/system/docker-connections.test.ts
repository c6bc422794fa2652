import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseEndpoint } from '../../../src/system/docker/endpoint.ts';
import { dockerEngine } from '../../../src/system/docker/engine.ts';
import { fakeDocker, IMPATIENT, json } from '../../kit/fakes/docker.ts';

const INFO = { ID: 'FAR', ServerVersion: '28', DockerRootDir: '/d', DriverStatus: [] };
const PATIENT = { ...IMPATIENT, look: 60_000 };

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'dogwatch-docker-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function engineOf(url: string, env: NodeJS.ProcessEnv) {
  const endpoint = parseEndpoint(url);
  if (endpoint === null) throw new Error(`no endpoint: ${url}`);
  return dockerEngine(endpoint, env, PATIENT);
}

describe('an engine elsewhere', () => {
  /**
   * An ssh that records how it was called and connects to this socket, as `docker system
   * dial-stdio` does.
   */
  function fakeSsh(script: string): { path: string; called: () => string } {
    const bin = directory();
    const path = join(bin, 'ssh');
    writeFileSync(path, `#!/bin/sh\nprintf '%s\\n' "$@" >>'${bin}/called'\n${script}\n`);
    chmodSync(path, 0o755);
    return { path: `${bin}:${process.env.PATH}`, called: () => readFileSync(join(bin, 'called'), 'utf8') };
  }

  test("is asked through the user's own ssh", async () => {
    const { path: socket } = await fakeDocker(json(INFO));
    const dial = `const s = require('net').connect('${socket}'); process.stdin.pipe(s).pipe(process.stdout)`;
    const ssh = fakeSsh(`exec '${process.execPath}' -e "${dial}"`);
    const answer = await engineOf('ssh://ci@box:2222', { PATH: ssh.path }).info();
    expect(answer).toMatchObject({ kind: 'ok', value: { id: 'FAR' } });
    const called = ['-T', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10', '-p', '2222', '--', 'ci@box', 'docker', 'system', 'dial-stdio'];
    expect(ssh.called().trim().split('\n')).toEqual(called);
  });

  test('whose ssh fails, or is not installed, is an answer in words', async () => {
    const refused = await engineOf('ssh://box', { PATH: fakeSsh('exit 255').path }).info();
    expect(refused).toMatchObject({ kind: 'failed', because: expect.stringContaining('Docker') });
    const none = await engineOf('ssh://box', { PATH: directory() }).info();
    expect(none).toMatchObject({ kind: 'failed' });
  });

  test('is asked through TLS with the certificates of DOCKER_CERT_PATH', async () => {
    const certificates = directory();
    const at = (name: string) => join(certificates, name);
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '3650', ...subject, '-keyout', at('key.pem'), '-out', at('cert.pem')],
      {
        stdio: 'pipe',
      },
    );
    writeFileSync(at('ca.pem'), readFileSync(at('cert.pem')));
    const [key, cert] = [readFileSync(at('key.pem')), readFileSync(at('cert.pem'))];
    const server = createServer({ key, cert, ca: cert, requestCert: true, rejectUnauthorized: true }, (request, response) => {
      const { authorized } = request.socket as TLSSocket;
      response.end(JSON.stringify({ ...INFO, ID: authorized ? 'FAR' : 'NOBODY' }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const url = `tcp://localhost:${(server.address() as AddressInfo).port}`;
    expect(await engineOf(url, { DOCKER_CERT_PATH: certificates }).info()).toMatchObject({ kind: 'ok', value: { id: 'FAR' } });
    expect(await engineOf(url, {}).info()).toMatchObject({ kind: 'failed' });
    const missing = await engineOf(url, { DOCKER_CERT_PATH: join(certificates, 'none') }).info();
    expect(missing).toMatchObject({ kind: 'failed', because: expect.stringContaining('ca.pem') });
  });
});
