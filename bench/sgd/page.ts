import { insertTable } from '../page.js';
import { methods } from '../peers/descent.js';
import { mean, median, spread } from '../statistics.js';
import { type LibraryRun, tablesCompared } from './javascript.js';
import { type LongerRun, triedLonger } from './longer.js';
import { type MethodStudy, plans, type Study } from './objectives.js';
import { comparedOn, type ProgramRun } from './programs.js';
import { batches, type RandomTask } from './reliability.js';
import { type ScheduleTrial, triedOn } from './schedules.js';
import { librarySentences, longerSentences, objectiveSentences } from './sentences.js';
import {
  bestExcess,
  bestRates,
  counts,
  excessOf,
  objectivesAtBest,
  runsAtBest,
  secondsTo,
  shareWithin,
  totalSeconds,
} from './summaries.js';
import { type Agreement, agreedOn } from './tensorflow.js';

/** docs/data/sgd.json: parts, their pieces by name. */
export interface Data {
  readonly schedules?: Readonly<Record<string, readonly ScheduleTrial[]>>;
  readonly objectives?: Readonly<Record<string, Study>>;
  readonly longer?: Readonly<Record<string, LongerRun>>;
  readonly tensorflow?: Readonly<Record<string, readonly Agreement[]>>;
  readonly programs?: Readonly<Record<string, readonly ProgramRun[]>>;
  readonly javascript?: Readonly<Record<string, readonly LibraryRun[]>>;
  readonly reliability?: Readonly<Record<string, readonly RandomTask[]>>;
}

type Rows = readonly (readonly (string | number)[])[];

export function tableOf(head: readonly string[], rows: Rows): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const above = (objective: number, best: number): string => {
  const excess = objective / best - 1;
  return Number.isFinite(excess) ? (excess === 0 ? '0' : excess.toExponential(0)) : 'diverged';
};
const time = (seconds: number | null): string => (seconds === null ? '-' : seconds < 0.01 ? '< 0.01' : seconds.toPrecision(2));
const score = (value: number): string => value.toFixed(3);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const peerNames = ['SGD', 'momentum', 'Adam'];
const eachMethod = (study: Study, cell: (peer: MethodStudy) => string): string[] =>
  methods.map((method) => cell(study.methods.find((entry) => entry.method === method) as MethodStudy));

function ends(studies: readonly Study[]): string {
  const rows = studies.map((study) => {
    const { name, n, d, outputs, convex, best } = study;
    const gap = convex.lowerBound === null ? '-' : above(convex.objective, convex.lowerBound);
    const proof = convex.provenGlobal ? 'proven' : convex.status === 'optimal' ? 'priced' : convex.status;
    const ofPeer = (peer: MethodStudy) => {
      const objectives = objectivesAtBest(peer);
      const three = [Math.min(...objectives), median(objectives), Math.max(...objectives)];
      return `${three.map((objective) => above(objective, best)).join(', ')} (${peer.bestRate})`;
    };
    const own = [convex.objective.toPrecision(8), proof, gap, above(convex.objective, best), convex.neurons];
    return [name, `${n}, ${d}, ${outputs}`, ...own, ...eachMethod(study, ofPeer)];
  });
  const head = ['problem', 'n, d, outputs', 'convex', 'status', 'gap to bound', 'above best', 'neurons'];
  return tableOf([...head, ...peerNames], rows);
}

function seedsWithin(studies: readonly Study[]): string {
  const rows = studies.map((study) => {
    const own = counts([study.convex.objective], study.best).map((count) => (count ? 'yes' : 'no'));
    const ofPeer = (peer: MethodStudy) =>
      `${counts(objectivesAtBest(peer), study.best).join(', ')} of ${objectivesAtBest(peer).length}`;
    return [study.name, own.join(', '), ...eachMethod(study, ofPeer)];
  });
  return tableOf(['problem', 'convex', ...peerNames], rows);
}

function times(studies: readonly Study[]): string {
  const rows = studies.map((study) => {
    const { convex } = study;
    const own = `${convex.reached.map(time).join(', ')}, ${time(convex.seconds)}`;
    const ofPeer = (peer: MethodStudy) => {
      const one = median(runsAtBest(peer).map(({ seconds }) => seconds));
      return `${time(secondsTo(peer, 0))}, ${time(secondsTo(peer, 1))}, ${time(one)} (${totalSeconds(peer).toFixed(0)})`;
    };
    return [study.name, own, ...eachMethod(study, ofPeer)];
  });
  return tableOf(['problem', 'convex', ...peerNames], rows);
}

function tests(studies: readonly Study[]): string {
  const rows = studies.map((study) => {
    const ofPeer = (peer: MethodStudy) => {
      const scores = runsAtBest(peer).map(({ test }) => test);
      return `${score(Math.min(...scores))}, ${score(median(scores))}, ${score(Math.max(...scores))}`;
    };
    return [study.name, score(study.convex.test), ...eachMethod(study, ofPeer)];
  });
  return tableOf(['problem', 'convex', ...peerNames], rows);
}

function scheduleTable(trials: readonly (readonly ScheduleTrial[])[]): string {
  const all = trials.flat();
  const head = ['problem', 'method', 'batch', 'cosine', 'steps', 'constant'];
  const rows = trials.flatMap((list) => {
    const best = Math.min(...list.map(({ objective }) => objective));
    return methods.flatMap((method) =>
      [32, null].map((batch) => {
        const cell = (decay: ScheduleTrial['decay']) =>
          above(
            list.find((trial) => trial.method === method && trial.batch === batch && trial.decay === decay)?.objective ?? NaN,
            best,
          );
        return [list[0].name, method, batch ?? 'all', cell('cosine'), cell('steps'), cell('constant')];
      }),
    );
  });
  return all.length > 0 ? tableOf(head, rows) : '';
}

function longerTable(longer: Readonly<Record<string, LongerRun>>, objectives: Readonly<Record<string, Study>>): string {
  const rows = Object.entries(longer).map(([name, { objectives: ends, seconds }]) => {
    const { convex, methods: peers } = objectives[name];
    const adam = peers.find(({ method }) => method === 'adam') as MethodStudy;
    const before = median(objectivesAtBest(adam));
    const after = [Math.min(...ends), median(ends), Math.max(...ends)].map((end) => above(end, convex.objective));
    return [name, above(before, convex.objective), after.join(', '), time(seconds), time(convex.seconds)];
  });
  return tableOf(['problem', 'Adam', 'ten times as long', 's, one run', 's, convex'], rows);
}

function agreementTable(pieces: Readonly<Record<string, readonly Agreement[]>>): string {
  const rows = Object.entries(pieces).flatMap(([name, list]) =>
    list.map(({ method, rate, objective, tfjs, seconds, tfjsSeconds }) => [
      ...[name, `${method} (${rate})`, objective.toPrecision(7), tfjs.toPrecision(7)],
      ...[(tfjs / objective - 1).toExponential(1), time(seconds), time(tfjsSeconds)],
    ]),
  );
  return tableOf(['problem', 'method (rate)', 'this loop', 'tfjs', 'difference', 's', 's, tfjs'], rows);
}

function programTable(programs: Readonly<Record<string, readonly ProgramRun[]>>): string {
  const rows = Object.entries(programs).flatMap(([name, runs]) =>
    runs.map(({ program, sampled, objective, test, seconds }) => [
      ...[name, program, sampled ?? 'searched', objective.toPrecision(5), score(test), time(seconds)],
    ]),
  );
  return tableOf(['problem', 'program', 'patterns', 'objective', 'test', 's'], rows);
}

function libraryTable(javascript: Readonly<Record<string, readonly LibraryRun[]>>): string {
  const rows = Object.entries(javascript).flatMap(([name, runs]) => {
    const best = Math.max(...runs.map(({ test }) => mean(test)));
    return runs.map(({ library, test, seconds, bytes }) => {
      const average = `${score(mean(test))} ± ${score(spread(test))}`;
      return [
        ...[name, library, mean(test) === best ? `**${average}**` : average],
        ...[time(median(seconds)), (median(bytes) / 1000).toPrecision(2)],
      ];
    });
  });
  return tableOf(['data', 'library', 'test', 's', 'kB'], rows);
}

function reliabilityTable(tasks: readonly RandomTask[]): string {
  const rates = bestRates(tasks);
  const row = (name: string, excesses: readonly number[]) => [
    name,
    ...[1e-2, 1e-3, 1e-4].map((level) => percent(shareWithin(excesses, level))),
    Math.max(...excesses) < 1e-3 ? Math.max(...excesses).toExponential(0) : percent(Math.max(...excesses)),
  ];
  const peers = methods.flatMap((method, i) => [
    row(`${peerNames[i]}, one run (${rates[method]})`, excessOf(tasks, method, rates[method])),
    row(`${peerNames[i]}, best of three rates`, bestExcess(tasks, method)),
  ]);
  const own = [
    row(
      'convex, defaults',
      tasks.map(({ convex }) => convex),
    ),
    row(
      'convex, searched only',
      tasks.map(({ priced }) => priced),
    ),
  ];
  return tableOf(['trained by', 'within 1 %', '0.1 %', '0.01 %', 'worst'], [...own, ...peers]);
}

/** What a whole run of the benchmark has, by part. */
export const wanted = {
  schedules: triedOn,
  objectives: Object.keys(plans),
  longer: triedLonger,
  tensorflow: agreedOn,
  programs: comparedOn,
  javascript: tablesCompared,
  reliability: batches,
} as const satisfies Record<keyof Data, readonly string[]>;

/** Pieces that are not on file, in words; empty if all are. */
export function missingPieces(data: Data): string {
  const gaps = (Object.keys(wanted) as (keyof Data)[]).flatMap((part) => {
    const absent = wanted[part].filter((name) => data[part]?.[name] === undefined);
    return absent.length > 0 ? [`${part} (${absent.join(', ')})`] : [];
  });
  if (gaps.length === 0) return '';
  return `Not run yet, for want of time: ${gaps.join('; ')}. \`npm run bench:sgd -- --missing\` adds them.`;
}

/** The tables of docs/sgd.md by the names of their places. */
export function tables(data: Data) {
  const {
    schedules = {},
    objectives = {},
    longer = {},
    tensorflow = {},
    programs = {},
    javascript = {},
    reliability = {},
  } = data;
  const studies = Object.values(objectives);
  return {
    missing: missingPieces(data),
    schedules: scheduleTable(Object.values(schedules)),
    ends: ends(studies),
    seeds: seedsWithin(studies),
    times: times(studies),
    tests: tests(studies),
    'objective counts': objectiveSentences(studies),
    longer: longerTable(longer, objectives),
    'longer counts': longerSentences(longer, objectives),
    tensorflow: agreementTable(tensorflow),
    programs: programTable(programs),
    libraries: libraryTable(javascript),
    'library counts': librarySentences(javascript),
    reliability: reliabilityTable(Object.values(reliability).flat()),
  };
}

/** The page with its tables put in: each between `<!-- name -->` and `<!-- end -->`. */
export function rendered(page: string, data: Data): string {
  return Object.entries(tables(data)).reduce((text, [name, table]) => insertTable(text, table, name), page);
}
