// What `cvxnn/predict` leaves out of src/: methods of networks that training, saving and exports need, and prediction does not.
import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** `PredictingNetwork` of src/saved/load-network.ts has none of these but `toJSON`, which is the document that was read. */
const leftOut = new Set(['weightPenalty', 'standardized', 'operations', 'toSource', 'spec', 'toJSON', 'regions']);

/** The text with line breaks alone in place of these methods: what they import falls away, and lines of source maps stay true. */
export function withoutTraining(text) {
  const file = ts.createSourceFile('network.ts', text, ts.ScriptTarget.ES2022);
  const methods = file.statements
    .filter(ts.isClassDeclaration)
    .flatMap(({ members }) =>
      members.filter((member) => ts.isMethodDeclaration(member) && leftOut.has(member.name.getText(file))),
    );
  let kept = text;
  for (const { pos, end } of methods.reverse())
    kept = kept.slice(0, pos) + kept.slice(pos, end).replace(/[^\n]+/g, '') + kept.slice(end);
  return kept;
}

/** Of esbuild, for the bundles of src/predict.ts. */
export const predictOnly = {
  name: 'predict-only',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/network\/[^/]+\.ts$/ }, ({ path }) => ({
      contents: withoutTraining(readFileSync(path, 'utf8')),
      loader: 'ts',
    }));
  },
};
