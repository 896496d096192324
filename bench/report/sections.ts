import type { Section } from './section.js';
import { adam } from './sections/adam.js';
import { growth } from './sections/growth.js';
import { kernels } from './sections/kernels.js';
import { large, largest } from './sections/largest.js';
import { memory } from './sections/memory.js';
import { path } from './sections/path.js';
import { small } from './sections/small.js';
import { solvers } from './sections/solver-table.js';
import { start } from './sections/start.js';
import { threads } from './sections/threads.js';

/** In the order of the page. */
export const sections: readonly Section[] = [kernels, solvers, adam, path, small, start, threads, growth, large, largest, memory];
