// npm run challenge: bundles the challenge with the library and its test support, and runs it.
import { root, runBundled } from '../bundled.mjs';

process.exit(await runBundled('challenge', process.argv.slice(2), { cwd: root }));
