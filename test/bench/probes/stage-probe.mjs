import { subscribe } from 'node:diagnostics_channel';
import { openSync, writeSync } from 'node:fs';

// Loaded into a measured watchdog: writes the time of each stage of a death to a file, and how much
// CPU time its thread had used by then.
const WRITE_AFTER_MS = 200;

const fd = openSync(process.env.BENCH_STAGES_FILE, 'a', 0o600);
let lines = '';

subscribe('dogwatch:stage', ({ stage, at }) => {
  const { user, system } = process.threadCpuUsage();
  // Written later, so that writing is not measured.
  if (lines === '')
    setTimeout(() => {
      writeSync(fd, lines);
      lines = '';
    }, WRITE_AFTER_MS);
  lines += `${stage} ${at} ${(user + system) / 1000}\n`;
});
