/** A number and what it counts: `1 run`, `2 runs`, `0 runs`. `many` is an irregular plural. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
