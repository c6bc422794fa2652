import { setTimeout } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { Inventory, SeenContainer, SeenImage } from '../../core/images/image.ts';
import { monoMs } from '../process/process.ts';
import { type Answer, askDocker, notAnswered, type Question, readAs, saysBusy, saysGone } from './call.ts';
import { dockerClient } from './client.ts';
import type { DockerEndpoint } from './endpoint.ts';
import { followEvents, type RecordedEvents, recordedEvents, type WatchEvents } from './events.ts';
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
  isBuildStep,
  type ListedContainer,
  spaceReclaimed,
} from './shapes.ts';

/** How long an answer may take, in ms. Tests use shorter ones. */
const DEADLINES = { look: 10_000, list: 90_000, remove: 300_000, prune: 900_000 } as const;
export type Deadlines = { readonly [Kind in keyof typeof DEADLINES]: number };

/**
 * What dogwatch asks of an engine, and everything it can do to one: there is no operation on
 * volumes, networks or containers.
 */
export interface DockerEngine {
  readonly endpoint: DockerEndpoint;
  info(): Promise<Answer<EngineInfo>>;
  /**
   * All images, including untagged and intermediate ones. Computing what they share costs the
   * engine time.
   */
  images(wanted: { readonly shares: boolean }): Promise<Answer<readonly SeenImage[]>>;
  /** All containers, in any state. */
  containers(): Promise<Answer<readonly SeenContainer[]>>;
  inspectImage(reference: string): Promise<Answer<InspectedImage>>;
  /**
   * Adds the layers of each image, which are requested once per image; images that are gone by now
   * are dropped.
   */
  withLayers(images: readonly SeenImage[]): Promise<Answer<readonly SeenImage[]>>;
  /** Removes one image by id or name, without force, and nothing else with it. */
  removeImage(reference: string): Promise<Answer<unknown>>;
  buildCache(): Promise<Answer<readonly CacheRecord[]>>;
  /**
   * Removes the build cache that was not used for `unusedMs`. Returns the bytes that the engine
   * says it freed.
   */
  pruneBuildCache(unusedMs: number): Promise<Answer<number>>;
  /** The events that the engine recorded between two times (ms since the epoch, by its clock). */
  recordedEvents(sinceWall: number, untilWall: number): Promise<Answer<RecordedEvents>>;
  /**
   * Follows the events of images and containers since a time (ms since the epoch). Returns a
   * function that stops.
   */
  watchEvents: WatchEvents;
}

/**
 * A hanging engine would cost every call its deadline: after a timeout it is not called for this
 * long.
 */
const SILENCE_MS = 20_000;
/** How many containers or images are inspected at once. */
const LOOKS_AT_ONCE = 8;
/**
 * An engine may fail to list if something is removed meanwhile (seen with 28.5 and the containerd
 * image store).
 */
const LIST_TRIES = 5;
/** How long to wait for another client's call, if the engine answers only one at a time. */
const BUSY_MS = 200;
/** A list of about 300,000 images has half this size. */
const MAX_LIST_BYTES = 256 * 1024 * 1024;

/** Creates the interface to an engine, without calling it. */
export function dockerEngine(endpoint: DockerEndpoint, env: Readonly<NodeJS.ProcessEnv>, deadlines: Deadlines = DEADLINES): DockerEngine {
  let client: Promise<Docker> | null = null;
  const connect = () => (client ??= dockerClient(endpoint, env));
  let silent: { readonly untilMono: number; readonly answer: Answer<never> } | null = null;
  const ask = async (question: Question): Promise<Answer<unknown>> => {
    if (silent !== null && monoMs() < silent.untilMono) return silent.answer;
    try {
      const first = await askDocker(await connect(), question);
      const isAskedAgain = question.method === 'GET' && first.kind === 'failed' && first.isStale === true;
      const answer = isAskedAgain ? await askDocker(await connect(), question) : first;
      silent = answer.kind === 'failed' && answer.isLate ? { untilMono: monoMs() + SILENCE_MS, answer } : null;
      return answer;
    } catch (error) {
      client = null;
      return notAnswered(error);
    }
  };
  const get = (path: string, query: NonNullable<Question['query']> = {}) => ask({ method: 'GET', path, query, deadlineMs: deadlines.look });
  const list = async (path: string, query: NonNullable<Question['query']>) => {
    const untilMono = monoMs() + deadlines.list;
    for (let tries = 1; ; ) {
      const answer = await ask({ method: 'GET', path, query, deadlineMs: deadlines.list, maxBytes: MAX_LIST_BYTES });
      if (saysBusy(answer) && monoMs() < untilMono) await setTimeout(BUSY_MS);
      else if (!saysGone(answer) || tries++ === LIST_TRIES) return answer;
    }
  };
  const usedWall = containerDates(get);
  const inspect = async (reference: string) =>
    readAs(await get(`/images/${encodeURI(reference)}/json`), 'a description of an image', inspectedImage);
  return {
    endpoint,
    info: async () => readAs(await get('/info'), 'a description of itself', engineInfo),
    images: async ({ shares }) => readAs(await list('/images/json', { all: true, 'shared-size': shares }), 'a list of images', imageList),
    containers: async () => {
      const listed = readAs(await list('/containers/json', { all: true }), 'a list of containers', containerList);
      return listed.kind === 'ok' ? { kind: 'ok', value: await usedWall(listed.value) } : listed;
    },
    inspectImage: inspect,
    withLayers: imageLayers(inspect),
    // Its parents are judged on their own.
    removeImage: (reference) =>
      ask({ method: 'DELETE', path: `/images/${encodeURI(reference)}`, query: { noprune: true }, deadlineMs: deadlines.remove }),
    buildCache: async () => readAs(await list('/system/df', { type: 'build-cache' }), 'its build cache', cacheRecords),
    pruneBuildCache: async (unusedMs) => {
      const query = { all: true, filters: { until: [`${Math.ceil(unusedMs / 1000)}s`] } };
      const answer = await ask({ method: 'POST', path: '/build/prune', query, deadlineMs: deadlines.prune });
      return readAs(answer, 'what it freed', spaceReclaimed);
    },
    recordedEvents: async (sinceWall, untilWall) => {
      const query = { since: seconds(sinceWall), until: seconds(untilWall) };
      const answer = await ask({ method: 'GET', path: '/events', query, deadlineMs: deadlines.look, isText: true });
      return readAs(answer, 'its events', recordedEvents);
    },
    watchEvents: (since, tell, ended) => followEvents(connect, since, tell, ended),
  };
}

const seconds = (wall: number): string => (wall / 1000).toFixed(3);

/** Adds the layers to images. They never change, so each image is inspected once. */
function imageLayers(inspect: (id: string) => Promise<Answer<InspectedImage>>): DockerEngine['withLayers'] {
  let known = new Map<string, readonly string[]>();
  const digests = new Map<string, string>();
  const kept = (layer: string) => {
    const before = digests.get(layer);
    if (before === undefined) digests.set(layer, layer);
    return before ?? layer;
  };
  return async (images) => {
    const layers = new Map<string, readonly string[]>();
    const rest = images.filter(({ id }) => !known.has(id)).map(({ id }) => id);
    let problem: Exclude<Answer<never>, { kind: 'ok' }> | null = null;
    const look = async () => {
      for (let id = rest.pop(); id !== undefined && problem === null; id = rest.pop()) {
        const answer = await inspect(id);
        if (answer.kind !== 'ok' && !saysGone(answer)) problem = answer;
        else if (answer.kind === 'ok' && answer.value.layers !== null) layers.set(id, answer.value.layers.map(kept));
        else if (answer.kind === 'ok') problem = { kind: 'failed', because: `Docker does not report the layers of ${id}` };
      }
    };
    await Promise.all(Array.from({ length: LOOKS_AT_ONCE }, look));
    for (const { id } of images) {
      const before = known.get(id);
      if (before !== undefined) layers.set(id, before);
    }
    known = layers;
    if (problem !== null) return problem;
    return { kind: 'ok', value: images.flatMap((image) => (layers.has(image.id) ? { ...image, layers: layers.get(image.id)! } : [])) };
  };
}

const STILL = /^(?:created|exited|dead)$/;

interface Described {
  readonly state: string;
  readonly usedWall: number | null;
  readonly isBuildStep: boolean;
}

/**
 * Adds to each container when it was last used, and whether it is a build step. A stopped container
 * is inspected once: its dates no longer change.
 */
function containerDates(get: (path: string) => Promise<Answer<unknown>>) {
  let known = new Map<string, Described>();
  return async (listed: readonly ListedContainer[]): Promise<SeenContainer[]> => {
    const described = new Map<string, Described>();
    const rest = [...listed];
    const look = async () => {
      for (let one = rest.pop(); one !== undefined; one = rest.pop()) {
        const before = known.get(one.id);
        const isStill = STILL.test(one.state);
        if (!isStill && !one.isById) continue;
        if (before?.state === one.state) described.set(one.id, before);
        else {
          const answer = await get(`/containers/${one.id}/json`);
          if (answer.kind !== 'ok') continue;
          const usedWall = isStill ? containerUsedWall(answer.value) : null;
          if (!isStill || usedWall !== null) described.set(one.id, { state: one.state, usedWall, isBuildStep: isBuildStep(answer.value) });
        }
      }
    };
    await Promise.all(Array.from({ length: LOOKS_AT_ONCE }, look));
    known = described;
    return listed.map(({ isById: _, ...container }) => {
      const { usedWall = null, isBuildStep = false } = described.get(container.id) ?? {};
      return { ...container, usedWall, isBuildStep };
    });
  };
}

/**
 * The images and containers of an engine. Containers are listed last, so that a container created
 * in between is included, with the image it uses.
 */
export async function inventoryOf(engine: Pick<DockerEngine, 'images' | 'containers'>): Promise<Answer<Inventory>> {
  const images = await engine.images({ shares: true });
  if (images.kind !== 'ok') return images;
  const containers = await engine.containers();
  return containers.kind === 'ok' ? { kind: 'ok', value: { images: images.value, containers: containers.value } } : containers;
}
