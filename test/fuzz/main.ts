// The process that fuzzes one target: `main NAME SECONDS SEED`. Tells its parent every input before it is checked, and what it found.
import { type Found, search } from './target.js';
import { targets } from './targets.js';

const [name, seconds, seed] = process.argv.slice(2);
const target = targets[name]();
const end = performance.now() + 1000 * Number(seconds);
const found = new Map<string, Found>();
let checked = 0;
// One fault hides others: the search goes on with the next seed, and a message that differs in its numbers only is the same fault.
for (let round = 0; round < 1000 && performance.now() < end; round++) {
  const next = await search(target, { milliseconds: end - performance.now(), seed: Number(seed) + round }, (input) =>
    process.send?.({ input }),
  );
  checked += next.checked;
  if (next.found) found.set(next.found.message.replaceAll(/[\d.e+-]+/g, '#').slice(0, 120), next.found);
}
process.send?.({ done: { found: [...found.values()], checked } });
process.disconnect();
