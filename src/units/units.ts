import { sandbox } from './sandbox.ts';
import { assignment, is, literal, type Section, type Unit, word } from './unit.ts';

export interface UnitOptions {
  readonly manager: 'system' | 'user';
  /** The user whose runs they are; ignored for a user's manager, which has only one. */
  readonly user: string;
  /** The command that starts dogwatch, without a subcommand. */
  readonly program: readonly string[];
  /**
   * The state directory; null for the default, `/var/lib/dogwatch` or `~/.local/state/dogwatch`.
   */
  readonly stateDir: string | null;
  readonly sandbox: boolean;
}

export const WATCHDOG = 'dogwatch.service';
export const GATE_TIMER = 'dogwatch-supervise.timer';
export const RUN_TIMER = 'dogwatch-run@.timer';
/** The default state directory of the system's service. */
export const SYSTEM_STATE = '/var/lib/dogwatch';

/** All units; nothing else defines them. */
export const units = (options: UnitOptions): readonly Unit[] => [
  watchdog(options),
  gate(options),
  gateTimer,
  scheduledRun(options),
  scheduledRunTimer,
  alert(options),
];

/** An alert must not raise another alert. */
const alerts = { OnFailure: is('dogwatch-alert@%n.service', 'Notifies a person if restarts do not help.') };

function watchdog(options: UnitOptions): Unit {
  return {
    name: WATCHDOG,
    sections: {
      Unit: {
        Description: is('dogwatch: keeps unattended coding-agent runs going'),
        ...(options.manager === 'system' ? { Wants: is('network-online.target'), After: is('network-online.target docker.service') } : {}),
        ...alerts,
        StartLimitIntervalSec: is('10min'),
        StartLimitBurst: is('10'),
      },
      Service: {
        Type: is('notify'),
        NotifyAccess: is('all', 'systemd-notify sends the messages: Node cannot open this socket itself.'),
        ExecStart: is(command(options, 'watch', '--replace')),
        ...common(options),
        WatchdogSec: is('60s', 'Fed from the end of the pipeline: anything stuck before it ends this process.'),
        TimeoutStartSec: is('3min', 'It may have to replace a watchdog that is stopping.'),
        TimeoutStopSec: is('30s'),
        ExecStopPost: is(
          forgetStarts(options.manager),
          'Only failures count towards StartLimitBurst=: manual restarts never end in `failed`.',
        ),
        Restart: is('on-failure'),
        RestartSec: is('1s'),
        RestartSteps: is('5', null, 254),
        RestartMaxDelaySec: is('1min', null, 254),
        RestartPreventExitStatus: is('78', 'A wrong setting does not fix itself.'),
        KillMode: is('process', 'Agents survive a restart of the watchdog: the next one finds them by their marks and takes over.'),
        OOMPolicy: is('continue', 'An agent killed for lack of memory must not take the watchdog down with it.'),
        TasksMax: is('infinity', "The agents' processes count as well."),
        UMask: is('0077', 'Each run keeps the umask it was requested with.'),
        LimitCORE: is('0', 'A core dump would contain keys.'),
        ...confined(options),
      },
      Install: { WantedBy: is(options.manager === 'system' ? 'multi-user.target' : 'default.target') },
    },
  };
}

/**
 * systemd counts every start, whatever requested it; this resets the count after a stop that was
 * not a failure.
 */
const forgetStarts = (manager: 'system' | 'user'): string => {
  const [prefix, whose] = manager === 'system' ? ['-+', ''] : ['-', ' --user'];
  return `${prefix}/bin/sh -c '[ "$$SERVICE_RESULT" != success ] || exec systemctl${whose} reset-failed %n'`;
};

function gate(options: UnitOptions): Unit {
  return {
    name: 'dogwatch-supervise.service',
    sections: {
      Unit: {
        Description: is('dogwatch: the hourly check of all runs'),
        Wants: is(WATCHDOG, 'If the watchdog has failed for good, this gives it another chance.'),
        After: is(WATCHDOG),
        ...alerts,
      },
      Service: {
        Type: is('oneshot'),
        ExecStart: is(command(options, 'supervise')),
        ...common(options),
        ...outliving,
        ...confined(options),
      },
    },
  };
}

const gateTimer: Unit = {
  name: GATE_TIMER,
  sections: {
    Unit: { Description: is('dogwatch: the hourly check of all runs') },
    Timer: { OnCalendar: is('*:07'), Persistent: is('yes', 'A check missed while the machine was off is made up for at boot.') },
    Install: { WantedBy: is('timers.target') },
  },
};

function scheduledRun(options: UnitOptions): Unit {
  return {
    name: 'dogwatch-run@.service',
    sections: {
      Unit: {
        Description: is('dogwatch: start the run %i'),
        Wants: is(WATCHDOG),
        After: is(WATCHDOG),
        ...alerts,
      },
      Service: {
        Type: is('oneshot'),
        ...common(options),
        EnvironmentFile: is(
          [...ENVIRONMENT_FILES, '%E/dogwatch/runs/%i.env'],
          "RUN_DIRECTORY, RUN_COMMAND, optionally RUN_OPTIONS, and any variables for the agent's environment.",
        ),
        ExecStart: is(`${command(options, 'run', '--detach', '--name')} %i --cwd \${RUN_DIRECTORY} $RUN_OPTIONS -- $RUN_COMMAND`),
        ...outliving,
        ...confined(options),
      },
    },
  };
}

const scheduledRunTimer: Unit = {
  name: RUN_TIMER,
  sections: {
    Unit: { Description: is('dogwatch: when the run %i starts') },
    Timer: {
      OnCalendar: is('Sat 02:00', 'To change it: `systemctl edit dogwatch-run@NAME.timer`, with an empty OnCalendar= before yours.'),
      Persistent: is('yes'),
    },
    Install: { WantedBy: is('timers.target') },
  },
};

function alert(options: UnitOptions): Unit {
  return {
    name: 'dogwatch-alert@.service',
    sections: {
      Unit: { Description: is('dogwatch: report that %i has failed') },
      Service: {
        Type: is('oneshot'),
        ExecStart: is(`${command(options, 'notify', '--failed-unit')} %i`),
        ...common(options),
        TimeoutStartSec: is('2min'),
        ...confined(options),
      },
    },
  };
}

/** Settings of all commands, secrets included: it belongs to root, with mode 0600. */
const ENVIRONMENT_FILES = ['-%E/dogwatch/dogwatch.env'];

const outliving = { KillMode: is('process', 'What it started stays alive.') };

function common({ manager, user, stateDir }: UnitOptions): Section {
  const ofSystem = {
    User: is(user),
    ...(stateDir === null ? { StateDirectory: is('dogwatch'), StateDirectoryMode: is('0700') } : {}),
  };
  const directory = manager === 'system' ? '%S/dogwatch' : '%h/.local/state/dogwatch';
  return {
    ...(manager === 'system' ? ofSystem : {}),
    Environment: is(assignment('DOGWATCH_STATE_DIR', stateDir === null ? directory : literal(stateDir))),
    EnvironmentFile: is(ENVIRONMENT_FILES),
  };
}

const confined = (options: UnitOptions): Section => (options.sandbox ? sandbox(options.manager, options.user === 'root') : {});

const command = ({ program }: UnitOptions, ...args: readonly string[]): string => [...program, ...args].map(word).join(' ');
