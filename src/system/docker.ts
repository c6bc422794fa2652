import type Docker from 'dockerode';
import type { Inventory, SeenContainer, SeenImage } from '../core/image-types.ts';
import { type Answer, askDocker, notAnswered, type Question, readAs } from './docker-call.ts';
import { dockerClient } from './docker-client.ts';
import type { DockerEndpoint } from './docker-endpoint.ts';
import { followEvents, type WatchEvents } from './docker-events.ts';
import {
  type CacheRecord,
  cacheRecords,
  containerList,
  containerUsedWall,
  type EngineInfo,
  engineInfo,
  type InspectedImage,
  imageList,
  inspectedImage,
  type ListedContainer,
  spaceReclaimed,
} from './docker-shapes.ts';
import { monoMs } from './process.ts';

/** How long an answer may take, ms. Tests are less patient. */
export const DEADLINES = { look: 10_000, list: 90_000, remove: 300_000, prune: 900_000 } as const;
export type Deadlines = { readonly [Kind in keyof typeof DEADLINES]: number };

/** What dogwatch asks of an engine, and all that it can do to one: there is no verb here for a volume, a network or a container. */
export interface DockerEngine {
  readonly endpoint: DockerEndpoint;
  info(): Promise<Answer<EngineInfo>>;
  /** All images, those without a name and those between others as well. To know what they share costs the engine time. */
  images(wanted: { readonly shares: boolean }): Promise<Answer<readonly SeenImage[]>>;
  /** All containers, in whatever state. */
  containers(): Promise<Answer<readonly SeenContainer[]>>;
  inspectImage(reference: string): Promise<Answer<InspectedImage>>;
  /** Removes by id or name, without force, and nothing else with it. */
  removeImage(reference: string): Promise<Answer<unknown>>;
  buildCache(): Promise<Answer<readonly CacheRecord[]>>;
  /** Removes the build cache that was not used for so long. Answers with the bytes that the engine says it freed. */
  pruneBuildCache(unusedMs: number): Promise<Answer<number>>;
  /** Follows what happens to images and containers since a moment (ms since the epoch). Returns what ends it. */
  watchEvents: WatchEvents;
}

/** An engine that hangs would cost every question its deadline: after one that was late it is not asked for this long. */
const SILENCE_MS = 20_000;
/** How many containers are looked at, at once. */
const LOOKS_AT_ONCE = 8;

/** An engine to be asked; nothing is asked yet. */
export function dockerEngine(endpoint: DockerEndpoint, env: Readonly<NodeJS.ProcessEnv>, deadlines: Deadlines = DEADLINES): DockerEngine {
  let client: Promise<Docker> | null = null;
  const connect = () => (client ??= dockerClient(endpoint, env));
  let silent: { readonly untilMono: number; readonly answer: Answer<never> } | null = null;
  const ask = async (question: Question): Promise<Answer<unknown>> => {
    if (silent !== null && monoMs() < silent.untilMono) return silent.answer;
    try {
      const answer = await askDocker(await connect(), question);
      silent = answer.kind === 'failed' && answer.isLate ? { untilMono: monoMs() + SILENCE_MS, answer } : null;
      return answer;
    } catch (error) {
      client = null;
      return notAnswered(error);
    }
  };
  const get = (path: string, query: NonNullable<Question['query']> = {}, deadlineMs = deadlines.look) =>
    ask({ method: 'GET', path, query, deadlineMs });
  const usedWall = containerDates(get);
  return {
    endpoint,
    info: async () => readAs(await get('/info'), 'a description of itself', engineInfo),
    images: async ({ shares }) =>
      readAs(await get('/images/json', { all: true, 'shared-size': shares }, deadlines.list), 'a list of images', imageList),
    containers: async () => {
      const listed = readAs(await get('/containers/json', { all: true }, deadlines.list), 'a list of containers', containerList);
      return listed.kind === 'ok' ? { kind: 'ok', value: await usedWall(listed.value) } : listed;
    },
    inspectImage: async (reference) =>
      readAs(await get(`/images/${encodeURI(reference)}/json`), 'a description of an image', inspectedImage),
    // What it was built on is judged on its own.
    removeImage: (reference) =>
      ask({ method: 'DELETE', path: `/images/${encodeURI(reference)}`, query: { noprune: true }, deadlineMs: deadlines.remove }),
    buildCache: async () => readAs(await get('/system/df', { type: 'build-cache' }, deadlines.list), 'its build cache', cacheRecords),
    pruneBuildCache: async (unusedMs) => {
      const query = { all: true, filters: { until: [`${Math.ceil(unusedMs / 1000)}s`] } };
      const answer = await ask({ method: 'POST', path: '/build/prune', query, deadlineMs: deadlines.prune });
      return readAs(answer, 'what it freed', spaceReclaimed);
    },
    watchEvents: (since, tell, ended) => followEvents(connect, since, tell, ended),
  };
}

const STILL = /^(?:created|exited|dead)$/;

/** Adds the last use to containers. What has ended is looked at once: its dates stay as they are. */
function containerDates(get: (path: string) => Promise<Answer<unknown>>) {
  let known = new Map<string, { readonly state: string; readonly usedWall: number | null }>();
  return async (listed: readonly ListedContainer[]): Promise<SeenContainer[]> => {
    const dated = new Map<string, { readonly state: string; readonly usedWall: number | null }>();
    const rest = [...listed];
    const look = async () => {
      for (let one = rest.pop(); one !== undefined; one = rest.pop()) {
        const before = known.get(one.id);
        if (!STILL.test(one.state)) continue;
        if (before?.state === one.state) dated.set(one.id, before);
        else {
          const answer = await get(`/containers/${one.id}/json`);
          const usedWall = answer.kind === 'ok' ? containerUsedWall(answer.value) : null;
          if (usedWall !== null) dated.set(one.id, { state: one.state, usedWall });
        }
      }
    };
    await Promise.all(Array.from({ length: LOOKS_AT_ONCE }, look));
    known = dated;
    return listed.map(({ createdWall: _, ...container }) => ({ ...container, usedWall: dated.get(container.id)?.usedWall ?? null }));
  };
}

/** All that an engine has. Containers come last: a container that appears in between is seen, and so is what it uses. */
export async function inventoryOf(engine: Pick<DockerEngine, 'images' | 'containers'>): Promise<Answer<Inventory>> {
  const images = await engine.images({ shares: true });
  if (images.kind !== 'ok') return images;
  const containers = await engine.containers();
  return containers.kind === 'ok' ? { kind: 'ok', value: { images: images.value, containers: containers.value } } : containers;
}
