import { describe, expect, it } from 'vitest';
import { generatorFromJSON } from '../../src/index.js';
import { bitsOf, fixturesOf, withOneNumberMoved } from './fixtures.js';

interface GeneratorFixture {
  readonly noise: number[][];
  readonly generated: string;
  readonly drawn: string;
  readonly generator: { readonly type: string };
}

const fixtures = fixturesOf<GeneratorFixture>('generators');

describe('generator files of earlier versions', () => {
  it('are kept for every type of generator', () => {
    expect(new Set(fixtures.map(({ content }) => content.generator.type))).toEqual(new Set(['affine', 'network', 'monotone']));
  });

  it.each(fixtures)('$name: the same bits from given noise and from a seed', ({ content }) => {
    const generator = generatorFromJSON(content.generator);
    expect(bitsOf(generator.generate(content.noise).data)).toBe(content.generated);
    expect(bitsOf(generator.sample(3, 5).data)).toBe(content.drawn);
  });

  it.each(fixtures)('$name: the same after it was saved again', ({ content }) => {
    const again = generatorFromJSON(JSON.parse(JSON.stringify(generatorFromJSON(content.generator))));
    expect(bitsOf(again.generate(content.noise).data)).toBe(content.generated);
  });

  it('would be seen to generate other samples', () => {
    const { noise, generated, generator } = fixtures[0].content;
    const other = withOneNumberMoved(generator, (key) => key === 'weights');
    expect(bitsOf(generatorFromJSON(other).generate(noise).data)).not.toBe(generated);
  });
});
