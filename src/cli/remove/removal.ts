import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { Run } from '../../core/model/run.ts';
import { bytesInWords } from '../../core/values/bytes.ts';
import { counted } from '../../core/values/counted.ts';
import { inWords } from '../../core/values/duration.ts';
import type { Layout } from '../../store/directory/layout.ts';
import { keptEnvironment } from '../../store/environment.ts';
import { deleteAside, isAside } from '../../store/removal.ts';
import { cleanEnvironment } from '../../system/command/clean-environment.ts';
import { forgetWorktrees } from '../../system/git/kept-refs.ts';
import { ownIndexGit } from '../../system/git/read-only.ts';
import { insideOf } from '../client/inside.ts';
import { withLocalTimes } from '../client/local-times.ts';
import { submit } from '../client/submit.ts';
import { confirmed, declined } from '../several/confirm.ts';
import { attempted, done, failed, printOutcome, type RunOutcome } from '../several/outcome.ts';
import { jsonText } from '../terminal/json.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';
import { tell } from '../terminal/tell.ts';
import { type Kept, keptOf } from './kept.ts';

export interface Wishes {
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Lists what would be removed, asks, and removes it, one run after another. */
export async function removeRuns(layout: Layout, runs: readonly Run[], { yes, dryRun, json }: Wishes): Promise<void> {
  const all = runs.map((run) => keptOf(layout, run));
  const lines = all.map((kept) => `  ${listed(kept)}`);
  const bytes = all.reduce((sum, kept) => sum + kept.bytes, 0);
  if (dryRun) {
    for (const kept of all) process.stdout.write(json ? `${jsonText({ ...asJson(kept), removed: false })}\n` : `${listed(kept)}\n`);
    return;
  }
  const question = `Remove ${runs.length === 1 ? 'this run' : `these ${runs.length} runs`} for good, ${bytesInWords(bytes)}?`;
  if (!(await confirmed({ lines, question, what: 'remove runs' }, yes))) return declined();
  for (const kept of all) printOutcome(await attempted(kept.run.id, () => removed(layout, kept)), json);
}

async function removed(layout: Layout, kept: Kept): Promise<RunOutcome> {
  const { id, spec } = kept.run;
  const environment = keptEnvironment(layout, spec.environmentFile) ?? process.env;
  const inside = insideOf(process.env);
  const reply = await submit(layout, { id: randomUUID(), kind: 'remove', run: id, ...(inside && { inside }) });
  if (!reply.accepted)
    return failed(id, new Problem(EXIT_USAGE, `cannot remove ${id}`, { got: withLocalTimes(reply.message) }), asJson(kept));
  await filesGone(layout, id);
  await forgetKept(kept.run, environment);
  return done(id, `${reply.message} (${bytesInWords(kept.bytes)})`, { ...asJson(kept), accepted: true, removed: true });
}

/** The watchdog deletes the files; if it was ended meanwhile, this process does. */
const DELETED_BY_WATCHDOG_MS = 2000;

async function filesGone(layout: Layout, id: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < DELETED_BY_WATCHDOG_MS; waitedMs += 50) {
    if (!isAside(layout, id)) return;
    await setTimeout(50);
  }
  await deleteAside(layout, id).catch((error: unknown) => {
    if (isAside(layout, id)) tell(`some files of ${id} are left in ${layout.removed}, and are deleted later: ${String(error)}`);
  });
}

/** A repository must not be kept large by a run that is gone. */
const GIT_DEADLINE_MS = 10_000;

/** Removes what was kept of its worktree, if that is still there. */
async function forgetKept({ id, spec }: Run, environment: NodeJS.ProcessEnv): Promise<void> {
  if (!existsSync(spec.cwd)) return;
  const git = await ownIndexGit(spec.cwd, cleanEnvironment(environment), AbortSignal.timeout(GIT_DEADLINE_MS), '/dev/null');
  await forgetWorktrees(git, id);
}

const asJson = ({ run, bytes, attempts, hasVariables }: Kept) => ({
  run: run.name,
  id: run.id,
  state: run.state,
  since: new Date(run.since.wall).toISOString(),
  attempts,
  bytes,
  hasVariables,
});

/** What is removed with a run, in a line. */
function listed({ run, bytes, attempts, hasVariables }: Kept): string {
  const age = inWords(Math.max(0, Date.now() - run.since.wall));
  const variables = hasVariables ? ', its captured variables with their keys' : '';
  return `${run.id}: ${run.state} ${age} ago; ${counted(attempts, 'attempt')}, ${bytesInWords(bytes)} of logs${variables}`;
}
