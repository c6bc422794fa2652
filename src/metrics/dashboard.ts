import { type Panel, SECTIONS } from './panels.ts';

const DATASOURCE = { type: 'prometheus', uid: '$datasource' };
/** The columns of Grafana's grid, and how many panels stand side by side. */
const GRID = 24;
const ABREAST = 3;
const HEIGHT = 8;

interface Place {
  readonly id: number;
  readonly x: number;
  readonly y: number;
}

/**
 * The board for Grafana in its classic form, which every version reads. It asks for the data source
 * by a variable: `__inputs` work only where a person imports it by hand.
 */
export function dashboard(): object {
  const panels: object[] = [];
  let y = 0;
  for (const { title, panels: its } of SECTIONS) {
    panels.push({ id: panels.length + 1, type: 'row', title, collapsed: false, panels: [], gridPos: { x: 0, y, w: GRID, h: 1 } });
    its.forEach((panel, index) => {
      const place = { x: (index % ABREAST) * (GRID / ABREAST), y: y + 1 + Math.floor(index / ABREAST) * HEIGHT };
      panels.push(panelOf(panel, { id: panels.length + 1, ...place }));
    });
    y += 1 + Math.ceil(its.length / ABREAST) * HEIGHT;
  }
  return {
    uid: 'dogwatch',
    title: 'dogwatch',
    description: 'Runs of coding agents: who needs you, whether these facts can be trusted, disks, speed and cost.',
    tags: ['dogwatch'],
    schemaVersion: 36,
    version: 1,
    editable: true,
    time: { from: 'now-24h', to: 'now' },
    refresh: '30s',
    timezone: 'browser',
    templating: { list: VARIABLES },
    annotations: { list: [] },
    links: [],
    panels,
  };
}

const VARIABLES = [
  { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus', current: {}, hide: 0, refresh: 1, regex: '' },
  {
    name: 'instance',
    label: 'Machine',
    type: 'query',
    datasource: DATASOURCE,
    query: { query: 'label_values(dogwatch_build_info, instance)', refId: 'instance' },
    definition: 'label_values(dogwatch_build_info, instance)',
    includeAll: true,
    allValue: '.*',
    multi: true,
    current: { text: ['All'], value: ['$__all'] },
    hide: 0,
    refresh: 2,
    sort: 1,
    regex: '',
  },
];

const panelOf = ({ title, type, queries, description, ...how }: Panel, { id, x, y }: Place): object => ({
  id,
  title,
  type,
  ...(description === undefined ? {} : { description }),
  datasource: DATASOURCE,
  gridPos: { x, y, w: GRID / ABREAST, h: HEIGHT },
  targets: queries.map(([expr, legendFormat], index) => ({
    refId: String.fromCharCode(65 + index),
    datasource: DATASOURCE,
    expr,
    legendFormat,
    ...(type === 'table' ? { format: 'table', instant: true } : { instant: type === 'stat', range: type !== 'stat' }),
  })),
  fieldConfig: { defaults: fieldsOf(how), overrides: [] },
  ...(type === 'stat'
    ? { options: { colorMode: how.steps === undefined ? 'none' : 'background', reduceOptions: { calcs: ['lastNotNull'] } } }
    : {}),
});

/** Without steps nothing is coloured as well or not: colours only tell lines apart. */
function fieldsOf({ unit, steps, without }: Pick<Panel, 'unit' | 'steps' | 'without'>): object {
  const coloured = steps === undefined ? { color: { mode: 'palette-classic' } } : { color: { mode: 'thresholds' } };
  return {
    ...(unit === undefined ? {} : { unit }),
    ...coloured,
    ...(steps === undefined ? {} : { thresholds: { mode: 'absolute', steps: steps.map(([value, color]) => ({ value, color })) } }),
    ...(without === undefined
      ? {}
      : { noValue: without, mappings: [{ type: 'special', options: { match: 'null+nan', result: { text: without, color: 'red' } } }] }),
  };
}
