// Declarations of the public entries. TypeScript writes one .d.ts a module; each is published twice, as .d.mts for `import` and as .d.cts for
// `require`, because the extension tells a consumer's compiler which of the two module systems the file describes.
import { readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import ts from 'typescript';
import { root } from './stamp.mjs';

const flavours = [
  ['.d.mts', '.mjs'],
  ['.d.cts', '.cjs'],
];

/** Emits the declarations in memory. @returns files under dist/types by name, and the compiler's complaints, formatted. */
export function declarations() {
  const config = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, 'tsconfig.build.json'), (path) => readFileSync(path, 'utf8')).config,
    ts.sys,
    root,
  );
  const program = ts.createProgram(config.fileNames, config.options);
  const emitted = new Map();
  const { diagnostics } = program.emit(undefined, (path, text) =>
    emitted.set(posix.join('/', relative(config.options.outDir, path)), text),
  );
  const problems = ts.formatDiagnostics([...ts.getPreEmitDiagnostics(program), ...diagnostics], {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => root,
    getNewLine: () => '\n',
  });
  return { files: publish(emitted), problems };
}

/** Renames what the entries reach, and the specifiers inside. */
function publish(emitted) {
  const files = new Map();
  const visit = (path) => {
    if (files.has(path.replace('.d.ts', flavours[0][0]))) return;
    const text = emitted.get(path);
    for (const [declaration, script] of flavours) {
      files.set(
        path.replace('.d.ts', declaration),
        text.replace(/((?:from|import)[ (]['"]\.[^'"\n]*)\.js(?=['"])/g, `$1${script}`),
      );
    }
    for (const { fileName } of ts.preProcessFile(text).importedFiles)
      visit(posix.join(dirname(path), fileName.replace(/\.js$/, '.d.ts')));
  };
  visit('/index.d.ts');
  visit('/predict.d.ts');
  visit('/table/index.d.ts');
  visit('/worker/web.d.ts');
  return files;
}
