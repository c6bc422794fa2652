import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { Limits } from '../../core/model/run-spec.ts';
import { monoMs } from '../../system/process/process.ts';
import { type Manager, systemdVersion } from '../../system/systemd/systemctl.ts';
import { isUnitActive, killUnit, noteUnit, startUnit, type TransientUnit } from '../../system/systemd/transient-unit.ts';
import { readClaim } from '../attempt/record.ts';
import type { Launch, Launched, Launcher } from './launcher.ts';
import { type Sealed, seal, sealWaiting } from './secret-handover.ts';
import { waitingShim } from './waiting.ts';

/**
 * A shim that has reported nothing by then is killed: it must not start later, when nobody expects
 * it.
 */
const LONGEST_START_MS = 30_000;
const LOOK_EVERY_MS = 200;

/**
 * Starts each shim in a unit of its own: a control group that no process can leave, and that
 * survives a restart of dogwatch's service.
 */
export const systemdUnits = (manager: Manager): Launcher => ({
  kind: 'systemd',
  start: async (launch) => {
    const unit = { manager, name: unitName(launch) };
    const sealed = seal(launch);
    try {
      noteUnit(launch.files.unit, unit);
      const problem = await startUnit(unit, lines(launch.limits), sealed.argv);
      if (problem === null) return await firstWords(unit, sealed);
      return await otherStart(unit, launch, problem);
    } finally {
      sealed.close();
    }
  },
  ready: async (launch, place) => {
    const unit = { manager, name: unitName(launch, randomBytes(6).toString('hex')) };
    const { argv, said, write, opened, close } = sealWaiting(launch, place);
    const problem = await startUnit(unit, lines(launch.limits), argv);
    if (problem !== null) {
      close();
      return { failed: problem };
    }
    const say = (text: string) => {
      // Before it is an attempt: whoever ends that has to know its unit.
      noteUnit(launch.files.unit, unit);
      write(text);
    };
    const waiting = await waitingShim(said, say, close);
    opened();
    return waiting;
  },
});

/**
 * Contains only characters without a special meaning to systemd, whatever the run is called. The
 * hash distinguishes state directories, recovery agents and standbys.
 */
const unitName = ({ run, attempt, files }: Pick<Launch, 'run' | 'attempt' | 'files'>, standby = ''): string => {
  const hash = createHash('sha256').update(`${files.directory}${standby}`).digest('hex').slice(0, 12);
  return `dogwatch-${run.replaceAll(/[^A-Za-z0-9]+/g, '_').slice(0, 80)}-${attempt}-${hash}.service`;
};

/** The first version of systemd in which a unit can live as long as any of its processes. */
const EXIT_TYPE_SINCE = 250;

/**
 * Processes and threads of one attempt: more than large builds use, and less than a fork bomb needs
 * to take the machine along.
 */
const MAX_TASKS = 8192;

/**
 * No sandbox except the one that dogwatch itself is in: what may not gain privileges there must not
 * gain them here.
 */
export const lines = ({ memoryBytes, cpuPercent }: Limits): readonly string[] => [
  ...['StandardInput=null', 'StandardOutput=null', 'StandardError=null', 'IgnoreSIGPIPE=no', 'UMask=0077', `TasksMax=${MAX_TASKS}`],
  // A tool that uses too much memory is the agent's own problem.
  ...['OOMPolicy=continue', 'KillMode=control-group', 'TimeoutStopSec=30s', 'LimitCORE=0'],
  ...(memoryBytes === null ? [] : [`MemoryMax=${memoryBytes}`]),
  ...(cpuPercent === null ? [] : [`CPUQuota=${cpuPercent}%`]),
  // An agent may outlive its wrapper.
  ...((systemdVersion() ?? 0) >= EXIT_TYPE_SINCE ? ['ExitType=cgroup'] : []),
  ...(/^NoNewPrivs:\s*1$/m.test(readFileSync('/proc/self/status', 'utf8')) ? ['NoNewPrivileges=yes'] : []),
];

async function firstWords(unit: TransientUnit, { line }: Sealed): Promise<Launched> {
  const deadlineMs = monoMs() + LONGEST_START_MS;
  for (;;) {
    const said = await Promise.race([line, setTimeout(LOOK_EVERY_MS, null, { ref: false })]);
    if (said !== null) return { said };
    if (!isUnitActive(unit)) break;
    if (monoMs() >= deadlineMs) await killUnit(unit);
  }
  return { said: await Promise.race([line, setTimeout(LOOK_EVERY_MS, '')]) };
}

/** The name is taken if another process starts this very attempt. */
async function otherStart(unit: TransientUnit, { files }: Launch, problem: string): Promise<Launched> {
  const deadlineMs = monoMs() + LONGEST_START_MS;
  while (monoMs() < deadlineMs) {
    if (readClaim(files).claimed) return { said: 'claimed' };
    if (!isUnitActive(unit)) break;
    await setTimeout(LOOK_EVERY_MS);
  }
  return { failed: `systemd cannot start it: ${problem}` };
}
