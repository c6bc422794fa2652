import type { Inventory, SeenImage } from './image.ts';

/**
 * Resolves a reference to the images it may mean: an id, the beginning of one, or a name. If in
 * doubt, it returns more of them.
 */
export function imagesByReference(images: readonly SeenImage[]): (reference: string) => readonly string[] {
  const byName = new Map<string, string[]>();
  const add = (name: string, id: string) => {
    const before = byName.get(name);
    if (before === undefined) byName.set(name, [id]);
    else before.push(id);
  };
  for (const { id, tags, digests } of images) {
    add(id, id);
    for (const tag of tags) add(fullName(tag), id);
    for (const digest of digests) {
      add(fullName(digest), id);
      // The containerd store keeps its images by this digest, and containers refer to them by it.
      add(digest.slice(digest.indexOf('@') + 1), id);
    }
  }
  const ids = [...new Set(images.map(({ id }) => id))];
  return (reference) => {
    const found = byName.get(reference) ?? byName.get(fullName(reference));
    if (found !== undefined) return found;
    return SHORT_ID.test(reference) ? ids.filter((id) => bare(id).startsWith(bare(reference))) : [];
  };
}

/** Which containers, in any state, hold each image. */
export function holders({ images, containers }: Inventory): ReadonlyMap<string, readonly string[]> {
  const resolve = imagesByReference(images);
  const held = new Map<string, string[]>();
  for (const { name, state, images: references } of containers) {
    for (const id of new Set(references.flatMap(resolve))) {
      const before = held.get(id);
      if (before === undefined) held.set(id, [`${name} (${state})`]);
      else before.push(`${name} (${state})`);
    }
  }
  return held;
}

const SHORT_ID = /^(?:sha256:)?[0-9a-f]{6,64}$/;
const bare = (id: string): string => id.replace(/^sha256:/, '');

/** A name as the engine completes it: the public registry and `latest` are implied. */
function fullName(reference: string): string {
  const name = reference.replace(/^docker\.io\//, '').replace(/^library\//, '');
  if (name.includes('@')) return name.replace(/:[^/@]+@/, '@');
  return /:[^/]+$/.test(name) ? name : `${name}:latest`;
}
