/** How long texts and lists may be: the first size that fits is taken. */
const SIZES = [
  [4000, 50],
  [1000, 20],
  [300, 8],
  [100, 3],
  [40, 1],
] as const;

/** A document as JSON of at most this many bytes: of a longer one, texts and lists are cut. */
export function fitted(document: object, mostBytes: number): string {
  let text = JSON.stringify(document);
  for (const [length, elements] of SIZES) {
    if (Buffer.byteLength(text) <= mostBytes) return text;
    text = JSON.stringify(document, (_, value: unknown) => cut(value, length, elements));
  }
  return text;
}

function cut(value: unknown, length: number, elements: number): unknown {
  if (typeof value === 'string') return value.length <= length ? value : `${value.slice(0, length - 1).toWellFormed()}…`;
  return Array.isArray(value) ? value.slice(0, elements) : value;
}
