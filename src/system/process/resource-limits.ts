import { readProcFile } from '../proc-file.ts';

/** What the kernel allows this process, and whatever it starts; Infinity: it sets no limit, or that can't be read. */
export interface ResourceLimits {
  readonly openFiles: number;
  /** The length beyond which no file may be written. */
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
