import { randomUUID } from 'node:crypto';
import type { ProcessIdentity, RunSpec } from '../../core/model/facts.ts';
import { isOver } from '../../core/model/run.ts';
import { sameJob } from '../../core/run/same-job.ts';
import { highestGeneration } from '../../launch/attempt/on-disk.ts';
import type { Layout } from '../../store/directory/layout.ts';
import { prepareStateDirectory } from '../../store/directory/prepare.ts';
import { forgetEnvironment, keepEnvironment } from '../../store/environment.ts';
import { withReader } from '../../store/with-reader.ts';
import { cleanEnvironment } from '../../system/command/clean-environment.ts';
import { insideOf } from '../client/inside.ts';
import { withLocalTimes } from '../client/local-times.ts';
import { submit } from '../client/submit.ts';
import { EXIT_TEMPORARY, EXIT_USAGE, Problem } from '../terminal/problem.ts';

/**
 * Registers a run with the watchdog and returns its id. Leaves nothing behind if it is refused, and
 * throws a Problem.
 */
export async function registerRun(
  layout: Layout,
  asked: RunSpec,
  isNameGiven: boolean,
  environment: NodeJS.ProcessEnv,
  foreign: ProcessIdentity | null,
) {
  prepareStateDirectory(layout);
  keepEnvironment(layout, asked.environmentFile, cleanEnvironment(environment));
  const inside = insideOf(process.env);
  try {
    for (;;) {
      const { spec, generation } = free(layout, asked, isNameGiven);
      const run = `${spec.name}.${generation}`;
      const request = { id: randomUUID(), kind: 'register', run, generation, spec, foreign } as const;
      // If two register at the same moment, only the watchdog knows which was first.
      const reply = await submit(layout, { ...request, ...(!isNameGiven && { unnamed: true }), ...(inside && { inside }) });
      if (reply.accepted) return { run, spec };
      // Another process was faster: use the next free name, unless it registered the same job.
      if (!isNameGiven) refuseTwin(layout, spec);
      if (newest(layout, spec.name) < generation)
        throw new Problem(EXIT_USAGE, `the run ${spec.name} cannot be registered`, { got: withLocalTimes(reply.message) });
    }
  } catch (error) {
    // A request without a reply may still be handled, so keep the environment that it needs.
    if (!(error instanceof Problem && error.exitCode === EXIT_TEMPORARY)) forgetEnvironment(layout, asked.environmentFile);
    throw error;
  }
}

/**
 * Finds a free name and its generation. If the name was not given and is taken, appends a number.
 * Throws a Problem.
 */
function free(layout: Layout, spec: RunSpec, isNameGiven: boolean): { spec: RunSpec; generation: number } {
  if (!isNameGiven) refuseTwin(layout, spec);
  return withReader(layout, (reader) => {
    for (let number = 1; ; number++) {
      const name = number === 1 ? spec.name : `${spec.name}-${number}`;
      const before = reader.run(name);
      if (before === null || isOver(before))
        return {
          spec: { ...spec, name },
          generation: Math.max(before?.generation ?? 0, highestGeneration(layout, name), reader.lastRemoved(name)) + 1,
        };
      if (isNameGiven) throw taken(name, `a run of this name is ${before.state}`);
    }
  });
}

/** Throws a Problem if another run is doing the same job. */
function refuseTwin(layout: Layout, spec: RunSpec): void {
  const twin = withReader(layout, (reader) => sameJob(reader.runs(), spec));
  if (twin !== undefined) throw doubled(twin.name);
}

function newest(layout: Layout, name: string): number {
  return withReader(layout, (reader) => reader.run(name)?.generation ?? 0);
}

const doubled = (name: string): Problem =>
  new Problem(EXIT_USAGE, 'this command is already running in this directory', {
    got: `the run ${name} is active`,
    hint: `follow it with \`dogwatch logs -f ${name}\`; to start a second one on the same files, give it its own --name`,
  });

const taken = (name: string, got: string): Problem =>
  new Problem(EXIT_USAGE, `the run ${name} cannot be registered`, {
    got,
    hint: `choose another --name, or \`dogwatch stop ${name}\` first; \`dogwatch status\` lists the runs`,
  });
