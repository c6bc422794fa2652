import type { HostAction } from '../core/host-types.ts';
import { harmless } from '../system/harmless.ts';

/** Tells the operator about the machine: on the watchdog's stderr (its log, or the journal under systemd). The decision itself is in the machine's history already. */
export function tellOfHost({ because, tried, isOver }: HostAction & { kind: 'tell' }): void {
  const lines = [`this machine ${isOver ? 'is fine again' : 'needs you'}: ${because}`, ...tried.map((what) => `  ${what}`)];
  for (const line of lines) process.stderr.write(`dogwatch: ${harmless(line)}\n`);
}
