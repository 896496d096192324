import type { Program, Solver } from '../program/program.js';
import { fista } from '../solver/fista.js';

/** The solver asked for, or accelerated proximal gradient, which serves every program, where that one declines. */
export function suitableSolver(solver: Solver, program: Program): Solver {
  return solver.accepts(program) === null ? solver : fista;
}
