// Bundles bench/descend with the library's sources and runs it. Options: --tolerance 1e-4 --seeds 3 --only diabetes
import { runBundled } from '../bundled.mjs';

process.exit(await runBundled('descend', process.argv.slice(2)));
