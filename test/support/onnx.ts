import * as native from 'onnxruntime-node';
import * as web from 'onnxruntime-web';

web.env.wasm.numThreads = 1;

export type OnnxRuntime = typeof web;

/** The two runtimes that exported models are checked in. */
export const onnxRuntimes = [
  ['onnxruntime-web', web],
  ['onnxruntime-node', native as unknown as OnnxRuntime],
] as const;

/** Outputs of a model for rows of inputs. */
export async function runOnnx(
  { InferenceSession, Tensor }: OnnxRuntime,
  model: Uint8Array,
  X: ArrayLike<number>,
  inputs: number,
) {
  const session = await InferenceSession.create(model);
  const results = await session.run({ X: new Tensor('float32', Float32Array.from(X), [X.length / inputs, inputs]) });
  await session.release();
  return results;
}
