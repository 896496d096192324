// Bundles bench/responsive with the library's sources and runs it: how long calls hold the event loop, and how late limits end them.
// Options: --limit 5 --cases "relu 2000 x 20"
import { runBundled } from '../bundled.mjs';

process.exit(await runBundled('responsive', process.argv.slice(2)));
