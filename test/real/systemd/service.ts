import type { RunStatus } from '../../../src/core/report/status.ts';
import { NEVER_SHORT } from '../../kit/never-short.ts';
import { until } from '../../kit/until.ts';
import { bootMachine, DOGWATCH, type Machine, type RunOptions, USER } from './machine.ts';

export const STATE = '/var/lib/dogwatch';
export const WORK = `/home/${USER}/work`;

/** Short waits for runs, without this machine's own disks. */
const HASTE = {
  DOGWATCH_BACKOFF_MIN: '20ms',
  DOGWATCH_BACKOFF_MAX: '200ms',
  DOGWATCH_PROMPT_AFTER: '0s',
  DOGWATCH_STAGGER: '500ms',
  DOGWATCH_GRACE: '2s',
};
const QUIET = { ...NEVER_SHORT, DOGWATCH_BALLAST: '0', DOGWATCH_PRERECLAIM: '0', DOGWATCH_DOCKER_HOSTS: 'unix:///nonexistent/docker.sock' };

const lines = (variables: Readonly<Record<string, string>>): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

/** What one start of the agent noted. */
interface Life {
  readonly pid: number;
  readonly args: string;
}

export type Service = ReturnType<typeof service>;

/**
 * A machine on which dogwatch can be installed, with an agent that notes its starts and then works
 * forever, and a program that receives notices.
 */
export async function bootService(): Promise<Service> {
  const machine = await bootMachine();
  machine.write(`${WORK}/agent.sh`, '#!/bin/sh\necho "$DOGWATCH_RUN $$ $*" >>lives\nexec sleep 1000000\n', 0o755);
  machine.write('/opt/notices.sh', '#!/bin/sh\ncat >>/tmp/notices\necho >>/tmp/notices\n', 0o755);
  machine.write('/etc/dogwatch/dogwatch.env', lines({ ...HASTE, ...QUIET, DOGWATCH_NOTIFY: 'exec:/opt/notices.sh' }), 0o600);
  machine.does(['chown', '-R', `${USER}:${USER}`, `/home/${USER}`]);
  return service(machine);
}

/**
 * The same with the watchdog installed for its user, and the gate's timer off. `readsJournal`: the
 * user may read others' journals.
 */
export async function bootInstalled({ readsJournal = false } = {}): Promise<Service> {
  const on = await bootService();
  if (readsJournal) on.machine.does(['usermod', '-aG', 'systemd-journal', USER]);
  // With the variable that the user's commands need: it names the default.
  on.machine.does([DOGWATCH, 'systemd', 'install', '--as', USER], { env: { DOGWATCH_STATE_DIR: STATE } });
  // Whatever the time is, the tests start it themselves.
  on.machine.does(['systemctl', 'stop', 'dogwatch-supervise.timer']);
  return on;
}

function service(machine: Machine) {
  const asBuilder = (stateDir = STATE): RunOptions => ({ as: USER, cwd: WORK, env: { ...HASTE, ...QUIET, DOGWATCH_STATE_DIR: stateDir } });
  const dogwatch = (args: readonly string[], stateDir?: string) => machine.does([DOGWATCH, ...args], asBuilder(stateDir));
  const status = (stateDir?: string): { runs: readonly RunStatus[]; host: { watchdog: { pid: number } | null } } =>
    JSON.parse(dogwatch(['status', '--json'], stateDir));
  const run = (name: string, stateDir?: string) => status(stateDir).runs.find((one) => one.name === name) ?? null;
  const show = (unit: string, property: string) => machine.does(['systemctl', 'show', unit, '--value', `--property=${property}`]);
  const lives = (name: string): readonly Life[] =>
    machine
      .run(['cat', `${WORK}/lives`])
      .stdout.split('\n')
      .flatMap((line) => {
        const [whose, pid, ...args] = line.split(' ');
        return whose === name ? [{ pid: Number(pid), args: args.join(' ') }] : [];
      });
  const isAlive = (pid: number) => machine.run(['kill', '-0', String(pid)]).code === 0;
  const mainPid = (): number => Number(show('dogwatch.service', 'MainPID'));
  return {
    machine,
    dogwatch,
    status,
    run,
    show,
    lives,
    mainPid,
    /** Its agent, once it is alive and the watchdog knows that. `not`: another than this one. */
    agentOf: (name: string, not = 0) =>
      until(`${name} has a living agent`, () => {
        const pid = lives(name).at(-1)?.pid ?? 0;
        return pid !== not && pid !== 0 && isAlive(pid) && run(name)?.pid !== null && pid;
      }),
    kill: (signal: string, pid: number) => machine.does(['kill', `-${signal}`, String(pid)]),
    isAlive,
    /** What `systemctl edit` writes. An empty text reverts it. */
    edit: (unit: string, text: string) => {
      const path = `/etc/systemd/system/${unit}.d/override.conf`;
      machine.write(path, text);
      if (text === '') machine.does(['rm', path]);
      machine.does(['systemctl', 'daemon-reload']);
    },
    /** Waits until a watchdog other than this process runs as the service. */
    replaced: (pid: number) =>
      until('another watchdog runs', () => {
        const now = mainPid();
        return (
          now !== 0 && now !== pid && show('dogwatch.service', 'ActiveState') === 'active' && status().host.watchdog?.pid === now && now
        );
      }),
    notices: (): string => machine.run(['cat', '/tmp/notices']).stdout,
    journal: (unit: string): string => machine.run(['journalctl', '-q', '-o', 'cat', '-u', unit]).stdout,
  };
}
