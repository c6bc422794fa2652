import type { Command } from '../../core/model/facts.ts';
import type { Layout } from '../../store/directory/layout.ts';
import { withReader } from '../../store/with-reader.ts';
import { userName } from '../../system/process/user-name.ts';
import type { Act } from '../../view/acts.ts';
import { ask, became } from '../operate/request.ts';
import { attempted, failed, type RunOutcome } from '../several/outcome.ts';
import { EXIT_NO_RUN, Problem } from '../terminal/problem.ts';

/** The run that was shown when the key was pressed; its name may belong to another by now. */
export interface Subject {
  readonly id: string;
  readonly name: string;
}

/**
 * Does to a run what the command of the same name does, and returns what became of it in a
 * sentence. `say` hears what takes long.
 */
export async function perform(layout: Layout, { id, name }: Subject, { verb }: Act, say: (text: string) => void): Promise<string> {
  const command = commandOf(verb);
  const outcome = await attempted(name, async () => {
    const run = withReader(layout, (reader) => reader.byId(id));
    if (run === null) return failed(name, new Problem(EXIT_NO_RUN, `${name} is not there any more`));
    return became(layout, await ask(layout, run, command), command, say);
  });
  return inWords(outcome);
}

function commandOf(verb: Act['verb']): Command {
  switch (verb) {
    case 'pause':
      return { kind: 'pause', because: `paused by ${userName()}` };
    case 'resume':
      return { kind: 'resume', prompt: null };
    case 'stop':
      return { kind: 'stop', because: `stopped by ${userName()}` };
    default:
      return { kind: verb };
  }
}

function inWords(outcome: RunOutcome): string {
  if (outcome.kind === 'done') return `${outcome.run}: ${outcome.message}`;
  const { message, explanation } = outcome.problem;
  return [message, explanation.got, explanation.hint].filter((text) => text !== null).join('; ');
}
