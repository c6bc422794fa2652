import { expect } from 'vitest';
import { until } from '../../../kit/until.ts';
import { DOGWATCH, whyNoMachine } from '../../systemd/machine.ts';
import { bootService, STATE, WORK } from '../../systemd/service.ts';
import type { Drill } from '../drill.ts';

const RESTARTS = 25;

export const restartedService: Drill = {
  name: `the watchdog's service is restarted by hand ${RESTARTS} times in a row (a machine with a real systemd)`,
  holds:
    'the unit is active and never failed, the agent lives on in its own unit, whichever control group hierarchy names it, and is resumed in another one',
  play: async ({ skip }) => {
    const missing = whyNoMachine();
    if (missing !== null) skip(missing);
    const on = await bootService();
    try {
      on.machine.does([DOGWATCH, 'systemd', 'install', '--as', 'root']);
      on.machine.does(['systemctl', 'stop', 'dogwatch-supervise.timer']);
      const dogwatch = (args: readonly string[]) =>
        on.machine.does([DOGWATCH, ...args], { cwd: WORK, env: { DOGWATCH_STATE_DIR: STATE, DOGWATCH_BACKOFF_MIN: '20ms' } });
      const agent = (after = 0) => until('an agent lives', () => on.lives('job').length > after && on.lives('job').at(-1)?.pid);
      const groupOf = (pid: number) => on.machine.does(['cat', `/proc/${pid}/cgroup`]);
      dogwatch(['run', '--detach', '--name', 'job', '--', './agent.sh']);
      const pid = await agent();
      expect(groupOf(pid)).toMatch(/\/dogwatch-job_1-1-[0-9a-f]+\.service$/m);
      for (let count = 0; count < RESTARTS; count++) on.machine.does(['systemctl', 'restart', 'dogwatch.service']);
      expect([on.show('dogwatch.service', 'ActiveState'), on.isAlive(pid), on.lives('job').length]).toEqual(['active', true, 1]);
      on.kill('KILL', pid);
      expect(groupOf(await agent(1))).toMatch(/\/dogwatch-job_1-2-[0-9a-f]+\.service$/m);
      const { runs } = JSON.parse(dogwatch(['status', '--json']));
      expect(runs).toMatchObject([{ name: 'job', state: expect.stringMatching(/^(?:starting|working)$/), attempts: 2 }]);
      dogwatch(['stop', 'job']);
      expect(on.lives('job')).toHaveLength(2);
      return '';
    } finally {
      await on.machine.tearDown();
    }
  },
};
