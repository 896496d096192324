// `npm run docs`: the documents, the API reference from the comments of the sources, the last run of tests and benchmarks, and the playground,
// as static HTML in build/docs. Fails on a warning of typedoc or a link that leads nowhere.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Application } from 'typedoc';
import { benchmarkPage, playgroundPage, testingPage } from './docs-pages.mjs';
import { buildPlayground } from './playground.mjs';
import { root } from './stamp.mjs';

const site = join(root, 'build', 'docs');
const pages = join(root, 'build', 'docs-pages');

const readJson = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null);

/** What the last runs left behind, as documents. */
function writeGenerated() {
  mkdirSync(pages, { recursive: true });
  const tests = readJson(join(root, 'build', 'last-tests.json'));
  const coverage = readJson(join(root, 'coverage', 'coverage-summary.json'));
  const adam = readJson(join(root, 'docs', 'data', 'adam.json'));
  writeFileSync(join(pages, 'testing.md'), testingPage(tests, coverage));
  writeFileSync(join(pages, 'benchmarks.md'), benchmarkPage(adam));
  writeFileSync(join(pages, 'playground.md'), playgroundPage);
  return ['playground.md', 'testing.md', 'benchmarks.md'].map((name) => join(pages, name));
}

/** @returns the folder of the site. */
export async function buildDocs() {
  rmSync(site, { recursive: true, force: true });
  const documents = readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(root, 'docs', name));
  const app = await Application.bootstrapWithPlugins({
    entryPoints: ['src/index.ts', 'src/predict.ts', 'src/table/index.ts', 'src/worker/web.ts'].map((path) => join(root, path)),
    tsconfig: join(root, 'tsconfig.json'),
    name: 'cvxnn',
    readme: join(root, 'README.md'),
    projectDocuments: [
      ...documents,
      join(root, 'examples/edge/README.md'),
      join(root, 'ARCHITECTURE.md'),
      join(root, 'CHANGELOG.md'),
      ...writeGenerated(),
    ],
    excludePrivate: true,
    excludeInternal: true,
    disableSources: true,
    gitRevision: 'main',
    validation: { notExported: false, invalidLink: true, notDocumented: false },
    highlightLanguages: ['typescript', 'javascript', 'bash', 'html', 'json', 'toml'],
    logLevel: 'Warn',
  });
  const project = await app.convert();
  if (!project) throw new Error('typedoc could not read the sources');
  await app.generateDocs(project, site);
  if (app.logger.hasErrors()) throw new Error('typedoc found errors');
  cpSync(await buildPlayground(), join(site, 'playground'), { recursive: true });
  return site;
}

/** Links of the pages to files of the site that are not there. */
export function brokenLinks(folder) {
  const html = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'));
  return html.flatMap((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const targets = [...text.matchAll(/\s(?:href|src)="([^"#?]+)[^"]*"/g)].map(([, target]) => target);
    return targets
      .filter((target) => !/^([a-z]+:|\/\/)/.test(target))
      .filter((target) => !existsSync(join(folder, dirname(name), decodeURI(target))))
      .map((target) => `${name}: ${target}`);
  });
}

if (process.argv[1] === import.meta.filename) {
  const folder = await buildDocs();
  const broken = brokenLinks(folder);
  for (const link of broken) console.error(`broken link: ${link}`);
  console.log(join(relative(process.cwd(), folder), 'index.html'));
  if (broken.length > 0) process.exitCode = 1;
}
