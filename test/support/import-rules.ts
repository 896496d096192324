import type { Import } from './source-files.js';

/**
 * Who may import whom, by folder of src/ (a file directly in src/ is a folder of its own name). `type:x` allows only what
 * leaves nothing at run time. Every folder may also use errors, types, pausing and itself.
 */
const engine = ['random', 'core', 'data', 'patterns', 'program', 'solver', 'certificate', 'network', 'architectures', 'verify'];
export const rules: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  types: [],
  pausing: [],
  random: [],
  core: [],
  data: ['random'],
  table: ['data'],
  patterns: ['core', 'data', 'random'],
  program: ['core', 'patterns'],
  solver: ['program', 'core'],
  certificate: ['program', 'patterns', 'core', 'data', 'network', 'verify'],
  verify: ['certificate', 'data', 'network'],
  network: ['data', 'type:program'],
  architectures: ['program', 'patterns', 'network', 'core', 'data'],
  fit: engine,
  options: [...engine, 'fit'],
  training: [...engine, 'fit', 'options'],
  train: [...engine, 'fit', 'options', 'training'],
  'beta-max': [...engine, 'fit', 'options', 'training'],
  'to-relu': [...engine, 'fit', 'options', 'training', 'train'],
  'patterns-api': [...engine, 'options', 'training'],
  path: [...engine, 'beta-max', 'fit', 'options', 'training', 'train'],
  estimators: [...engine, 'fit', 'options', 'training', 'train', 'path'],
  stream: [...engine, 'options', 'path', 'estimators'],
  gan: [...engine, 'fit', 'options', 'training', 'train'],
  export: ['network', 'data'],
  predict: ['network', 'saved', 'table'],
  index: [
    ...engine,
    'export',
    'beta-max',
    'patterns-api',
    'to-relu',
    'fit',
    'options',
    'training',
    'train',
    'path',
    'estimators',
    'stream',
    'tabular',
    'table',
    'gan',
  ],
  // Of data/ what needs no errors: a second copy of their classes would be foreign to callers.
  worker: ['index', 'data'],
  cli: ['index', 'data', 'table', 'tabular'],
  tabular: ['data', 'table', 'estimators', 'network', 'saved'],
  saved: ['data', 'table', 'network'],
};

export const folderOf = (path: string): string => path.replace(/^src\//, '').replace(/\/.*$|\.ts$/, '');

/** The arrow as text if it is forbidden, else null. */
export function forbidden({ from, to, typeOnly }: Import): string | null {
  const [source, target] = [folderOf(from), folderOf(to)];
  const allowed = rules[source];
  const fine =
    source === target ||
    target === 'errors' ||
    target === 'types' ||
    target === 'pausing' ||
    allowed?.includes(target) === true ||
    (typeOnly && allowed?.includes(`type:${target}`) === true);
  return fine ? null : `${from} -> ${to}${allowed ? '' : ` (no rule for ${source}/)`}`;
}

/** One cycle of files as text, or null. Arrows in types count: two files that need each other are one idea in two places. */
export function findCycle(imports: readonly Import[]): string | null {
  const targets = new Map<string, string[]>();
  for (const { from, to } of imports) targets.set(from, [...(targets.get(from) ?? []), to]);
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (file: string): string | null => {
    const at = trail.indexOf(file);
    if (at >= 0) return [...trail.slice(at), file].join(' -> ');
    if (done.has(file)) return null;
    trail.push(file);
    for (const next of targets.get(file) ?? []) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    trail.pop();
    done.add(file);
    return null;
  };
  for (const file of targets.keys()) {
    const cycle = visit(file);
    if (cycle) return cycle;
  }
  return null;
}

/** Every file that one file needs at run time, itself included. */
export function reachable(start: string, imports: readonly Import[]): Set<string> {
  const reached = new Set([start]);
  for (const file of reached) for (const { from, to, typeOnly } of imports) if (from === file && !typeOnly) reached.add(to);
  return reached;
}
