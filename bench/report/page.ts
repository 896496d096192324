import { distinct } from './markdown.js';
import type { Measured, Report, Section } from './section.js';

/** When a section was measured, and what went wrong with it. */
function note({ date, seconds, load, problem }: Measured): string {
  const failed = problem ? ` **Not complete: ${problem}.**` : '';
  return `Measured ${date}, ${Math.round(seconds)} s, load ${load.toFixed(1)} before.${failed}`;
}

/** Rows that an earlier form of a section left must not take the page with them. */
function shown(section: Section, { rows }: Measured): string {
  try {
    return section.render(rows);
  } catch (error) {
    return `## Not shown: ${section.name}\n\nIts rows are not those of this version (${error instanceof Error ? error.message : error}): \`npm run bench -- --only ${section.name}\`.`;
  }
}

/** docs/benchmarks.md from what is on file; a section that was never measured says so. */
export function renderPage(sections: readonly Section[], report: Report): string {
  const machines = distinct(Object.values(report).map(({ machine }) => machine));
  const usual = sections.filter((section) => section.usual).flatMap(({ name }) => report[name]?.seconds ?? []);
  const minutes = usual.reduce((sum, seconds) => sum + seconds, 0) / 60;
  const parts = sections.flatMap((section) => {
    const measured = report[section.name];
    if (!measured) return [`## Not measured: ${section.name}\n\n\`npm run bench -- --only ${section.name}\`.`];
    const [heading, ...rest] = shown(section, measured).split('\n');
    return [[heading, '', note(measured), ...rest].join('\n')];
  });
  return `# Benchmarks

\`npm run bench\` writes this page and \`docs/data/benchmarks.json\`; \`-- --only a,b\` measures some sections again. Machine: ${machines.join('; ')}.
The sections of the usual run took ${minutes.toFixed(0)} minutes together. Times are processor time of one process unless a section says otherwise, so other work on
the machine disturbs caches but is not counted.

${parts.join('\n\n')}
`;
}
