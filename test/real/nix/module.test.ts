import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readSettings } from '../../../src/settings/read.ts';
import { SETTINGS, type SettingKey } from '../../../src/settings/settings.ts';
import { systemdVersion } from '../../../src/system/systemd/systemctl.ts';
import { units } from '../../../src/units/units.ts';
import { kindOf } from '../../nix/as-nix.ts';
import { configured, evaluate, whyNoNix } from './nix.ts';
import { renderAll } from './render.ts';

const why = whyNoNix();
const HELP = readFileSync(new URL('../../../src/help/nixos.md', import.meta.url), 'utf8');
const NIX = fileURLToPath(new URL('../../../nix', import.meta.url));
const KINDS = `import ${NIX}/kinds.nix { lib = import ${fileURLToPath(new URL('stub-lib.nix', import.meta.url))}; }`;

const dogwatch = (inside: string) => configured(`{ pkgs }: { services.dogwatch = { enable = true; ${inside} }; }`);

/** Values of each kind that both sides must accept or refuse, as Nix writes them. */
const SAMPLES: Readonly<Record<string, { readonly fine: readonly string[]; readonly wrong: readonly string[] }>> = {
  flag: { fine: ['true', 'false'], wrong: ['1', '"yes"', '[ ]'] },
  count: { fine: ['0', '7', '1000000'], wrong: ['(-1)', '1000001', '"7"', '1.5'] },
  duration: { fine: ['"90s"', '"15m"', '"12h"', '"7d"'], wrong: ['15', '"15"', '"1.5h"', '"15 m"', '"15min"', '"-1s"'] },
  size: { fine: ['"0"', '"16MiB"', '"500MB"', '"1.5kB"'], wrong: ['16', '"16"', '"16M"', '"5%"'] },
  percent: { fine: ['"0%"', '"12.5%"', '"100%"'], wrong: ['10', '"10"', '"1000%"', '"1GiB"'] },
  mark: { fine: ['"15%"', '"20GiB"', '"15%,20GiB"', '"20GiB, 15%"'], wrong: ['15', '"15"', '"20G"', '"15%;20GiB"'] },
  path: { fine: ['"/srv/state"'], wrong: ['"state"', '"~/state"', '7'] },
  words: { fine: ['[ ]'], wrong: ['"a"', '[ "a b" ]', '[ 7 ]'] },
  commands: { fine: ['[ ]'], wrong: ['"a"', '[ "a\\nb" ]', '[ 7 ]'] },
  text: { fine: [], wrong: ['7', '[ ]', 'true'] },
};

describe.skipIf(why)(`the NixOS module${why === null ? '' : ` (${why})`}`, () => {
  test.each(Object.keys(SAMPLES))('a setting of the kind %s is accepted or refused as by dogwatch', (kind) => {
    const { fine, wrong } = SAMPLES[kind] ?? { fine: [], wrong: [] };
    const answers = evaluate(
      `let kind = (${KINDS}).${kind}; try = value: builtins.tryEval (builtins.deepSeq (kind.type.check "" value) (kind.print value));
       in { fine = map try [ ${fine.join(' ')} ]; wrong = map (value: (try value).success) [ ${wrong.join(' ')} ]; }`,
    ) as { fine: { success: boolean; value: string }[]; wrong: boolean[] };
    expect(answers.wrong).toEqual(wrong.map(() => false));
    const keys = (Object.keys(SETTINGS) as SettingKey[]).filter((key) => kindOf(key) === kind);
    expect(keys).not.toEqual([]);
    for (const [index, { success, value }] of answers.fine.entries()) {
      expect(success, fine[index]).toBe(true);
      // Limits differ between settings: one of the kind accepts it, and none accepts what Nix
      // refuses by its form.
      expect(
        keys.some((key) => readSettings({ [SETTINGS[key].name]: value }).problems.length === 0),
        value,
      ).toBe(true);
    }
  });

  test('an unknown setting, a wrong type, and a run with a host setting are errors that say where', () => {
    expect(() => dogwatch('settings.DOGWATCH_IDEL = "1h";')).toThrow('settings.DOGWATCH_IDEL: there is no such option');
    expect(() => dogwatch('settings.DOGWATCH_IDLE = 20;')).toThrow('settings.DOGWATCH_IDLE: expected a string like');
    const run = (more: string) => dogwatch(`runs.a = { command = [ "x" ]; workingDirectory = "/srv"; ${more} };`);
    expect(() => run('settings.DOGWATCH_DISK_SOFT = "5%";')).toThrow('runs.a.settings.DOGWATCH_DISK_SOFT: there is no such option');
    expect(() => run('agent = "unheard-of";')).toThrow('expected one of');
    expect(() => dogwatch('runs.a.command = [ "x" ];')).toThrow('runs.a.workingDirectory: is not set');
  });

  test('the example of the help is valid, and dogwatch accepts its settings', () => {
    const example = /```nix\n(.*?)```/s.exec(HELP)?.[1] ?? '';
    const { assertions, warnings, systemd } = configured(example.replace('{ pkgs, ... }:', '{ pkgs }:').replace(/^ *imports = .*$/m, ''));
    expect(assertions.filter(({ assertion }) => !assertion)).toEqual([]);
    expect(warnings).toEqual([]);
    expect(Object.keys(systemd.services)).toContain('dogwatch-run-upgrade');
    for (const { environment = {} } of Object.values(systemd.services)) {
      const { problems, unknown } = readSettings(environment);
      expect({ problems, unknown }).toEqual({ problems: [], unknown: [] });
    }
  });

  test('the units match those of `dogwatch systemd`', () => {
    const { systemd } = dogwatch('runs.nightly = { command = [ "x" ]; workingDirectory = "/srv"; };');
    const theirs = units({ manager: 'system', user: 'dogwatch', program: ['/pkg/dogwatch/bin/dogwatch'], stateDir: null, sandbox: true });
    for (const { name, sections } of theirs.filter((unit) => unit.name.endsWith('.service'))) {
      const ours = systemd.services[name.replace('.service', '').replace('run@', 'run-nightly')];
      const plain = Object.fromEntries(Object.entries(sections.Service ?? {}).map(([key, { values }]) => [key, values.join('\n')]));
      // NixOS has its own ways here: variables and their files are options, a group is named, and a
      // run's command is in the unit.
      const { Environment: _, EnvironmentFile: __, ...expected } = plain;
      if (name.includes('run@'))
        expected.ExecStart = '"/pkg/dogwatch/bin/dogwatch" "run" "--detach" "--name" "nightly" "--cwd" "/srv" "--" "x"';
      expect(ours?.serviceConfig, name).toEqual({ ...expected, Group: 'dogwatch' });
      expect(ours?.onFailure?.join(' '), name).toBe(sections.Unit?.OnFailure?.values.join(' ') ?? '');
    }
    expect(systemd.timers['dogwatch-supervise']?.timerConfig).toMatchObject({ OnCalendar: '*:07', Persistent: 'yes' });
    expect(systemd.timers['dogwatch-run-nightly'], 'without a schedule').toBeUndefined();
  });

  test('switching to another configuration starts no run, and restarts the watchdog in one step', () => {
    const { services } = dogwatch('runs.a = { command = [ "x" ]; workingDirectory = "/srv"; };').systemd;
    expect(services['dogwatch-run-a']?.restartIfChanged).toBe(false);
    expect(services['dogwatch-supervise']?.restartIfChanged).toBe(false);
    expect(services.dogwatch).toMatchObject({ stopIfChanged: false, serviceConfig: { KillMode: 'process' } });
  });

  test('users and groups: its own are created, existing ones only get what was requested', () => {
    const own = dogwatch('').users;
    expect(own.users.dogwatch).toMatchObject({ isSystemUser: true, group: 'dogwatch', createHome: true });
    expect(own.users.dogwatch).not.toHaveProperty('extraGroups');
    expect(own.groups).toEqual({ dogwatch: {} });
    const other = dogwatch('user = "builder"; group = "users"; docker.enable = true; linger = true;');
    expect(other.users).toEqual({ users: { builder: { extraGroups: ['docker'], linger: true } }, groups: {} });
    expect(other.systemd.services.dogwatch?.environment).not.toHaveProperty('DOGWATCH_DOCKER_HOSTS');
    expect(dogwatch('').systemd.services.dogwatch?.environment).toMatchObject({ DOGWATCH_DOCKER_HOSTS: 'none' });
  });

  test('secrets: a warning for one in the store, an error for a file in it, and files that every unit reads', () => {
    for (const channel of ['ntfy://:tk_1@ntfy.sh/x', 'smtp://me:word@host/?to=a@x.org', 'slack+https://hooks.slack.com/services/T/B/x'])
      expect(dogwatch(`notify = [ "${channel}" ];`).warnings, channel).toHaveLength(1);
    expect(dogwatch('notify = [ "exec:/opt/tell" "ntfy://ntfy.sh/x" "smtp://host/?to=a@x.org" ];').warnings).toEqual([]);
    const failed = ({ assertions }: ReturnType<typeof dogwatch>) => assertions.filter(({ assertion }) => !assertion).length;
    expect(failed(dogwatch(`environmentFile = "\${builtins.storeDir}/x.env";`))).toBe(1);
    expect(failed(dogwatch('notify = [ "exec:/a" ]; settings.DOGWATCH_NOTIFY = [ "exec:/b" ];'))).toBe(1);
    const { services } = dogwatch(
      'environmentFile = "/run/keys/all"; runs.a = { command = [ "x" ]; workingDirectory = "/srv"; environmentFile = "/run/keys/a"; };',
    ).systemd;
    expect(services.dogwatch?.serviceConfig?.EnvironmentFile).toBe('/run/keys/all');
    expect(services['dogwatch-run-a']?.serviceConfig?.EnvironmentFile).toEqual(['/run/keys/all', '/run/keys/a']);
  });

  test('a member of a fleet: the watchdog alone is handed its keys', () => {
    const { services } = dogwatch(
      'fleet = { urls = [ "nats://a" "tls://b:4333" ]; labels = [ "gpu" ]; credentialsFile = "/run/keys/fleet"; }; runs.a = { command = [ "x" ]; workingDirectory = "/srv"; };',
    ).systemd;
    const { problems, settings } = readSettings(services.dogwatch?.environment ?? {});
    // systemd puts the path in place of %d.
    expect(problems.map(({ name }) => name)).toEqual(['DOGWATCH_FLEET_CREDENTIALS']);
    expect(settings).toMatchObject({ fleetUrls: ['nats://a:4222', 'tls://b:4333'], fleetLabels: ['gpu'] });
    expect(services.dogwatch?.environment?.DOGWATCH_FLEET_CREDENTIALS).toBe('%d/fleet.json');
    expect(services.dogwatch?.serviceConfig?.LoadCredential).toBe('fleet.json:/run/keys/fleet');
    for (const other of ['dogwatch-run-a', 'dogwatch-supervise'])
      expect(services[other]?.serviceConfig).not.toHaveProperty('LoadCredential');
    expect(dogwatch('').systemd.services.dogwatch?.environment).not.toHaveProperty('DOGWATCH_FLEET');
    expect(dogwatch('').systemd.services).not.toHaveProperty('dogwatch-fleet-engine');
  });

  test('a server of a fleet is restarted when it has no JetStream', () => {
    const { services, timers } = dogwatch('fleet.engine = { enable = true; configFile = "/etc/nats/a.conf"; };').systemd;
    expect(services['dogwatch-fleet-engine']?.serviceConfig?.ExecStart).toMatch(/nats-server -c \/etc\/nats\/a\.conf$/);
    expect(timers['dogwatch-fleet-engine-health']?.wantedBy).toEqual(['timers.target']);
    const health = services['dogwatch-fleet-engine-health'];
    expect(health?.serviceConfig?.ExecStart).toMatch(/curl -f.* http:\/\/127\.0\.0\.1:8222\/healthz\?js-enabled-only=true$/);
    expect(health?.unitConfig?.OnFailure).toBe('dogwatch-fleet-engine-restart.service');
    expect(services['dogwatch-fleet-engine-restart']?.serviceConfig?.ExecStart).toMatch(
      /systemctl try-restart dogwatch-fleet-engine\.service$/,
    );
  });

  test('a member of a fleet: what contradicts itself or would be seen by all is an error', () => {
    const failed = (inside: string) => dogwatch(inside).assertions.filter(({ assertion }) => !assertion).length;
    expect(failed('fleet.urls = [ "nats://a" ]; fleet.credentialsFile = "/run/keys/fleet";')).toBe(0);
    expect(failed(`fleet.urls = [ "nats://a" ]; fleet.credentialsFile = "\${builtins.storeDir}/fleet";`)).toBe(1);
    expect(failed('fleet.credentialsFile = "/run/keys/fleet";')).toBe(1);
    expect(failed('fleet.urls = [ "nats://a" ]; settings.DOGWATCH_FLEET = "nats://b";')).toBe(1);
    expect(() => dogwatch('fleet.urls = [ "nats://jo:word@a" ];')).toThrow('fleet.urls');
    expect(() => dogwatch('fleet.labels = [ "a.b" ];')).toThrow('fleet.labels');
  });

  test('without the sandbox none of its keys is left, and sudo is on the PATH', () => {
    const service = dogwatch('sandbox = false;').systemd.services.dogwatch;
    expect(
      Object.keys(service?.serviceConfig ?? {}).filter((key) => /^(Protect|Private|Restrict|NoNew|SystemCall|Capab)/.test(key)),
    ).toEqual([]);
    expect(service?.path).toContain('/run/wrappers');
    expect(dogwatch('user = "root";').systemd.services.dogwatch?.serviceConfig).not.toHaveProperty('CapabilityBoundingSet');
  });

  test('systemd has no complaint about the units', () => {
    const version = systemdVersion();
    // 252, Debian 12's, warns about newer keys.
    const without = version !== null && version < 254 ? ['RestartSteps', 'RestartMaxDelaySec'] : [];
    const files = renderAll(
      configured(
        '{ pkgs }: { services.dogwatch = { enable = true; user = "root"; group = "root"; runs.a = { command = [ "/bin/true" "100% $HOME \\"q\\"" ]; workingDirectory = "/srv"; schedule = "daily"; }; fleet = { urls = [ "nats://a" ]; credentialsFile = "/run/keys/fleet"; engine.enable = true; }; }; }',
        '/usr',
      ),
      without,
    );
    const directory = mkdtempSync(join(tmpdir(), 'dogwatch-units-'));
    for (const [name, file] of files)
      writeFileSync(
        join(directory, name),
        file.replaceAll(/\/usr\/bin\/dogwatch|\/pkg\/[\w-]+\/bin\/(?:nats-server|kill|curl|systemctl)/g, '/usr/bin/env'),
      );
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', ...[...files.keys()].map((name) => join(directory, name))], {
      encoding: 'utf8',
    });
    rmSync(directory, { recursive: true });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});
