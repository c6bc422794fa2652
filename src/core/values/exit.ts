/** How the first process of an attempt ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  /** The kernel has killed for lack of memory in its control group while it lived. */
  readonly outOfMemory: boolean;
}

/** How an attempt ended, in words; null: nobody can tell. */
export function exitInWords(exit: Exit | null): string {
  if (exit === null) return 'without an exit status';
  const how = exit.signal === null ? `with status ${exit.code}` : `by ${exit.signal}`;
  return exit.outOfMemory ? `${how}, and the kernel killed a process for lack of memory` : how;
}
