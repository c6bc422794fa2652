import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import { attemptFiles } from '../../../../src/store/directory/layout.ts';
import { until } from '../../../kit/until.ts';
import type { Drill } from '../drill.ts';
import { onStage } from '../on-stages.ts';
import { expectSound } from '../sound.ts';
import { RUN, THREE_LIVES } from '../story.ts';
import { atWork, endOf } from '../watching.ts';

const hungDocker: Drill = {
  name: 'Docker hangs throughout',
  holds: 'a run is started, resumed and completed as if there were no Docker, and status and doctor answer',
  play: () =>
    onStage(async (stage) => {
      const path = join(stage.directory, 'docker.sock');
      const sockets = new Set<Socket>();
      // Accepts every connection and answers none.
      const server = createServer((socket) => void sockets.add(socket.on('error', () => {})));
      await new Promise<void>((resolve) => server.listen(path, resolve));
      try {
        const env = { DOGWATCH_DOCKER_HOSTS: `unix://${path}`, DOGWATCH_PRERECLAIM: '1', DOGWATCH_PRERECLAIM_TIMEOUT: '1s' };
        const watching = await atWork(stage, [], env);
        stage.agent(THREE_LIVES);
        await stage.does(RUN, { env });
        expect((await stage.dogwatch(['doctor', '--json'], { env })).stdout).toContain('Docker');
        expect(sockets.size).toBeGreaterThan(0);
        await expectSound(stage, (await endOf(stage, watching)).stderr);
      } finally {
        for (const socket of sockets) socket.destroy();
        server.close();
      }
      return '';
    }),
};

/**
 * Hostile texts that a run may contain: escapes, line ends, quotes, anything that a shell or a
 * terminal would act on.
 */
const HOSTILE = `a\u001b[31m"red"\u001b]0;title\u0007\n$(touch pwned) \`touch pwned\` 'one' ; touch pwned # \\ \u202e $HOME`;
/** What a terminal would act on. */
const HARMFUL = /[^\P{Cc}\n\t]|\u202e/u;

const hostile: Drill = {
  name: 'a hostile run',
  holds:
    'escapes, line ends, quotes and `$()` in its name, its command, its log, its title and its reasons have no effect, and are shown as one sanitized line',
  play: () =>
    onStage(async (stage) => {
      const words = '{"type":"session","title":"%s","part":{"title":"%s"}}\\n%s\\n';
      stage.agent(`printf '${words}' "$1" "$1" "$1"; dogwatch progress --because "$1"; [ $n = 3 ] && dogwatch done --because "$1"; exit 1`);
      const watching = await atWork(stage);
      const named = await stage.dogwatch(['run', '--detach', '--name', HOSTILE, '--', 'true']);
      expect([named.code, named.stderr]).toEqual([64, expect.not.stringMatching(HARMFUL)]);
      const ran = await stage.does(['run', '--name', 'job', '--done-file', 'none', '--', './agent.sh', HOSTILE]);
      const shown = await Promise.all([['status'], ['explain', 'job'], ['history', 'job'], ['doctor']].map((args) => stage.dogwatch(args)));
      const { stdout, stderr } = await endOf(stage, watching);
      for (const text of [ran.stderr, stdout, stderr, ...shown.map((one) => one.stdout + one.stderr)]) expect(text).not.toMatch(HARMFUL);
      expect(readdirSync(stage.cwd)).not.toContain('pwned');
      expect(readFileSync(attemptFiles(stage.where, 'job.1', 1).log, 'utf8')).toContain(HOSTILE);
      await expectSound(stage, stderr);
      return '';
    }),
};

const HELD_MS = 4000;

const readOnly: Drill = {
  name: 'the state directory becomes read-only in mid-run',
  holds:
    'the watchdog lives on, starts and charges nothing and says so once, `status` answers, and the job continues when it is writable again',
  play: ({ skip }) =>
    onStage(async (stage) => {
      stage.agent('[ $n = 1 ] && { while [ ! -e go ]; do sleep 0.1; done; exit 1; }; [ -e writable ] && echo x >done; exit $((n % 7 + 1))');
      const watching = await atWork(stage);
      await stage.does(['run', '--detach', ...RUN.slice(1)], { env: { DOGWATCH_MAX_RESUMES: '500' } });
      await stage.inState('working');
      const { stateDir } = stage.where;
      const mount = (...args: string[]) => execFileSync('mount', args, { stdio: 'pipe' });
      try {
        mount('--bind', stateDir, stateDir);
      } catch (error) {
        skip(`nothing can be mounted here: ${error instanceof Error ? error.message : error}`);
      }
      try {
        // What is open already can still be written, as after a chmod, which root would not notice.
        mount('-o', 'remount,bind,ro', stateDir);
        stage.write('go', '');
        await until('the death is known, and that nothing can be started', async () => {
          const { code, stderr } = await stage.dogwatch(['status', '--json']);
          return code === 0 && stderr.includes('read-only') && stage.run()?.attempt?.alive === false;
        });
        await setTimeout(HELD_MS);
        expect([watching.isDead(), stage.lives().length, stage.run()?.charged]).toEqual([false, 1, []]);
        // A run that is started meanwhile waits as well.
        const other = stage.start(['watch']);
        await setTimeout(HELD_MS);
        expect(other.exitCode).toBe(null);
        other.kill('SIGTERM');
      } finally {
        execFileSync('umount', ['-l', stateDir]);
      }
      stage.write('writable', '');
      await stage.inState('complete');
      const { stderr } = await endOf(stage, watching);
      expect(stderr.match(/is on a read-only filesystem: nothing is started/g)).toHaveLength(1);
      await expectSound(stage, stderr);
      return '';
    }),
};

export const surroundingDrills: readonly Drill[] = [hungDocker, hostile, readOnly];
