// Bundles bench/path with the library's sources and runs it. Options: --tables penguins,diabetes --tolerances 1e-4,1e-6 --values 20 --ratio 1e-3
import { root, runBundled } from '../bundled.mjs';

process.exit(await runBundled('path', ['--root', root, ...process.argv.slice(2)]));
