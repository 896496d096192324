import { describe } from 'vitest';
import { fista } from '../../src/solver/fista.js';
import { newton } from '../../src/solver/newton.js';
import { describeSolver } from '../support/solver-contract.js';

describe('newton', () => {
  describeSolver(newton, fista);
});
