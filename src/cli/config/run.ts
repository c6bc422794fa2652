import { nobodyAsked } from '../../agents/nobody-asked.ts';
import { answerInWords } from '../../core/asks/words.ts';
import { registeredPolicy } from '../../core/evolve/policy-change.ts';
import type { Policy } from '../../core/model/policy.ts';
import type { Run } from '../../core/model/run.ts';
import { readSettings } from '../../settings/read.ts';
import { printSetting, SETTINGS } from '../../settings/settings.ts';
import { POLICY_KEYS } from '../client/policy-values.ts';
import { table } from '../terminal/table.ts';
import { oneLine } from './describe.ts';

/** What `dogwatch config RUN --json` prints. */
export interface RunConfig {
  readonly version: 1;
  readonly run: string;
  readonly id: string;
  readonly settings: readonly RunSetting[];
  /** Why DOGWATCH_ASK=1 has no effect, or null if it has or is not set. */
  readonly nobodyAsked: string | null;
  /** What else was frozen: how its attempts are started, and what counts as done. */
  readonly frozen: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
}

interface RunSetting {
  readonly name: string;
  readonly value: string;
  readonly default: string;
  /** `set`: changed with `dogwatch set` since it was registered. */
  readonly source: 'default' | 'registered' | 'set';
  /** The value when it was registered, if it was changed since. */
  readonly registered: string | null;
  readonly meaning: string;
}

/** A setting that did not exist yet when the run was registered: it does nothing. */
const UNSET = 'unset';

/** `hidden` redacts secrets. */
export function describeRun(run: Run, hidden: (text: string) => string): RunConfig {
  const { spec } = run;
  const defaults = readSettings({}).settings;
  const registered = registeredPolicy(run);
  const print = (key: keyof Policy, value: Policy[typeof key]) => (value === undefined ? UNSET : printSetting(key, value));
  const settings = POLICY_KEYS.map((key): RunSetting => {
    const [value, before, usual] = [print(key, spec.policy[key]), print(key, registered[key]), print(key, defaults[key])];
    const isSet = run.changed !== undefined && key in run.changed.is;
    const { name, meaning } = SETTINGS[key];
    const source = isSet ? 'set' : value === usual ? 'default' : 'registered';
    return { name, value, default: usual, source, registered: isSet ? before : null, meaning };
  });
  const text = (raw: string | null | undefined) => (raw == null ? null : hidden(raw));
  return {
    version: 1,
    run: run.name,
    id: run.id,
    settings,
    nobodyAsked: nobodyAsked(spec),
    frozen: {
      agent: spec.agent,
      command: spec.command.map(hidden),
      cwd: spec.cwd,
      prompt: text(spec.prompt),
      resumePrompt: hidden(spec.resumePrompt),
      resumeCommand: text(spec.resumeCommand),
      model: spec.model,
      account: spec.account,
      launcher: spec.launcher,
      memoryBytes: spec.limits.memoryBytes,
      cpuPercent: spec.limits.cpuPercent,
      adopted: spec.adopted,
      doneFile: spec.done.file,
      doneLog: spec.done.logPattern,
      doneExit: spec.done.exit,
      check: text(spec.done.check),
      progress: text(spec.progress),
      logs: spec.logs,
      journals: spec.journals,
      alwaysAnswered: (run.asks?.rules ?? []).map(({ says, words, text: asked }) =>
        hidden(`${asked}: ${answerInWords({ says, text: words, by: 'operator' })}`),
      ),
    },
  };
}

/** The settings that differ from the defaults first, as the rest is long. */
export function renderRun({ run, settings, nobodyAsked: unasked, frozen }: RunConfig): string {
  const row = ({ name, value, source, registered, default: usual }: RunSetting) => [
    `  ${name}`,
    value,
    source === 'set' ? `set since; ${registered} when registered, default ${usual}` : source === 'registered' ? `default ${usual}` : '',
  ];
  const [own, usual] = [settings.filter(({ source }) => source !== 'default'), settings.filter(({ source }) => source === 'default')];
  const known = Object.entries(frozen).filter(
    ([, value]) => value !== null && value !== false && !(Array.isArray(value) && value.length === 0),
  );
  return `${[
    `${run} was registered with`,
    ...table(
      known.map(([name, value]) => [`  ${name}`, oneLine(Array.isArray(value) ? value.join(' ') : String(value))]),
      undefined,
    ),
    '',
    own.length === 0 ? 'All its settings are the defaults:' : 'Settings that differ from the defaults:',
    ...table(own.map(row), undefined),
    ...(unasked === null ? [] : ['', unasked]),
    ...(own.length === 0 ? [] : ['', 'The defaults:']),
    ...table(usual.map(row), undefined),
    '',
    `\`dogwatch set ${run} NAME=VALUE\` changes a setting`,
  ].join('\n')}\n`;
}
