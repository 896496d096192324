import { describe, expect, it } from 'vitest';
import {
  CertificateError,
  gatedRelu,
  ReLUClassifier,
  ReLURegressor,
  relu,
  trainSync,
  verifyCertificate,
} from '../../src/index.js';
import { table } from '../verify/proofs.js';

const { X, y } = table(26, 2, 8);
const raw = X.map((row) => row.map((entry, j) => 50 * entry + 7 * j));
const labels = y.map((entry) => (entry > 0.3 ? 'high' : entry > 0 ? 'middle' : 'low'));

describe('estimators write proofs of their standardized problem', () => {
  it('regression: the proof is about the raw table, and about this model only', async () => {
    const options = { beta: 1, patterns: 'certified', proof: true } as const;
    const model = await new ReLURegressor(options).fit(raw, y);
    const proof = JSON.parse(JSON.stringify(model.proof));
    expect(model.certificate).toMatchObject({ provenGlobal: true, patterns: 'certified' });
    const found = model.verify(proof, raw, y);
    expect(found).toEqual(verifyCertificate(proof, raw, y));
    expect(found.relativeGap).toBeLessThanOrEqual(1e-6);
    expect(() => model.verify(proof, X, y)).toThrow(/SHA-256/);
    const other = new ReLURegressor({ ...options, beta: 1.5 }).fitSync(raw, y);
    expect(() => other.verify(proof, raw, y)).toThrow(CertificateError);
    expect(() => other.verify(proof, raw, y)).toThrow('its beta is 1, the model');
    const loaded = ReLURegressor.fromJSON(JSON.parse(JSON.stringify(model)));
    expect(loaded.proof).toBeNull();
    expect(loaded.verify(proof, raw, y)).toEqual(found);
  });

  it('classification of three labels, weighted, beta chosen on priced patterns', () => {
    const model = new ReLUClassifier({ patterns: 'certified', proof: true, classWeight: 'balanced' }).fitSync(raw, labels);
    expect(model.verify(model.proof, raw, labels).cones).toBeGreaterThan(10);
    expect(() => model.verify(model.proof, raw, [...labels].reverse())).toThrow(CertificateError);
    expect(() =>
      model.verify(
        model.proof,
        raw,
        labels.map(() => 'none'),
      ),
    ).toThrow(/label that the model does not know/);
  });

  it('none is there unless it was asked for and the optimum is proven', () => {
    expect(new ReLURegressor({ beta: 1 }).fitSync(raw, y).proof).toBeNull();
    expect(new ReLURegressor({ beta: 1, patterns: { sample: 5 }, proof: true }).fitSync(raw, y).proof).toBeNull();
    expect(trainSync(relu(), X, y, { beta: 0.1, patterns: 'certified' }).proof).toBeNull();
  });

  it('asking costs no bit of the network', () => {
    const [with_, without] = [true, false].map((proof) => trainSync(relu(), X, y, { beta: 0.1, patterns: 'certified', proof }));
    expect(with_.network.toJSON()).toEqual(without.network.toJSON());
    expect(with_.certificate.objective).toBe(without.certificate.objective);
    expect(with_.certificate.lowerBound).toBeLessThanOrEqual(without.certificate.lowerBound ?? 0);
  });

  it('is refused for families without a proof, and for what is neither true nor false', () => {
    expect(() => trainSync(gatedRelu(), X, y, { beta: 0.1, proof: true })).toThrow(/options\.proof is true; expected false/);
    expect(() => trainSync(relu(), X, y, { beta: 0.1, proof: 'yes' as never })).toThrow(/options\.proof/);
    expect(() => new ReLURegressor().verify({}, X, y)).toThrow(/fit/);
  });
});
