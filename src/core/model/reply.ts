/** The answer to a request, for its sender. */
export interface Reply {
  readonly request: string;
  readonly accepted: boolean;
  readonly message: string;
}
