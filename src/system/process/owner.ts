import { readFileSync, readlinkSync } from 'node:fs';
import { errorMessage } from '../../core/values/error-message.ts';

/**
 * Why a process does not belong to this user, or null if it does. The command, directory and
 * variables of another user's process are that user's words, and must not be started in this user's
 * name.
 */
export function whoseElse(pid: number): string | null {
  try {
    const us = process.getuid?.();
    // Real, effective and saved user id. The files in /proc of a program with elevated privileges
    // belong to root.
    const [, ...ids] = /^Uid:\t(\d+)\t(\d+)\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    const other = ids.find((id) => Number(id) !== us);
    if (other !== undefined || ids.length === 0) return `it belongs to user ${other ?? 'unknown'}, this is user ${us}`;
    return namespaceOf(pid) === namespaceOf('self') ? null : 'it is in a container, and would be started outside of it';
  } catch (error) {
    return `its owner cannot be read: ${errorMessage(error)}`;
  }
}

const namespaceOf = (pid: number | 'self'): string => readlinkSync(`/proc/${pid}/ns/pid`);
