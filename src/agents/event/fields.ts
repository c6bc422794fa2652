/**
 * The types of the fields that a module reads of an event. A field of another type, or null, is
 * taken for absent, so that one wrong field does not cost the rest of its line; what is not listed
 * stays as it is, and `any` is checked by its reader.
 */
export type Shape = Simple | 'any' | Fields | List | Each;
type Simple = 'string' | 'number' | 'boolean';
export interface Fields {
  readonly [name: string]: Shape;
}

const OF_LIST = Symbol('the shape of the entries of a list');
const OF_EACH = Symbol('the shape of each field');
interface List<S extends Shape = Shape> {
  readonly [OF_LIST]: S;
}
interface Each<S extends Shape = Shape> {
  readonly [OF_EACH]: S;
}

/** A list; entries of another shape are left out. */
export const listOf = <const S extends Shape>(shape: S): List<S> => ({ [OF_LIST]: shape });
/** An object whose fields have any names; those of another shape are left out. */
export const eachOf = <const S extends Shape>(shape: S): Each<S> => ({ [OF_EACH]: shape });

interface SimpleTypes {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
}

/** What is left of a value of this shape. */
export type Read<S extends Shape> = S extends keyof SimpleTypes
  ? SimpleTypes[S]
  : S extends 'any'
    ? unknown
    : S extends List<infer E>
      ? readonly Read<E>[]
      : S extends Each<infer E>
        ? Readonly<Record<string, Read<E>>>
        : { readonly [K in keyof S]?: S[K] extends Shape ? Read<S[K]> : never };

/**
 * The value with what fits the shape, or undefined. What does not fit is set to undefined in the
 * value itself, which therefore must be nobody else's: copies would cost more than the parsing.
 */
export function fitted<S extends Shape>(value: unknown, shape: S): Read<S> | undefined {
  return partOf(value, shape) as Read<S> | undefined;
}

/** The same, without its type. */
export const partOf = (value: unknown, shape: Shape): unknown => checked(value, checkOf(shape));

/** A shape as it is checked: without the fields that may be anything. */
type Check = Simple | 'any' | { readonly names: readonly string[]; readonly checks: readonly Check[] } | ListCheck | EachCheck;
interface ListCheck {
  readonly ofList: Check;
}
interface EachCheck {
  readonly ofEach: Check;
}

/** Made once for each shape, and kept in it: looking it up elsewhere takes longer than checking. */
const CHECK = Symbol('how a shape is checked');

function checkOf(shape: Shape): Check {
  if (typeof shape === 'string') return shape;
  const own = shape as { [CHECK]?: Check };
  own[CHECK] ??= newCheck(shape);
  return own[CHECK];
}

function newCheck(shape: Exclude<Shape, string>): Check {
  if (OF_LIST in shape) return { ofList: checkOf(shape[OF_LIST] as Shape) };
  if (OF_EACH in shape) return { ofEach: checkOf(shape[OF_EACH] as Shape) };
  const fields = Object.entries(shape).filter(([, of]) => of !== 'any');
  return { names: fields.map(([name]) => name), checks: fields.map(([, of]) => checkOf(of)) };
}

function checked(value: unknown, check: Check): unknown {
  if (typeof check === 'string') return isSimple(value, check) ? value : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if ('ofList' in check) return Array.isArray(value) ? entries(value, check.ofList) : undefined;
  if (Array.isArray(value)) return undefined;
  if ('ofEach' in check) return each(value as Known, check.ofEach);
  const { names, checks } = check;
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    const before = (value as Known)[name];
    if (before === undefined) continue;
    const after = checked(before, checks[index] as Check);
    if (after !== before) (value as Record<string, unknown>)[name] = after;
  }
  return value;
}

type Known = Readonly<Record<string, unknown>>;

/** JSON may have a number that is too large for one. */
const isSimple = (value: unknown, type: Simple | 'any'): boolean =>
  type === 'any' || (typeof value === type && (type !== 'number' || Number.isFinite(value)));

function entries(list: readonly unknown[], check: Check): readonly unknown[] {
  for (const one of list)
    if (checked(one, check) !== one) return list.map((other) => checked(other, check)).filter((other) => other !== undefined);
  return list;
}

function each(value: Known, check: Check): Known {
  for (const name in value)
    if (checked(value[name], check) !== value[name])
      return Object.fromEntries(
        Object.entries(value).flatMap(([other, one]) => (checked(one, check) === undefined ? [] : [[other, checked(one, check)]])),
      );
  return value;
}
