// npm run bench:tables: our estimators beside scikit-learn's on the same splits. Options: --seeds 10 --only "iris;wine"
import { root, runBundled } from '../bundled.mjs';

process.exit(await runBundled('tables', ['--root', root, ...process.argv.slice(2)]));
