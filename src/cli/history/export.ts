import { registeredSpec } from '../../core/evolve/policy-change.ts';
import type { Run } from '../../core/model/run.ts';
import { type Replayed, type ReplayRow, replayed } from '../../core/replay.ts';

/** Fields whose values are dogwatch's own words, which are kept even if they look like a secret. */
const OWN_WORDS = new Set(['kind', 'agent', 'launcher', 'state', 'mode']);

type Redact = (text: string) => string;

/**
 * Renders a run's history as text that can be replayed elsewhere, one line per row, redacted with
 * `redact`.
 */
export function exported(run: Pick<Run, 'id' | 'spec' | 'changed'>, rows: readonly ReplayRow[], redact: Redact): string {
  const clean = cleaner(redact);
  const registered = registeredSpec(run);
  const spec = clean(registered) as Run['spec'];
  const cleaned = rows.map((row) => clean(row) as ReplayRow);
  const again = replayed(cleaned, spec);
  const lines = [...replayed(rows, registered)].map((before, index) => {
    const after = again.next();
    return lineOf(cleaned[index] ?? before.row, after.done === true || !isSame(before, after.value, clean));
  });
  const header = { dogwatch: 'replay', version: 1, run: run.id, spec };
  return `${[header, ...lines].map((line) => JSON.stringify(line)).join('\n')}\n`;
}

function lineOf({ observation, decided, given }: ReplayRow, isWithheld: boolean) {
  const line = { observation, ...decided, given: given.kind === 'kept' ? given.patch : null };
  return isWithheld ? { ...line, withheld: true } : line;
}

/** Whether the redacted row leads to the same decision as the original. */
function isSame(before: Replayed, after: Replayed, clean: (value: unknown) => unknown): boolean {
  const decisive = ({ today, differs }: Replayed) => ({ state: today?.state, actions: today?.actions, differs });
  return JSON.stringify(clean(decisive(before))) === JSON.stringify(decisive(after));
}

/**
 * Returns a function that redacts every string in plain data except dogwatch's own words and field
 * names.
 */
function cleaner(redact: Redact): (value: unknown) => unknown {
  const known = new Map<string, string>();
  const text = (raw: string): string => {
    const before = known.get(raw);
    if (before !== undefined) return before;
    const clean = redact(raw);
    known.set(raw, clean);
    return clean;
  };
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([field, part]) => [field, OWN_WORDS.has(field) ? part : clean(part)]));
  };
  return clean;
}
