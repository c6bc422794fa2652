interface Said {
  readonly atMs: number;
  readonly document: string | null;
}

/** More changes than a run has in the time after which nothing is shown as of now. */
const KEPT = 60;

/** What was true of the runs of one host, and when. */
export class Truth {
  readonly #runs = new Map<string, Said[]>();

  get now(): ReadonlyMap<string, string> {
    return new Map([...this.#runs].flatMap(([run, all]) => (all.at(-1)?.document == null ? [] : [[run, all.at(-1)!.document!]])));
  }

  get runs(): readonly string[] {
    return [...this.#runs.keys()];
  }

  says(atMs: number, run: string, document: string | null): void {
    const all = this.#runs.get(run) ?? [{ atMs: Number.NEGATIVE_INFINITY, document: null }];
    this.#runs.set(run, all);
    all.push({ atMs, document });
    if (all.length > 2 * KEPT) all.splice(0, KEPT);
  }

  /** Whether that was true at this moment or later. */
  wasSince(sinceMs: number, run: string, document: string | null): boolean {
    const all = this.#runs.get(run) ?? [];
    return all.some((said, index) => said.document === document && (all[index + 1]?.atMs ?? Number.POSITIVE_INFINITY) > sinceMs);
  }
}
