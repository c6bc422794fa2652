import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const run = (name: string) => ['run', '--detach', '--name', name, '--done-file', `${name}.done`, '--', './agent.sh'];

const parsed = (lines: readonly string[]) =>
  lines.map((line) => JSON.parse(line) as { seq: number; id: string; run: string | null; state: string });

story('a program gets each decision, also those of a watchdog that was killed; a hanging one delays no run', async ({ stage }) => {
  stage.agent('[ "$DOGWATCH_RUN" = slow ] && exec sleep 1000; echo x >"$DOGWATCH_RUN.done"');
  const program = stage.write(
    'receive.sh',
    `#!/bin/sh\n[ -e ${stage.file('hang')} ] && exec sleep 1000\ncat >>${stage.file('events')}\n`,
    0o755,
  );
  stage.write('hang', '');
  const env = { env: { DOGWATCH_ON_EVENT: `exec:${program}` } };
  await stage.watch(env);
  await stage.does(run('slow'), env);
  await stage.does(run('quick'), env);
  // The receiver has not returned from the first event.
  await stage.inState('complete', 'quick');
  expect(stage.lines('events')).toEqual([]);
  await stage.kill(stage.watchdog()!);
  const { rmSync } = await import('node:fs');
  rmSync(stage.file('hang'));
  await stage.watch(env);
  const decided = () => [...stage.history('slow'), ...stage.history('quick')].map(({ seq }) => seq).sort((a, b) => a - b);
  await until('all arrived', () => {
    const seqs = new Set(parsed(stage.lines('events')).map(({ seq }) => seq));
    return decided().every((seq) => seqs.has(seq));
  });
  const ofRuns = parsed(stage.lines('events')).filter(({ run: name }) => name !== null);
  expect(ofRuns.map(({ seq }) => seq)).toEqual([...new Set(decided())]);
  expect(ofRuns.find(({ run: name, state }) => name === 'quick' && state === 'complete')).toBeDefined();
});

story('a webhook that fails gets the event again, under the same id', async ({ stage }) => {
  const keys: string[] = [];
  const bodies: { id: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    keys.push(String(request.headers['idempotency-key']));
    bodies.push(JSON.parse(body));
    response.writeHead(keys.length === 1 ? 503 : 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  stage.agent('exec sleep 1000');
  const { port } = server.address() as AddressInfo;
  const env = { env: { DOGWATCH_ON_EVENT: `http://user:sesame-key-123@127.0.0.1:${port}/hook/secret-path` } };
  await stage.watch(env);
  await stage.does(run('job'), env);
  await until('it is sent again', () => keys.length >= 2);
  expect([keys[1], bodies[1]?.id]).toEqual([keys[0], keys[0]]);
  const { stdout } = await stage.does(['config'], env);
  expect(stdout).toContain(`http://127.0.0.1:${port}`);
  expect(stdout).not.toMatch(/sesame|secret-path/);
});
