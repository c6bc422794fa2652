import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemdVersion } from '../../../src/system/systemd/systemctl.ts';
import { until } from '../../kit/until.ts';
import { whyNoMachine } from '../systemd/machine.ts';
import { bootService, type Service, WORK } from '../systemd/service.ts';
import { configured, whyNoNix } from './nix.ts';
import { renderAll } from './render.ts';

const why = whyNoMachine() ?? whyNoNix();

/** A machine whose state is in the usual place. It watches runs of its user. */
const CONFIGURATION = `{ pkgs }: {
  services.dogwatch = {
    enable = true;
    user = "builder";
    group = "builder";
    environmentFile = "/etc/dogwatch/dogwatch.env";
    settings.DOGWATCH_MAX_RESUMES = 33;
    runs.nightly = {
      command = [ "./agent.sh" "two words" "50% of $HOME" "\\"quoted\\"" ];
      workingDirectory = "${WORK}";
      schedule = "*:*:0/2";
      settings.DOGWATCH_MAX_TOOL = "3h";
      environment.GREETING = "100% yours";
    };
  };
}`;

describe.skipIf(why)(`the units of the NixOS module under a real systemd${why === null ? '' : ` (${why})`}`, () => {
  let on: Service;
  beforeAll(async () => {
    on = await bootService();
    const version = systemdVersion() ?? 0;
    const files = renderAll(configured(CONFIGURATION, '/opt'), version < 254 ? ['RestartSteps', 'RestartMaxDelaySec'] : []);
    for (const [name, text] of files) on.machine.write(`/etc/systemd/system/${name}`, text);
    on.machine.does(['systemctl', 'daemon-reload']);
    on.machine.does(['systemctl', 'start', 'dogwatch.service', 'dogwatch-supervise.timer']);
  });
  afterAll(() => on?.machine.tearDown());

  test('the watchdog runs, with the settings of the configuration and of the file', async () => {
    await on.replaced(0);
    const variables = on.machine.does(['cat', `/proc/${on.mainPid()}/environ`]).split('\0');
    expect(variables).toEqual(expect.arrayContaining(['DOGWATCH_MAX_RESUMES=33', 'DOGWATCH_NOTIFY=exec:/opt/notices.sh']));
    expect(on.journal('dogwatch.service')).not.toMatch(/is not a setting|expected/);
  });

  test('a run is started by its timer, word by word, with variables of its own', async () => {
    on.machine.does(['systemctl', 'start', 'dogwatch-run-nightly.timer']);
    const agent = await on.agentOf('nightly');
    on.machine.does(['systemctl', 'stop', 'dogwatch-run-nightly.timer']);
    expect(on.lives('nightly').map(({ args }) => args)).toEqual(['two words 50% of $HOME "quoted"']);
    expect(on.machine.does(['cat', `/proc/${agent}/environ`]).split('\0')).toEqual(
      expect.arrayContaining(['GREETING=100% yours', 'DOGWATCH_MAX_TOOL=3h']),
    );
    on.machine.does(['kill', '-9', String(agent)]);
    await on.agentOf('nightly', agent);
  });

  test('a restart of the watchdog, as when switching to another configuration, leaves the agent alone', async () => {
    const [agent, watchdog] = [await on.agentOf('nightly'), on.mainPid()];
    on.machine.does(['systemctl', 'restart', 'dogwatch.service']);
    await on.replaced(watchdog);
    expect(await on.agentOf('nightly')).toBe(agent);
  });

  test('the gate runs, and a failed unit is notified', async () => {
    on.machine.does(['systemctl', 'start', 'dogwatch-supervise.service']);
    expect(on.journal('dogwatch-supervise.service')).toMatch(/^nightly +(nothing|defer)/m);
    expect(on.machine.run(['systemctl', 'start', 'dogwatch-run-nightly.service']).code, 'while it is active').not.toBe(0);
    await until('a person is notified', () => on.notices().includes('dogwatch-run-nightly.service has failed'));
  });
});
