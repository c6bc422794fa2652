import type { SeenImage } from './image.ts';

interface Node {
  readonly up: Node | null;
  readonly below: Map<string, Node>;
  readonly images: SeenImage[];
}

/**
 * Images in a tree of layers: an image that begins with all layers of another lies below it, or
 * beside it if it has no more.
 */
interface ByLayers {
  /** Where an image lies, or null if its layers are unknown. */
  nodeOf(image: SeenImage): Node | null;
}

function byLayers(images: readonly SeenImage[]): ByLayers {
  const root: Node = { up: null, below: new Map(), images: [] };
  const nodes = new Map<string, Node>();
  for (const image of images) {
    if (image.layers === null) continue;
    let node = root;
    for (const layer of image.layers) {
      let next = node.below.get(layer);
      if (next === undefined) {
        next = { up: node, below: new Map(), images: [] };
        node.below.set(layer, next);
      }
      node = next;
    }
    node.images.push(image);
    nodes.set(image.id, node);
  }
  return { nodeOf: ({ id }) => nodes.get(id) ?? null };
}

/**
 * What each image was built on, whoever built it, by the parent that the engine names and by
 * layers, and which of the two it was. Each image and each layer is visited once, however long the
 * chains are.
 */
export function basesOf(images: readonly SeenImage[], of: readonly string[]): ReadonlyMap<string, string> {
  const byId = new Map(images.map((image) => [image.id, image]));
  const { nodeOf } = byLayers(images);
  const bases = new Map<string, string>();
  const seen = new Set(of);
  const visited = new Set<Node>();
  for (const origin of of) {
    const rest = [origin];
    const found = (id: string) => {
      if (seen.has(id) || !byId.has(id)) return;
      seen.add(id);
      bases.set(id, origin);
      rest.push(id);
    };
    for (let id = rest.pop(); id !== undefined; id = rest.pop()) {
      const image = byId.get(id);
      if (image === undefined) continue;
      if (image.parent !== null) found(image.parent);
      for (let node = nodeOf(image); node !== null && !visited.has(node); node = node.up) {
        visited.add(node);
        for (const one of node.images) found(one.id);
      }
    }
  }
  return bases;
}

/**
 * Orders images so that none comes before an image built on it, and otherwise keeps their order.
 */
export function childrenFirst<T extends { readonly image: SeenImage }>(all: readonly T[]): T[] {
  const next = followers(all);
  const ordered: T[] = [];
  const begun = new Set<T | Node>();
  const path: { readonly one: T | Node; readonly rest: Iterator<T | Node> }[] = [];
  const begin = (one: T | Node) => {
    if (begun.has(one)) return;
    begun.add(one);
    path.push({ one, rest: next(one)[Symbol.iterator]() });
  };
  for (const first of all) {
    begin(first);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { value, done } = top.rest.next();
      if (done !== true) begin(value);
      else {
        path.pop();
        if ('image' in top.one) ordered.push(top.one);
      }
    }
  }
  return ordered;
}

/**
 * What must come before an image: the images that name it as their parent, and all that lie on top
 * of its layers (a node stands for those).
 */
function followers<T extends { readonly image: SeenImage }>(all: readonly T[]): (one: T | Node) => Iterable<T | Node> {
  const { nodeOf } = byLayers(all.map(({ image }) => image));
  const byId = new Map(all.map((one) => [one.image.id, one]));
  const children = new Map<string, T[]>();
  for (const one of all) {
    if (one.image.parent === null) continue;
    const before = children.get(one.image.parent);
    if (before === undefined) children.set(one.image.parent, [one]);
    else before.push(one);
  }
  const below = ({ below: nodes }: Node) => [...nodes.values()].flatMap((node) => [node, ...node.images.map(({ id }) => byId.get(id)!)]);
  return (one) => {
    if (!('image' in one)) return below(one);
    const node = nodeOf(one.image);
    return [...(children.get(one.image.id) ?? []), ...(node === null ? [] : [node])];
  };
}
