import { describe, expect, it } from 'vitest';
import { CertificateError, type CertificateFile, verifyCertificate } from '../../src/index.js';
import { lossNames } from '../support/loss-cases.js';
import { expectProven, fixturesOf, type Proven, withOneNumberMoved } from './fixtures.js';

interface CertificateFixture {
  readonly X: number[][];
  readonly y: number[] | number[][];
  readonly proven: Proven;
  readonly certificate: CertificateFile;
}

const fixtures = fixturesOf<CertificateFixture>('certificates');

describe('certificate files of earlier versions', () => {
  it('are kept for every loss and for units of every kind', () => {
    const problems = fixtures.map(({ content }) => content.certificate.problem);
    for (const loss of lossNames)
      for (const slope of [0, 0.3, -0.4, -1])
        expect(problems.some((problem) => problem.loss === loss && problem.slope === slope)).toBe(true);
    expect(problems.some(({ sampleWeight }) => sampleWeight !== null)).toBe(true);
    expect(problems.some(({ bias }) => !bias)).toBe(true);
    expect(fixtures.some(({ content }) => content.certificate.rows.basis !== null)).toBe(true);
    expect(fixtures.some(({ content }) => content.certificate.rows.merged.length > 0)).toBe(true);
  });

  it.each(fixtures)('$name: verifies, to the same bound', ({ content: { X, y, proven, certificate } }) => {
    expectProven(verifyCertificate(certificate, X, y), proven);
  });

  it.each(fixtures)('$name: is refused where it claims more than it proves', ({ content: { X, y, certificate } }) => {
    const { claim } = certificate;
    const more = { ...certificate, claim: { ...claim, lowerBound: claim.objective * (1 + 1e-6) } };
    expect(() => verifyCertificate(more, X, y)).toThrow(CertificateError);
  });

  it.each(fixtures)('$name: is refused for other rows and other targets', ({ content: { X, y, certificate } }) => {
    const otherTargets = [...y].reverse() as number[];
    expect(() =>
      verifyCertificate(
        certificate,
        withOneNumberMoved(X, () => true),
        y,
      ),
    ).toThrow(/SHA-256/);
    expect(() => verifyCertificate(certificate, X, otherTargets)).toThrow(CertificateError);
  });

  it('of a version that does not exist yet are refused with both versions', () => {
    const { X, y, certificate } = fixtures[0].content;
    const later = { ...certificate, version: 1000 };
    expect(() => verifyCertificate(later, X, y)).toThrow(/1000/);
  });
});
