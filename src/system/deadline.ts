/**
 * The result of a job that cannot be cancelled, or null if it takes longer than this. The job
 * continues, and its result is discarded.
 */
export async function inTime<T>(job: Promise<T>, deadlineMs: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), deadlineMs);
  });
  return Promise.race([job, late]).finally(() => clearTimeout(timer));
}
