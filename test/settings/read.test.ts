import { describe, expect, test } from 'vitest';
import { POLICY_ORDER, policyFrom } from '../../src/core/model/policy.ts';
import { readSettings } from '../../src/settings/read.ts';
import { printSetting, SETTINGS, type SettingKey } from '../../src/settings/settings.ts';
import { POLICY } from '../kit/core/world.ts';

const KEYS = Object.keys(SETTINGS) as SettingKey[];
const NAMES = KEYS.map((key) => SETTINGS[key].name);
const namesOf = (problems: readonly { name: string }[]) => problems.map(({ name }) => name);

describe('without any variable', () => {
  const read = readSettings({ HOME: '/home/jo', PATH: '/bin' });

  test('every setting has its default, marked as such', () => {
    expect(policyFrom(read.settings)).toEqual(POLICY);
    expect(read.settings).toMatchObject({ stateDir: '/home/jo/.local/state/dogwatch', leaseTimeoutMs: 60_000, ballastBytes: 2 ** 24 });
    expect(new Set(Object.values(read.sources))).toEqual(new Set(['default']));
    expect([read.problems, read.unknown]).toEqual([[], []]);
  });

  test('every default is a value that the operator could set', () => {
    const env = Object.fromEntries(KEYS.map((key) => [SETTINGS[key].name, printSetting(key, read.settings[key])]));
    const again = readSettings(env);
    expect(again.settings).toEqual(read.settings);
    expect(new Set(Object.values(again.sources))).toEqual(new Set(['environment']));
  });
});

describe('a valid value', () => {
  test.each([
    ['DOGWATCH_ENABLED', 'off', 'enabled', false],
    ['DOGWATCH_ENABLED', 'TRUE', 'enabled', true],
    ['DOGWATCH_IDLE', ' 20m ', 'idleMs', 1_200_000],
    ['DOGWATCH_LINGER', '0s', 'lingerMs', 0],
    ['DOGWATCH_MAX_RESUMES', '0', 'maxResumes', 0],
    ['DOGWATCH_BALLAST', '0', 'ballastBytes', 0],
    ['DOGWATCH_DISK_SOFT', '10%, 1GiB', 'diskSoft', { percent: 10, bytes: 2 ** 30 }],
    ['DOGWATCH_DISK_CRITICAL', '2.5%', 'diskCritical', { percent: 2.5, bytes: null }],
    ['DOGWATCH_INODES_SOFT', '20%', 'inodesSoft', 20],
    ['DOGWATCH_STATE_DIR', '/srv/watch/', 'stateDir', '/srv/watch'],
    ['DOGWATCH_RESUME_PROMPT', 'Go on with {run}.', 'resumePrompt', 'Go on with {run}.'],
    ['DOGWATCH_MAX_COST', '5', 'maxCostMicros', 5_000_000],
    ['DOGWATCH_MAX_COST', '0.25 USD', 'maxCostMicros', 250_000],
    ['DOGWATCH_MAX_COST', 'none', 'maxCostMicros', 0],
    ['DOGWATCH_MAX_TOKENS', '2M', 'maxTokens', 2_000_000],
    ['DOGWATCH_MAX_COST_PER_DAY', '50USD', 'maxCostPerDayMicros', 50_000_000],
    ['DOGWATCH_DAY_ZONE', 'Europe/Berlin', 'dayZone', 'Europe/Berlin'],
    ['DOGWATCH_COST_GRACE', '0%', 'costGracePercent', 0],
    ['DOGWATCH_ON_UNKNOWN_COST', 'stop', 'stopsOnUnknownCost', true],
    ['DOGWATCH_FRESH_ABOVE', '150k', 'freshAboveTokens', 150_000],
    ['DOGWATCH_FLEET', 'nats://a, tls://b:4333 a', 'fleetUrls', ['nats://a:4222', 'tls://b:4333']],
    ['DOGWATCH_FLEET', 'nats://[::1]', 'fleetUrls', ['nats://[::1]:4222']],
    ['DOGWATCH_FLEET_LABELS', 'gpu, large gpu', 'fleetLabels', ['gpu', 'large']],
    ['DOGWATCH_FLEET_CREDENTIALS', '/run/secrets/fleet', 'fleetCredentials', '/run/secrets/fleet'],
  ] as const)('%s=%s', (name, text, key, value) => {
    const { settings, sources, problems } = readSettings({ [name]: text });
    expect(problems).toEqual([]);
    expect([settings[key], sources[key]]).toEqual([value, 'environment']);
  });

  test('the credentials of a fleet are in the state directory', () => {
    const read = (env: Record<string, string>) => readSettings(env).settings.fleetCredentials;
    expect(read({ HOME: '/home/jo' })).toBe('/home/jo/.local/state/dogwatch/fleet/credentials.json');
    expect(read({ DOGWATCH_STATE_DIR: '/srv/watch' })).toBe('/srv/watch/fleet/credentials.json');
  });

  test('an empty value counts as not set', () => {
    const { settings, sources, problems } = readSettings({ DOGWATCH_IDLE: '', DOGWATCH_RESUME_PROMPT: '  ' });
    expect([problems, settings.idleMs, sources.idleMs, sources.resumePrompt]).toEqual([[], 900_000, 'default', 'default']);
  });
});

describe('an invalid value', () => {
  test.each([
    ['DOGWATCH_ENABLED', 'maybe'],
    ['DOGWATCH_IDLE', '15'],
    ['DOGWATCH_IDLE', '0s'],
    ['DOGWATCH_IDLE', '25d'],
    ['DOGWATCH_MAX_RESUMES', '-1'],
    ['DOGWATCH_MAX_RESUMES', '1e3'],
    ['DOGWATCH_MAX_RESUMES', '1000001'],
    ['DOGWATCH_BALLAST', '16M'],
    ['DOGWATCH_BALLAST', '2GiB'],
    ['DOGWATCH_STATE_DIR', 'state'],
    ['DOGWATCH_LEASE_TIMEOUT', '10ms'],
    ['DOGWATCH_RESUME_PROMPT', 'Go on with {rn}.'],
    ['DOGWATCH_RECLAIM_MIN_AGE', 'a week'],
    ['DOGWATCH_KEEP_LABEL', 'keep=yes'],
    ['DOGWATCH_RECLAIM_KEEP', 'postgres:* {a,b}'],
    ['DOGWATCH_RECLAIM_COMMANDS', 'clean ;; @/nix'],
    ['DOGWATCH_DOCKER_HOSTS', 'unix:///run/docker.sock,npipe://x'],
    ['DOGWATCH_DOCKER_HOSTS', 'ssh://-oProxyCommand=x'],
    ['DOGWATCH_DISK_PROBES', 'ssh://box df'],
    ['DOGWATCH_RESUME_PROMPT', 'x'.repeat(20_000)],
    ['DOGWATCH_MAX_COST', '0'],
    ['DOGWATCH_MAX_COST', '5 EUR'],
    ['DOGWATCH_MAX_COST', '5,50'],
    ['DOGWATCH_MAX_COST', '1e3'],
    ['DOGWATCH_MAX_COST_PER_DAY', '-5'],
    ['DOGWATCH_MAX_TOKENS', '0'],
    ['DOGWATCH_MAX_TOKENS', '1.5M'],
    ['DOGWATCH_DAY_ZONE', 'Berlin'],
    ['DOGWATCH_COST_GRACE', '10'],
    ['DOGWATCH_ON_UNKNOWN_COST', 'ignore'],
    ['DOGWATCH_FRESH_ABOVE', '150kB'],
    ['DOGWATCH_REPORT', '7:00'],
    ['DOGWATCH_REPORT', '24:00'],
    ['DOGWATCH_REPORT', '07:00; Berlin'],
    ['DOGWATCH_REPORT', '07:00 Europe/Berlin'],
    ['DOGWATCH_REPORT', '07:00, 19:00'],
    ['DOGWATCH_FLEET', 'http://a'],
    ['DOGWATCH_FLEET', 'nats://a:0'],
    ['DOGWATCH_FLEET', 'nats://a/x'],
    ['DOGWATCH_FLEET', ','],
    ['DOGWATCH_FLEET_LABELS', 'gpu.large'],
    ['DOGWATCH_FLEET_LABELS', '-gpu'],
    ['DOGWATCH_FLEET_CREDENTIALS', 'fleet.json'],
  ] as const)('%s=%s', (name, text) => {
    const { settings, problems } = readSettings({ [name]: text, HOME: '/home/jo' });
    expect(problems).toMatchObject([{ name, got: expect.stringContaining(text.slice(0, 79)) }]);
    expect(problems[0]?.expected).not.toBe('');
    expect(settings).toEqual(readSettings({ HOME: '/home/jo' }).settings);
  });

  test('a password in the URL of an engine is not shown', () => {
    const { problems } = readSettings({ DOGWATCH_FLEET: 'nats://jo:hunter2@a,nats://b' });
    expect(problems).toMatchObject([{ name: 'DOGWATCH_FLEET', got: '"nats://***@a,nats://b"' }]);
  });

  test('all problems are reported at once', () => {
    expect(namesOf(readSettings(Object.fromEntries(NAMES.map((name) => [name, '@{oops}']))).problems)).toEqual(NAMES);
  });

  test('at most 80 characters of it are shown', () => {
    const [problem] = readSettings({ DOGWATCH_IDLE: `sk-${'x'.repeat(500)}` }).problems;
    expect(problem?.got).toBe(JSON.stringify(`sk-${'x'.repeat(76)}…`));
  });
});

describe('two settings that belong together', () => {
  test.each([
    ['DOGWATCH_BACKOFF_MIN', '10s', 'DOGWATCH_BACKOFF_MAX', '1s'],
    ['DOGWATCH_QUIET', '20m', 'DOGWATCH_IDLE', '1m'],
    ['DOGWATCH_MAX_RESUMES', '30', 'DOGWATCH_MAX_RESUMES_TOTAL', '10'],
    ['DOGWATCH_INODES_CRITICAL', '3%', 'DOGWATCH_INODES_SOFT', '2%'],
  ])('%s=%s with %s=%s is refused', (less, large, more, small) => {
    expect(readSettings({ [less]: large, [more]: small }).problems).toMatchObject([{ name: less, expected: `at most ${more} (${small})` }]);
  });

  test.each([
    [{ DOGWATCH_IDLE: '1m' }, { idleMs: 60_000, quietMs: 60_000 }],
    [{ DOGWATCH_QUIET: '20m' }, { idleMs: 1_200_000, quietMs: 1_200_000 }],
    [{ DOGWATCH_BACKOFF_MAX: '1s' }, { backoffMinMs: 1000, backoffMaxMs: 1000 }],
    [{ DOGWATCH_MAX_RESUMES_TOTAL: '3' }, { maxResumes: 3, maxResumesTotal: 3 }],
  ])('a default gives way: %o', (env, expected) => {
    const { settings, problems } = readSettings(env);
    expect(problems).toEqual([]);
    expect(settings).toMatchObject(expected);
  });
});

describe('names that are not settings', () => {
  test.each([
    ['DOGWATCH_IDEL', 'DOGWATCH_IDLE'],
    ['DOGWATCH_MAX_RESUME', 'DOGWATCH_MAX_RESUMES'],
    ['dogwatch_grace', 'DOGWATCH_GRACE'],
    ['DOGWATCH_BANANA', null],
    ['DOGWATCH_', null],
  ])('%s was probably %s', (name, nearest) => {
    const { problems, unknown } = readSettings({ [name]: '1' });
    expect([problems, unknown]).toEqual([[], [{ name, nearest }]]);
  });

  test.each(['DOGWATCH_RUN', 'DOGWATCH_ATTEMPT', 'DOGWATCH_PROMPT', 'DOGWATCH_RUN_NAME', 'WATCHDOG_USEC', 'MY_DOGWATCH_IDEL'])(
    '%s is known or not ours',
    (name) => {
      expect(readSettings({ [name]: '1' }).unknown).toEqual([]);
    },
  );
});

test('a policy has every setting of a run that affects decisions, and none of the host', () => {
  const elsewhere = ['resumePrompt', 'launcher'];
  const ofRuns = (Object.keys(SETTINGS) as SettingKey[]).filter((key) => SETTINGS[key].scope !== 'host' && !elsewhere.includes(key));
  expect(Object.keys(policyFrom(readSettings({}).settings)).sort()).toEqual(ofRuns.sort());
  expect(Object.keys(POLICY).sort()).toEqual(ofRuns.sort());
});

test('no default is more than one that it may not exceed', () => {
  const { settings } = readSettings({});
  for (const [less, more] of [...POLICY_ORDER, ['inodesCritical', 'inodesSoft']] as const)
    expect(settings[less], less).toBeLessThanOrEqual(settings[more]);
});
