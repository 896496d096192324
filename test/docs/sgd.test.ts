import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { placeOf } from '../../bench/page.js';
import { methods } from '../../bench/peers/descent.js';
import { figures } from '../../bench/sgd/figures.js';
import { splitsOf } from '../../bench/sgd/javascript.js';
import { plans, rates } from '../../bench/sgd/objectives.js';
import { type Data, missingPieces, rendered, tables, wanted } from '../../bench/sgd/page.js';
import { batches, tryTask } from '../../bench/sgd/reliability.js';
import { bestPeer, runsAtBest } from '../../bench/sgd/summaries.js';
import { median } from '../../bench/statistics.js';
import { root } from '../support/source-files.js';

const read = (file: string) => readFileSync(join(root, 'docs', file), 'utf8');
const stored: Data = JSON.parse(read('data/sgd.json'));
/** Parts that are not on file at all are empty: the page then says so. */
const data: Required<Data> = {
  ...{ schedules: {}, objectives: {}, longer: {}, tensorflow: {}, programs: {}, javascript: {}, reliability: {} },
  ...stored,
};
const page = read('sgd.md');

/** Cells without the spaces that the formatter adds. */
const bare = (text: string) =>
  text
    .split('\n')
    .filter((row) => row.startsWith('|') && !/^\|[ -]*-/.test(row))
    .map((row) => row.replace(/ *\| */g, '|'));

describe('the page of the evidence', () => {
  it('has its pieces on file, in order, and names those that are missing', () => {
    for (const part of Object.keys(wanted) as (keyof Data)[]) {
      const names = Object.keys(data[part]);
      expect(names, part).toEqual(wanted[part].filter((name) => names.includes(name)));
      if (part !== 'longer') expect(names.length, part).toBeGreaterThan(0);
    }
    // A page on which nothing is missing has no place for it.
    expect((placeOf('missing').exec(page)?.[1] ?? '').replace(/\s+/g, ' ').trim()).toBe(missingPieces(data));
    expect(Object.values(data.reliability).flat().length).toBe(1000);
  });

  it('shows the tables and the figures that the data give', () => {
    for (const [name, table] of Object.entries(tables(data))) {
      const place = placeOf(name).exec(page);
      expect(bare(place?.[1] ?? ''), name).toEqual(bare(table));
    }
    expect(bare(rendered(page, data))).toEqual(bare(page));
    const drawn = figures(data);
    const files = readdirSync(join(root, 'docs/figures')).filter((file) => file.startsWith('sgd-'));
    expect(files.sort()).toEqual(Object.keys(drawn).sort());
    for (const [file, svg] of Object.entries(drawn)) {
      expect(read(`figures/${file}`), file).toBe(svg);
      expect(page).toContain(`figures/${file}`);
    }
  });
});

describe('the evidence', () => {
  const studies = Object.values(data.objectives);

  it.each(studies.map((study) => [study.name, study] as const))('%s: bounds hold and sums are right', (name, study) => {
    const { convex, methods: peers, best, outputs } = study;
    const all = peers.flatMap(({ runs }) => runs);
    const least = Math.min(convex.objective, ...all.map(({ objective }) => objective));
    expect(best).toBe(least);
    if (convex.lowerBound !== null) for (const { objective } of all) expect(objective).toBeGreaterThanOrEqual(convex.lowerBound);
    expect(convex.trace.at(-1)?.[1]).toBe(convex.objective);
    expect(peers.map(({ method }) => method)).toEqual(methods);
    const { seeds, seedsOfRates = seeds, passes } = plans[name];
    for (const peer of peers) {
      const of = (rate: number) => peer.runs.filter((run) => run.rate === rate).map(({ objective }) => objective);
      for (const rate of rates[peer.method]) expect(of(rate).length).toBe(rate === peer.bestRate ? seeds : seedsOfRates);
      const firsts = (rate: number) => median(of(rate).slice(0, seedsOfRates));
      for (const rate of rates[peer.method]) expect(firsts(rate)).toBeGreaterThanOrEqual(firsts(peer.bestRate));
      expect(peer.passes).toBe(passes);
      expect(peer.neurons % outputs).toBe(0);
      const ends = runsAtBest(peer).map(({ objective }) => objective);
      const [, low, , high] = peer.band.at(-1) as readonly number[];
      expect(low / Math.min(...ends)).toBeCloseTo(1, 4);
      expect(high / Math.max(...ends)).toBeCloseTo(1, 4);
    }
  });

  it('has no run below the objective of convex training where that is proven, and names those that are elsewhere', () => {
    for (const study of studies) {
      const lower = [
        bestPeer(study),
        ...(data.longer[study.name]?.objectives ?? []).map((end) => end / study.convex.objective - 1),
      ];
      if (lower.some((excess) => excess < -1e-6))
        expect(page, study.name).toMatch(new RegExp(`below (convex|it)[^.]*${study.name}`, 's'));
      if (!study.convex.provenGlobal) continue;
      const longer = data.longer[study.name]?.objectives ?? [];
      expect(bestPeer(study), study.name).toBeGreaterThanOrEqual(-1e-6);
      for (const end of longer) expect(end / study.convex.objective - 1, study.name).toBeGreaterThanOrEqual(-1e-6);
    }
  });

  it('agrees with TensorFlow.js on where runs of 300 steps end', () => {
    for (const [name, list] of Object.entries(data.tensorflow)) {
      expect(list.map(({ method }) => method)).toEqual(methods);
      for (const { objective, tfjs } of list) expect(Math.abs(tfjs / objective - 1), name).toBeLessThan(1e-2);
    }
  });

  it('has as many splits of every library, and bounds that hold for all random tasks', () => {
    for (const [name, runs] of Object.entries(data.javascript)) {
      for (const { test, seconds, bytes, options } of runs)
        for (const list of [test, seconds, bytes, options]) expect(list.length).toBe(splitsOf(name).length);
    }
    for (const { lowerBound, convex, priced, peers } of Object.values(data.reliability).flat()) {
      expect(lowerBound).toBeGreaterThan(0);
      for (const excess of [convex, priced, ...Object.values(peers).flat()]) expect(excess).toBeGreaterThanOrEqual(0);
    }
  });

  it('has the bounds of random tasks that a fit proves again', async () => {
    for (const filed of data.reliability[batches[0]].slice(0, 3)) {
      const again = await tryTask(filed.seed);
      expect([again.n, again.d, again.loss]).toEqual([filed.n, filed.d, filed.loss]);
      expect(again.lowerBound / filed.lowerBound).toBeCloseTo(1, 5);
      expect(again.convex).toBeLessThanOrEqual(1e-6);
    }
  });
});
