import { TableError } from './table-error.js';

/** A sentence with options as JavaScript has them: `missing: 'drop'` for --missing drop. */
export function inJavaScript(sentence: string): string {
  const option = /--([a-z]+(?:-[a-z]+)*)(?: (drop|mean|true|false|features|classification|regression|\d+|"[^"]*"))?/g;
  return sentence.replace(option, (_, flag: string, value: string | undefined) => {
    const name = flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (value === undefined) return `the option ${name}`;
    const list = name === 'na' || name === 'ignore' || name === 'categorical';
    const quoted = /^(?:true|false|\d+)$/.test(value) ? value : value.startsWith('"') ? value.replaceAll('"', "'") : `'${value}'`;
    return `${name}: ${list ? (value === '""' ? '[]' : `[${quoted}]`) : quoted}`;
  });
}

/** Runs work on a table whose errors name the options of JavaScript. */
export function speakingJavaScript<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TableError)) throw error;
    const { line, row, column, file } = error;
    const place = {
      ...(line !== null && { line }),
      ...(row !== null && { row }),
      ...(column !== null && { column }),
      ...(file !== null && { file }),
    };
    throw new TableError(inJavaScript(error.problem), place);
  }
}
