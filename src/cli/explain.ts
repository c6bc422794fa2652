import type { Command } from 'commander';
import { jsonText } from './terminal/json.ts';
import { endsWithItsOutput } from './terminal/output.ts';

/** `dogwatch explain`: why a run is not running now, and when it will be. */
export function register(program: Command): void {
  program
    .command('explain')
    .description('explain in one paragraph why a run is or is not running now, and what happens next')
    .argument('<run>', 'name of the run')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  dogwatch explain upgrade\n')
    .action(explainRun);
}

async function explainRun(name: string, { json = false }: { json?: boolean }): Promise<void> {
  const [
    { openLayout },
    { withReader },
    { findRun },
    { explain },
    { isActive },
    { statusOf },
    { instant },
    { sanitizeForTerminal },
    { watchdogNow },
    { reportedTurn, turnInWords, turnOf },
    { readSettings },
    { recoversRuns },
    { foundNow, withAgent },
    { silence },
    { inWords },
  ] = await Promise.all([
    import('./client/state-layout.ts'),
    import('../store/with-reader.ts'),
    import('./client/find-run.ts'),
    import('../core/report/explain.ts'),
    import('../core/model/run.ts'),
    import('../core/report/status.ts'),
    import('../system/process/clock.ts'),
    import('../system/text/sanitize.ts'),
    import('./client/watchdog.ts'),
    import('../core/report/turn.ts'),
    import('../settings/read.ts'),
    import('../settings/recovery.ts'),
    import('../look/attempts.ts'),
    import('../look/pulse.ts'),
    import('../core/values/duration.ts'),
  ]);
  endsWithItsOutput();
  const layout = openLayout();
  return withReader(layout, (reader) => {
    const run = withAgent(layout, findRun(reader, name));
    const lease = reader.lease();
    const watchdog = watchdogNow(lease);
    const now = instant();
    const turn = turnOf(run, recoversRuns(readSettings(process.env).settings));
    const found = watchdog === null ? foundNow(run) : null;
    const agoMs = watchdog === null ? silence(layout, lease) : null;
    const asOf = agoMs === null ? '' : `, and this is the state of ${inWords(agoMs)} ago`;
    const holder =
      watchdog === null
        ? `But no watchdog is alive, so nothing happens${asOf}. \`dogwatch watch\` or the next \`dogwatch supervise\` starts one.`
        : `The watchdog (process ${watchdog.pid}) holds the lease.`;
    const sentences = isActive(run) ? [explain(run, now, found ?? 'lives'), turnInWords(turn, now.wall), holder] : [explain(run, now)];
    const explanation = sentences.filter((sentence) => sentence !== '').join(' ');
    process.stdout.write(
      json
        ? `${jsonText({ ...statusOf(run), ...(found === 'gone' && { pid: null }), found, watchdog, turn: reportedTurn(turn), explanation })}\n`
        : `${sanitizeForTerminal(explanation)}\n`,
    );
  });
}
