import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { expect } from 'vitest';
import { fakeDocker, json } from '../../kit/fakes/docker.ts';
import { staged } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const MIB = 2 ** 20;
/** What a watchdog needs by itself, and the longest answer that it reads, as bytes and as text. */
const MOST_MIB = 700;

const INFO = { ID: 'E', ServerVersion: '20.10.24', DockerRootDir: '/var/lib/docker', DriverStatus: [] };

/** Writes as much as the other side accepts. */
function endless(response: ServerResponse): void {
  const chunk = 'x'.repeat(MIB);
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
}

/** The peak memory of a process. */
function peakMib(pid: number): number {
  const [, kib] = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}

staged.for([
  ['of itself', /^\/info/, 'longer than 16 MiB'],
  ['of its images', /^\/images/, 'longer than 256 MiB'],
] as const)('an engine with an endless description %s costs little memory, and stops no run', async ([, endlessAt, words], { stage }) => {
  const { path } = await fakeDocker((request, response) => {
    const url = request.url ?? '';
    if (endlessAt.test(url)) endless(response);
    else if (url.startsWith('/info')) json(INFO)(request, response);
    else response.end();
  });
  stage.agent('[ -e finish ] && touch done; sleep 0.2');
  const env = { DOGWATCH_DOCKER_HOSTS: `unix://${path}`, DOGWATCH_MAX_RESUMES: '10000' };
  await stage.does(['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh'], { env });
  await until('the answer was cut', () => readFileSync(stage.where.watchdogLog, 'utf8').includes(words));
  const before = stage.lives().length;
  await until('the run is resumed', () => stage.lives().length > before);
  expect(peakMib(stage.watchdog()?.pid ?? 0)).toBeLessThan(MOST_MIB);
  stage.write('finish', '');
  await stage.inState('complete');
});
