// Bundles bench/certified with the library's sources and runs it. Options: --seeds 5 --noise 0.1,1 --limit 120 --columns 8
import { runBundled } from '../bundled.mjs';

process.exit(await runBundled('certified', process.argv.slice(2)));
