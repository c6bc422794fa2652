/** What a person needs to mend it. */
interface Why {
  readonly expected: string;
  readonly got: string;
  readonly remedy: string;
}

/** `open`: other users may read it. */
type Kind = 'missing' | 'open' | 'damaged';

/** The keys of this host cannot be used. No part of them is in its texts. */
export class MemberError extends Error {
  override readonly name = 'MemberError';
  readonly kind: Kind;
  readonly why: Why;

  constructor(kind: Kind, why: Why) {
    super(`expected ${why.expected}, got ${why.got}: ${why.remedy}`);
    this.kind = kind;
    this.why = why;
  }
}
