import { readFileSync, readlinkSync } from 'node:fs';
import { errorMessage } from '../../core/values/error-message.ts';

/**
 * Why a process is not this user's own: its command, directory and variables are somebody else's words, which must not be started in this
 * user's name. Null: it is.
 */
export function whoseElse(pid: number): string | null {
  try {
    const us = process.getuid?.();
    // The real, the effective and the saved one: of a program with rights that its user has not, root has the files in /proc.
    const [, ...ids] = /^Uid:\t(\d+)\t(\d+)\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    const other = ids.find((id) => Number(id) !== us);
    if (other !== undefined || ids.length === 0) return `it belongs to user ${other ?? 'unknown'}, this is user ${us}`;
    return namespaceOf(pid) === namespaceOf('self') ? null : 'it is in a container, and would be started outside of it';
  } catch (error) {
    return `whose it is can not be read: ${errorMessage(error)}`;
  }
}

const namespaceOf = (pid: number | 'self'): string => readlinkSync(`/proc/${pid}/ns/pid`);
