/** Names of variables that hold secrets; GIT_AUTHOR_NAME and the like do not. */
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|_PASS$|_PWD$|CREDENTIAL|AUTH(?!OR(?!I))|COOKIE|DSN/i;
/** User and password of a URL in a variable. */
const LOGIN = /:\/\/([^\s/?#@:]*)(?::([^\s@]*))?@/g;
/** Shorter values would match everywhere, and are not worth protecting. */
const MIN_LENGTH = 8;
/**
 * From this length on, one line of a secret, or a user without a password in a URL, counts as a
 * secret.
 */
const MIN_PART_LENGTH = 16;
/** Where a text was cut, this much of a secret's beginning is enough to recognize it. */
const TORN_LENGTH = 12;

/** Tokens recognized by their shape, whatever variable or file they come from. */
const SHAPES: readonly RegExp[] = [
  // A truncated key extends to the end of the text.
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
  /(?<=:\/\/)[^\s/@:"'<>]{0,256}:[^\s/"'<>]{1,512}@/g,
  /(?<=:\/\/)[^\s/@:"'<>]{16,256}(?=@)/g,
  /(?<![A-Za-z0-9])sk-(?=[\w-]{0,200}\d)[\w-]{16,}/g,
  /\b(?:gh[oprsu]_|github_pat_|npm_|hf_)\w{20,}/g,
  /\bgl(?:pat|ptt|dt|rt)-[\w-]{16,}/g,
  /\bx(?:ox[a-z]|app)-[\w-]{10,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bAIza[\w-]{35}/g,
  /\bya29\.[\w-]{20,}/g,
  /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,}/g,
  /(?<=\bBearer\s{1,4})(?=[\w.~+/-]{0,200}\d)[\w.~+/-]{16,}=*/gi,
  /(?<=\bBasic\s{1,4})(?=[\w+/]{0,200}[\d=])[\w+/]{16,}=*/g,
];
const UNNAMED = '‹secret›';

export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Replaces each secret of an environment by the name of its variable, and whatever looks like a
 * token.
 */
export const redact = (text: string, environment: Variables): string => redactor(environment)(text);

/** Like `redact`, for many texts and the secrets of several environments. */
export function redactor(...environments: readonly Variables[]): (text: string) => string {
  // Longest first: one secret may contain another.
  const secrets = environments.flatMap(secretsOf).sort((one, other) => other.value.length - one.value.length);
  const isSafe = (name: string) => !secrets.some(({ value }) => name.includes(value));
  const signs = secrets.map(({ name, value }) => ({ value, sign: isSafe(name) ? `‹${name}›` : UNNAMED }));
  return (text) => {
    const named = signs.reduce((rest, { value, sign }) => rest.replaceAll(value, () => sign), text);
    const torn = signs.reduce((rest, { value, sign }) => withoutTorn(rest, value, sign), named);
    return SHAPES.reduce((rest, shape) => rest.replace(shape, UNNAMED), torn);
  };
}

/**
 * Also replaces what is left of a secret where a text was truncated. Part of a path is not worth
 * hiding.
 */
function withoutTorn(text: string, secret: string, sign: string): string {
  if (secret.length < MIN_PART_LENGTH || secret.startsWith('/')) return text;
  const head = secret.slice(0, TORN_LENGTH);
  let rest = text;
  for (let at = rest.indexOf(head); at >= 0; at = rest.indexOf(head, at + sign.length)) {
    let length = head.length;
    while (length < secret.length && rest[at + length] === secret[length]) length++;
    rest = `${rest.slice(0, at)}${sign}${rest.slice(at + length)}`;
  }
  return rest;
}

const secretsOf = (environment: Variables): { name: string; value: string }[] =>
  Object.entries(environment).flatMap(([name, value = '']) =>
    [...new Set(partsOf(name, value).flatMap(spellings))].map((spelling) => ({ name, value: spelling })),
  );

/**
 * The value, its long lines (a multi-line key may be printed with other line endings), and the
 * logins in its URLs.
 */
function partsOf(name: string, value: string): string[] {
  const logins = [...value.matchAll(LOGIN)].flatMap(([, user = '', password]) =>
    password === undefined ? longerThan(MIN_PART_LENGTH, user) : longerThan(MIN_LENGTH, password),
  );
  const isSecret = SECRET_NAME.test(name) || value.search(LOGIN) >= 0;
  return isSecret ? [...longerThan(MIN_LENGTH, value), ...longerThan(MIN_PART_LENGTH, ...value.split(/\r?\n/)), ...logins] : [];
}

const longerThan = (length: number, ...texts: string[]): string[] =>
  texts.map((text) => text.trim()).filter((text) => text.length >= length);

/** As it is, in JSON, and URL-encoded or decoded. */
const spellings = (value: string): string[] => [value, JSON.stringify(value).slice(1, -1), inUrl(value), ...outOfUrl(value)];

const inUrl = (value: string): string => encodeURIComponent(value.toWellFormed());

function outOfUrl(value: string): string[] {
  try {
    return longerThan(MIN_LENGTH, decodeURIComponent(value));
  } catch {
    // The value is not URL-encoded.
    return [];
  }
}
