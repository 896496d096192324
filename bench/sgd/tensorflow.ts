import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { descend, type Method, methods, type Schedule } from '../peers/descent.js';
import { objectiveOf, randomWeights, type TrainingProblem, type Weights } from '../peers/objective.js';
import { seconds } from './measure.js';
import { plans } from './objectives.js';
import { problemOf } from './tasks.js';

/** One run by this repository's loop and by TensorFlow.js, same start, whole batches, rate falling along a cosine. */
export interface Agreement {
  readonly method: Method;
  readonly rate: number;
  readonly objective: number;
  readonly tfjs: number;
  readonly seconds: number;
  readonly tfjsSeconds: number;
}

export const agreedOn = ['planted 20', 'planted 200', 'xor', 'breast cancer', 'diabetes'];
const chosen: Readonly<Record<Method, number>> = { sgd: 0.1, momentum: 0.03, adam: 0.03 };
const steps = 300;

export async function compareTensorflow(name: string): Promise<Agreement[]> {
  const file = join(process.cwd(), 'bench/peers/tfjs-descent.mjs');
  const peer: { descend: (problem: TrainingProblem, start: Weights, schedule: Schedule) => Weights } = await import(
    pathToFileURL(file).href
  );
  const problem = await problemOf(plans[name].task(1), plans[name].ratio);
  const start = randomWeights(problem, 100, 1);
  return methods.map((method) => {
    const schedule = { method, rate: chosen[method], steps };
    const [own, time] = seconds(() => descend(problem, start, schedule));
    const [theirs, tfjsSeconds] = seconds(() => peer.descend(problem, start, schedule));
    const [objective, tfjs] = [own, theirs].map((weights) => objectiveOf(problem, weights));
    return { method, rate: chosen[method], objective, tfjs, seconds: time, tfjsSeconds };
  });
}
