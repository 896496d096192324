import { describe, expect, it } from 'vitest';
import type { LibraryRun } from '../../bench/sgd/javascript.js';
import type { MethodStudy, Study } from '../../bench/sgd/objectives.js';
import { librarySentences, longerSentences, objectiveSentences } from '../../bench/sgd/sentences.js';

const peer = (method: MethodStudy['method'], ends: readonly number[], reached: readonly (number | null)[]): MethodStudy => ({
  ...{ method, neurons: 100, passes: 10, bestRate: 1, band: [] },
  runs: ends.map((objective, k) => ({ rate: 1, seed: k + 1, objective, seconds: 1, test: 0.5, reached })),
});

function study(
  name: string,
  objective: number,
  proven: boolean,
  adam: readonly number[],
  reached: readonly (number | null)[],
): Study {
  const best = Math.min(objective, ...adam);
  const convex = { objective, lowerBound: null, provenGlobal: proven, patterns: 'priced', status: 'optimal', neurons: 3 };
  return {
    ...{ name, n: 10, d: 2, outputs: 1, classes: 0, beta: 1, ratio: 0.1, best },
    convex: { ...convex, seconds: 2, test: 0.5, trace: [], reached: [0.5, 1] },
    methods: [peer('sgd', [9, 9], [null, null]), peer('momentum', [9, 9], [null, null]), peer('adam', adam, reached)],
  };
}

describe('what the page of the evidence counts', () => {
  const studies = [
    study('proven', 1, true, [1.000_05, 1.000_05], [0.4, 2]),
    study('beaten', 1, false, [0.9995, 0.9996], [null, null]),
    study('far', 1, true, [1.2, 1.001], [null, null]),
  ];

  it('is who proves, who is beaten, who is near and who is first', () => {
    const text = objectiveSentences(studies);
    expect(text).toContain('any width: 2 of 3 (proven, far).');
    expect(text).toContain('ended below convex training on 1 of 3: beaten (5e-4).');
    expect(text).toContain('within 1 % of the best objective: 2 of 3; within 0.01 %: 1 (proven).');
    expect(text).toContain('first to 1 % on 2 of 3 (beaten, far), to 0.1 % on 3 (proven, beaten, far).');
  });

  it('is where longer runs end, and which library is best', () => {
    const objectives = Object.fromEntries(studies.map((entry) => [entry.name, entry]));
    const longer = { proven: { objectives: [1.1, 1.000_001], seconds: 1 }, beaten: { objectives: [0.99, 1], seconds: 3 } };
    const text = longerSentences(longer, objectives);
    expect(text).toContain('Of 2, its best seed is within 1e-5 of convex training on 1 (proven)');
    expect(text).toContain('on 1: beaten (by 1.0e-2). One such run takes longer than convex training on 1.');
    const run = (library: string, score: number): LibraryRun => ({
      library,
      test: [score],
      seconds: [1],
      bytes: [1],
      options: [''],
    });
    expect(librarySentences({ one: [run('a', 0.5), run('b', 0.5)], two: [run('a', 0.1), run('b', 0.2)] })).toBe(
      'Best mean of the 2 data sets, ties counted for all: a on 1 (one); b on 2 (one, two).',
    );
    expect(objectiveSentences([studies[2]])).toContain('within 0.01 %: 0 (none)');
  });
});
