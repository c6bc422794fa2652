import { lastSaid } from '../agents/lines/last-said.ts';
import { agentFor } from '../agents/registry.ts';
import type { Action } from '../core/model/facts.ts';
import type { Run } from '../core/model/run.ts';
import type { NoticeDraft } from '../core/notices/notice.ts';
import { noticeDraft } from '../core/notices/wording.ts';
import { lastLines } from '../logs/last-lines.ts';
import { attemptFiles, type Layout, recoveryFiles } from '../store/directory/layout.ts';
import { keptEnvironment } from '../store/environment.ts';
import { redact } from '../system/text/redact.ts';
import { sanitizeForTerminal } from '../system/text/sanitize.ts';
import { lastWords } from './last-words.ts';

/** How much of the end of a log is read. */
const TAIL_BYTES = 8192;

/**
 * Drafts the notice of an escalation, with the last words of the model, or else of the log. Escapes
 * and secrets of the run are removed.
 */
export function runNoticeDraft(action: Action & { readonly kind: 'escalate' }, run: Run, layout: Layout): NoticeDraft {
  // If the variables can't be read any more, whatever looks like a secret is still removed.
  const environment = keptEnvironment(layout, run.spec.environmentFile) ?? {};
  // Cleaned before it is split into lines: a secret may span several.
  const clean = (text: string): string[] => redact(text, environment).split(/\r?\n/).map(sanitizeForTerminal);
  const line = (text: string): string => clean(text).join(' ');
  const draft = noticeDraft(action, run, []);
  return {
    ...draft,
    sentence: line(draft.sentence),
    tried: draft.tried.map(line),
    lastLines: clean(action.cause === 'recovery' ? recoveryWords(run, layout) : lastOf(run, layout)).filter((text) => text.trim() !== ''),
  };
}

function lastOf(run: Run, layout: Layout): string {
  const said = lastWords(run, layout, agentFor(run.spec.agent), 1);
  if (said.length > 0) return said.join('\n');
  const own = run.attempt === null ? [] : [attemptFiles(layout, run.id, run.attempt.number).log];
  for (const path of [...own, ...run.spec.logs]) {
    const lines = lastLines(path, TAIL_BYTES);
    if (lines.length > 0) return lines.join('\n');
  }
  return '';
}

/** The last words of its last recovery agent. */
function recoveryWords({ id, recovery }: Run, layout: Layout): string {
  if (recovery === null) return '';
  const lines = lastLines(recoveryFiles(layout, id, recovery.number).log, TAIL_BYTES);
  const said = lastSaid(agentFor(recovery.spec.agent), lines, 1);
  return (said.length > 0 ? said : lines).join('\n');
}
