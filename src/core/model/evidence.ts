/** What the job has come to, as far as it can be seen from outside. */
export interface Evidence {
  readonly head: string | null;
  readonly worktree: string | null;
  readonly progress: string | null;
  /** What could not be gathered, in words. */
  readonly missing: readonly string[];
  /** The newest commits of every ref of the run's repositories, beside `head`. Absent in what an older build recorded. */
  readonly commits?: readonly string[];
  /** Content of the other worktrees of the run, beside `worktree`. */
  readonly contents?: readonly string[];
  /** Repositories where the agent's own record says that it works, and that are none of the run's. */
  readonly elsewhere?: readonly { readonly root: string; readonly commits: readonly string[] }[];
  /** Why there is no evidence to be had at all, with the remedy; null or absent: there is some. */
  readonly none?: string | null;
}
