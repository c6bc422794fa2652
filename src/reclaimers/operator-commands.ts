import { isAbsolute } from 'node:path';
import { runOperatorCommand } from '../system/command/operator.ts';
import { availableAt } from './available-bytes.ts';
import { NOTHING, type Reclaimer } from './reclaimer.ts';

export interface CommandWanted {
  /** `COMMAND`, or `@/path COMMAND` if it frees space on the disk of that path. */
  readonly entry: string;
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  readonly deadlineMs: number;
}

/** How much of a command's output is reported. */
const LAST_WORDS = 200;

/** An operator's command that frees space. How much it frees is known only by measuring. */
export function operatorCommand({ entry, environment, deadlineMs }: CommandWanted): Reclaimer {
  const [, path, rest] = /^@(\S+)\s+(.*)$/s.exec(entry) ?? [];
  const isPlaced = path !== undefined && isAbsolute(path);
  const command = isPlaced ? (rest ?? '') : entry;
  return {
    kind: 'command',
    name: `command: ${command}`,
    paths: async () => (isPlaced ? [path] : 'anywhere'),
    availableBytes: () => availableAt([isPlaced ? path : '/']),
    plan: async () => ({
      ...NOTHING,
      items: [{ id: command, what: command, bytes: null, lastUsedWall: null, because: 'DOGWATCH_RECLAIM_COMMANDS has it' }],
    }),
    apply: async () => {
      const outcome = await runOperatorCommand({ command, cwd: '/', environment: { ...environment }, extra: {}, deadlineMs });
      if (outcome.kind === 'failed') return outcome;
      const said = outcome.output.trim().slice(-LAST_WORDS);
      if (outcome.kind === 'timed-out') return { kind: 'failed', because: `ended after ${deadlineMs} ms, its deadline: ${said}` };
      return outcome.code === 0
        ? { kind: 'freed', claimedBytes: null, because: said || null }
        : { kind: 'failed', because: `exit status ${outcome.code}: ${said}` };
    },
  };
}
