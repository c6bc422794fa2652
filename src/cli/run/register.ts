import { randomUUID } from 'node:crypto';
import type { ProcessIdentity, RunSpec } from '../../core/model/facts.ts';
import { isOver } from '../../core/model/run.ts';
import { sameJob } from '../../core/run/same-job.ts';
import { highestGeneration } from '../../launch/attempt/on-disk.ts';
import type { Layout } from '../../store/directory/layout.ts';
import { prepareStateDirectory } from '../../store/directory/prepare.ts';
import { forgetEnvironment, keepEnvironment } from '../../store/environment.ts';
import { openReader } from '../../store/reader.ts';
import { cleanEnvironment } from '../../system/command/clean-environment.ts';
import { insideOf } from '../client/inside.ts';
import { submit } from '../client/submit.ts';
import { EXIT_TEMPORARY, EXIT_USAGE, Problem } from '../terminal/problem.ts';

/**
 * Registers a run with the watchdog and returns its id. Where it is refused nothing of it stays.
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
      // Of two at the same moment only the watchdog knows which came first.
      const reply = await submit(layout, { ...request, ...(!isNameGiven && { unnamed: true }), ...(inside && { inside }) });
      if (reply.accepted) return { run, spec };
      // Somebody else was faster: the next free name will do, unless it is for the same job.
      if (!isNameGiven) refuseTwin(layout, spec);
      if (newest(layout, spec.name) < generation)
        throw new Problem(EXIT_USAGE, `the run ${spec.name} cannot be registered`, { got: reply.message });
    }
  } catch (error) {
    // A request that was not answered yet may still be followed: it keeps what it needs.
    if (!(error instanceof Problem && error.exitCode === EXIT_TEMPORARY)) forgetEnvironment(layout, asked.environmentFile);
    throw error;
  }
}

/**
 * The name, and which run of that name this is. A name that was not asked for gives way to one that
 * is taken.
 */
function free(layout: Layout, spec: RunSpec, isNameGiven: boolean): { spec: RunSpec; generation: number } {
  if (!isNameGiven) refuseTwin(layout, spec);
  const reader = openReader(layout);
  try {
    for (let number = 1; ; number++) {
      const name = number === 1 ? spec.name : `${spec.name}-${number}`;
      const before = reader.run(name);
      if (before === null || isOver(before))
        return { spec: { ...spec, name }, generation: Math.max(before?.generation ?? 0, highestGeneration(layout, name)) + 1 };
      if (isNameGiven) throw taken(name, `a run of this name is ${before.state}`);
    }
  } finally {
    reader.close();
  }
}

/** Throws a Problem where a run does the same job already. */
function refuseTwin(layout: Layout, spec: RunSpec): void {
  const reader = openReader(layout);
  try {
    const twin = sameJob(reader.runs(), spec);
    if (twin !== undefined) throw doubled(twin.name);
  } finally {
    reader.close();
  }
}

function newest(layout: Layout, name: string): number {
  const reader = openReader(layout);
  try {
    return reader.run(name)?.generation ?? 0;
  } finally {
    reader.close();
  }
}

const doubled = (name: string): Problem =>
  new Problem(EXIT_USAGE, 'this command is at work in this directory already', {
    got: `the run ${name} is active`,
    hint: `\`dogwatch logs -f ${name}\` shows it; a second one on the same files needs a --name of its own`,
  });

const taken = (name: string, got: string): Problem =>
  new Problem(EXIT_USAGE, `the run ${name} cannot be registered`, {
    got,
    hint: `choose another --name, or \`dogwatch stop ${name}\` first; \`dogwatch status\` lists the runs`,
  });
