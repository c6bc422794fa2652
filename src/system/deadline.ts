/** What comes of a job that can't be broken off; null: it takes longer than this. It goes on, and what comes of it then is lost. */
export async function inTime<T>(job: Promise<T>, deadlineMs: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), deadlineMs);
  });
  return Promise.race([job, late]).finally(() => clearTimeout(timer));
}
