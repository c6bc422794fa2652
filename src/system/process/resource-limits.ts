import { readProcFile } from '../proc-file.ts';

/**
 * Limits of the kernel for this process and its children; Infinity if there is no limit, or it
 * cannot be read.
 */
export interface ResourceLimits {
  readonly openFiles: number;
  /** The largest size of a file that may be written. */
  readonly fileBytes: number;
}

export function resourceLimits(): ResourceLimits {
  const text = readProcFile('/proc/self/limits')?.toString('utf8') ?? '';
  const limit = (name: string): number => {
    const [, soft] = new RegExp(`^Max ${name}\\s+(\\d+)`, 'm').exec(text) ?? [];
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
  };
  return { openFiles: limit('open files'), fileBytes: limit('file size') };
}
