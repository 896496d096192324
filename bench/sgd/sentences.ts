import { mean } from '../statistics.js';
import type { LibraryRun } from './javascript.js';
import type { LongerRun } from './longer.js';
import type { MethodStudy, Study } from './objectives.js';
import { counts, objectivesAtBest, secondsTo } from './summaries.js';

/** What the page counts is counted here, so that no sentence outlives its data. */
const list = (names: readonly string[]): string => (names.length > 0 ? names.join(', ') : 'none');
const namesOf = (studies: readonly Study[], holds: (study: Study) => boolean): string[] =>
  studies.filter(holds).map(({ name }) => name);

const adamOf = ({ methods }: Study): MethodStudy => methods.find(({ method }) => method === 'adam') as MethodStudy;
/** Whether all seeds of Adam at its best rate are within a share (index into `within`) of the best objective. */
const allSeedsWithin = (level: number) => (study: Study) => {
  const ends = objectivesAtBest(adamOf(study));
  return counts(ends, study.best)[level] === ends.length;
};

/** Whether convex training gets to a level before the median run of every other method at its best rate. */
const convexFirst = (level: number) => (study: Study) => {
  const others = study.methods.map((method) => secondsTo(method, level) ?? Number.POSITIVE_INFINITY);
  return (study.convex.reached[level] ?? Number.POSITIVE_INFINITY) < Math.min(...others);
};

/** The figures of "What it says": who proves, who is close, who is first. */
export function objectiveSentences(studies: readonly Study[]): string {
  const of = `of ${studies.length}`;
  const proven = namesOf(studies, ({ convex }) => convex.provenGlobal);
  const beaten = studies.filter(({ convex, best }) => convex.objective > best);
  const behind = beaten.map(({ name, convex, best }) => `${name} (${(convex.objective / best - 1).toExponential(0)})`);
  const [near, , nearest] = [0, 1, 2].map((level) => namesOf(studies, allSeedsWithin(level)));
  const [toPercent, toTenth] = [0, 1].map((level) => namesOf(studies, convexFirst(level)));
  return [
    `- Proven optimal over networks of any width: ${proven.length} ${of} (${list(proven)}).`,
    `- A run of another method ended below convex training on ${beaten.length} ${of}: ${list(behind)}.`,
    `- All seeds of Adam at its best rate within 1 % of the best objective: ${near.length} ${of}; within 0.01 %: ${nearest.length} (${list(nearest)}).`,
    `- Convex training is first to 1 % on ${toPercent.length} ${of} (${list(toPercent)}), to 0.1 % on ${toTenth.length} (${list(toTenth)}).`,
  ].join('\n');
}

/** Where Adam for ten times as long stands against convex training. */
export function longerSentences(
  longer: Readonly<Record<string, LongerRun>>,
  objectives: Readonly<Record<string, Study>>,
): string {
  const ends = Object.entries(longer).map(([name, run]) => ({
    name,
    least: Math.min(...run.objectives) / objectives[name].convex.objective - 1,
    slower: run.seconds > objectives[name].convex.seconds,
  }));
  const below = ends.filter(({ least }) => least < -1e-6);
  const level = ends.filter(({ least }) => Math.abs(least) <= 1e-5);
  const words = below.map(({ name, least }) => `${name} (by ${(-least).toExponential(1)})`);
  return [
    `Of ${ends.length}, its best seed is within 1e-5 of convex training on ${level.length} (${list(level.map(({ name }) => name))}), and below`,
    `it by more than 1e-6 on ${below.length}: ${list(words)}. One such run takes longer than convex training on ${ends.filter(({ slower }) => slower).length}.`,
  ].join(' ');
}

/** On how many data sets each library has the best mean. */
export function librarySentences(javascript: Readonly<Record<string, readonly LibraryRun[]>>): string {
  const best = Object.entries(javascript).map(([name, runs]) => {
    const most = Math.max(...runs.map(({ test }) => mean(test)));
    return { name, winners: runs.filter(({ test }) => mean(test) === most).map(({ library }) => library) };
  });
  const libraries = [...new Set(best.flatMap(({ winners }) => winners))];
  const words = libraries.map((library) => {
    const names = best.filter(({ winners }) => winners.includes(library)).map(({ name }) => name);
    return `${library} on ${names.length} (${list(names)})`;
  });
  return `Best mean of the ${best.length} data sets, ties counted for all: ${words.join('; ')}.`;
}
