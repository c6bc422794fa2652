/** How the first process of an attempt ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  /** The kernel killed a process in its control group for lack of memory while it lived. */
  readonly outOfMemory: boolean;
}

/** How an attempt ended, in words; null if unknown. */
export function exitInWords(exit: Exit | null): string {
  if (exit === null) return 'without an exit status';
  const how = exit.signal === null ? `with status ${exit.code}` : `by ${exit.signal}`;
  return exit.outOfMemory ? `${how}, and the kernel killed a process for lack of memory` : how;
}
