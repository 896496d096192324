import { afterEach, describe, expect, it } from 'vitest';
import { workspace } from './harness.js';

const TABLE = 'a,b,y\n1,2,u\n3,4,v\n5,1,u\n';
const place = workspace({
  'good.csv': TABLE,
  'empty.csv': '',
  'header.csv': 'a,b,y\n',
  'ragged.csv': 'a,b,y\n1,2,u\n3,v\n',
  'quote.csv': 'a,b,y\n1,2,u\n3,"4,v\n',
  'twice.csv': 'a,a,y\n1,2,u\n',
  'comma.csv': 'a;b;y\n1,5;2;u\n2.5;3;v\n',
  'missing.csv': 'a,b,y\n1,2,u\n\n3,NA,v\n4,5,u\n',
  'infinite.csv': 'a,b,y\n1,2,u\n3,1e999,v\n4,5,u\n',
  'one-class.csv': 'a,b,y\n1,2,u\n3,4,u\n',
  'constant.csv': 'a,b,y\n1,2,u\n1,2,v\n1,2,v\n',
  'hole.csv': 'a,b,y\n1,,u\n,2,v\n3,,v\n,5,u\n',
  'percent.csv': 'a,b,y\n1,2 %,u\n3,40,v\n',
  'one-row.csv': 'a,b,y\n1,2,u\n',
  'latin.csv': Uint8Array.of(0x61, 0x2c, 0x79, 0x0a, 0xc3, 0xa9, 0x2c, 0x31, 0x0a, 0xe9, 0x2c, 0x31, 0x0a),
  'binary.csv': Uint8Array.of(0x50, 0x4b, 0x03, 0x00, 0x00),
  'kept.json': 'kept',
  'text.json': 'no json',
  'other.json': '{"format":"cvxnn-network","version":1}',
  'newer.json': '{"format":"cvxnn-model","version":99}',
  'bare.json': '{"format":"cvxnn-model","version":1}',
  'named.json': '{"format":"cvxnn-model","version":1,"model":"relu"}',
  'list.json': '[]',
  'null.json': 'null',
});
const before = place.list();

afterEach(() => {
  // No file came, went or changed.
  expect(place.list()).toEqual(before);
  expect(place.read('kept.json')).toBe('kept');
});

const train = (rest: string) => `train ./good.csv --target y --out ./kept.json ${rest}`;
const on = (file: string) => `train ./${file} --target y --out ./kept.json`;

describe('refused with exit code 1, one sentence and no file touched', () => {
  it.each<[string, string, string]>([
    ['nothing', '', 'a command is missing; cvxnn --help lists them'],
    ['an unknown command', 'fit x.csv', 'unknown command "fit"; cvxnn --help lists them'],
    ['a name of Object', 'constructor', 'unknown command "constructor"; cvxnn --help lists them'],
    [
      'no certificate',
      'verify ./kept.json ./good.csv',
      '--certificate is missing; expected the file that cvxnn train --certificate wrote',
    ],
    [
      'a model to verify that is none',
      'verify ./kept.json ./good.csv --certificate ./list.json',
      '{./kept.json} is not a usable model: model is no complete JSON; the file is truncated or no model',
    ],
    ['an unknown option', train('--gamma 1'), 'unknown option --gamma; cvxnn train --help lists the options'],
    ['an unknown short option', train('-x'), 'unknown option -x; cvxnn train --help lists the options'],
    [
      'an option of another command',
      'predict ./named.json ./good.csv --target y',
      'unknown option --target; cvxnn predict --help lists the options',
    ],
    ['no table', 'train', 'DATA.csv is missing; usage: cvxnn train DATA.csv ...'],
    ['two models', 'inspect a.json b.json', 'unexpected argument "b.json"; usage: cvxnn inspect MODEL.json'],
    ['no target', 'train ./good.csv --out ./kept.json', '--target is missing; expected the name of a column'],
    ['no output', 'train ./good.csv --target y', '--out is missing; expected the name of the model file'],
    ['an option without value', 'train ./good.csv --target', '--target needs a value'],
    ['an option in place of a value', 'train ./good.csv --target --out ./kept.json', '--target needs a value'],
    ['a flag with a value', train('--json=yes'), '--json takes no value'],
    ['an option twice', train('--seed 1 --seed 2'), '--seed is given twice'],
    ['beta zero', train('--beta 0'), '--beta is "0"; expected auto or a positive number'],
    ['beta negative', train('--beta -1'), '--beta is "-1"; expected auto or a positive number'],
    ['beta NaN', train('--beta NaN'), '--beta is "NaN"; expected auto or a positive number'],
    ['beta infinite', train('--beta 1e999'), '--beta is "1e999"; expected auto or a positive number'],
    ['beta hexadecimal', train('--beta 0x10'), '--beta is "0x10"; expected auto or a positive number'],
    ['an unknown task', train('--task ranking'), '--task is "ranking"; expected regression or classification'],
    [
      'an unknown model',
      train('--model tree'),
      '--model is "tree"; expected relu or gated or batch-norm or cnn or three-layer or layerwise',
    ],
    ['an unknown loss', train('--loss mse'), '--loss is "mse"; expected squared or huber or logistic or squaredHinge or softmax'],
    ['a bad boolean', train('--bias yes'), '--bias is "yes"; expected true or false'],
    ['a bad fraction', train('--test 20'), '--test is "20"; expected a fraction between 0 and 1'],
    ['a bad seed', train('--seed 1.5'), '--seed is "1.5"; expected an integer from 0 to 2^53 - 1'],
    ['a bad tolerance', train('--tolerance 0'), '--tolerance is "0"; expected a number between 0 and 1'],
    ['a bad time limit', train('--time-limit -3'), '--time-limit is "-3"; expected a positive number'],
    [
      'bad patterns',
      train('--patterns some'),
      '--patterns is "some"; expected auto, all, priced, certified or a positive integer',
    ],
    [
      'a certificate for gated networks',
      train('--model gated --certificate ./c.json'),
      '--certificate is for --model relu; gated networks have no certificate files',
    ],
    [
      'a certificate in place of the table',
      train('--certificate ./good.csv'),
      '{./good.csv} is an input; choose another --certificate',
    ],
    ['a bad policy', train('--missing guess'), '--missing is "guess"; expected error or drop or mean'],
    [
      'a bad separator',
      train('--separator ::'),
      '{./good.csv} the separator "::" must be one character, and no quote or line break',
    ],
    ['a table that is not there', on('nowhere.csv'), '{./nowhere.csv} cannot be read: no such file or folder'],
    [
      'a folder as table',
      'train ./ --target y --out ./kept.json',
      "{./} is a folder; name a file in it, or all of them by a pattern in quotes such as '{./}/*.csv'",
    ],
    ['an empty table', on('empty.csv'), '{./empty.csv} is empty'],
    ['a header alone', on('header.csv'), '{./header.csv} has a header but no rows'],
    ['a ragged row', on('ragged.csv'), '{./ragged.csv}, line 3: 2 fields; expected 3, as many as line 1 has'],
    ['an open quote', on('quote.csv'), '{./quote.csv}, line 3: a quote opens here and is never closed'],
    ['a repeated column', on('twice.csv'), '{./twice.csv}, line 1, column "a": the name occurs twice in the header'],
    [
      'decimal commas',
      on('comma.csv'),
      '{./comma.csv}, line 3, column "a": "2.5" has another decimal mark than "1,5"; write numbers as 1234.5, with a decimal point',
    ],
    [
      'a missing value',
      on('missing.csv'),
      '{./missing.csv}, line 4, column "b": the value is missing ("NA", unless --na names other markers); --missing drop leaves such rows out, --missing mean fills in the mean',
    ],
    [
      'an infinite value',
      on('infinite.csv'),
      '{./infinite.csv}, line 3, column "b": 1e999 is too large; numbers must be finite, with a magnitude of at most 1e300',
    ],
    [
      'one class',
      on('one-class.csv'),
      '{./one-class.csv}, column "y": every row has the same class "u"; two classes at least are needed',
    ],
    [
      'one row',
      on('one-row.csv'),
      '{./one-row.csv}, column "y": every row has the same class "u"; two classes at least are needed',
    ],
    [
      'one row of a number',
      'train ./one-row.csv --target a --task regression --out ./kept.json',
      '{./one-row.csv} leaves 1 row to learn from; at least 2 are needed',
    ],
    [
      'percent signs on some numbers',
      on('percent.csv'),
      '{./percent.csv}, line 3, column "b": "2 %" and "40": one has a unit, the other none; write the numbers alone, in one unit',
    ],
    ['an output without a name', train('').replace('--out ./kept.json', '--out='), '--out is empty; expected the name of a file'],
    ['the target ignored', train('--ignore y'), '--ignore leaves out "y", the target'],
    [
      'a test share that holds out nothing',
      train('--test 0.01'),
      '--test is 0.01; expected a fraction that leaves rows on both sides of 3 rows',
    ],
    [
      'constant columns',
      on('constant.csv'),
      '{./constant.csv} has no column left to learn from; column "a" is constant and is left out; column "b" is constant and is left out',
    ],
    ['no complete row', `${on('hole.csv')} --missing drop`, '{./hole.csv} leaves 0 rows to learn from; at least 2 are needed'],
    [
      'an unknown column',
      'train ./good.csv --target z --out ./kept.json',
      '{./good.csv} has no column "z" (the target); its columns are "a", "b", "y"',
    ],
    [
      'an unknown ignored column',
      train('--ignore z'),
      '{./good.csv} has no column "z" (--ignore); its columns are "a", "b", "y"',
    ],
    ['regression on texts', train('--task regression'), '{./good.csv}, line 2, column "y": "u" is not a number'],
    [
      'text of two encodings',
      on('latin.csv'),
      '{./latin.csv} holds letters in UTF-8 and others that are not; save it as "CSV UTF-8"',
    ],
    ['a binary file', on('binary.csv'), '{./binary.csv} contains NUL characters; it is not a text table (save it as CSV UTF-8)'],
    [
      'an output in no folder',
      'train ./good.csv --target y --out ./no/m.json',
      '{./no/m.json} cannot be written: no such file or folder',
    ],
    ['a folder as output', 'train ./good.csv --target y --out ./', '{./} cannot be written: it is a folder'],
    ['the table as output', 'train ./good.csv --target y --out ./good.csv', '{./good.csv} is an input; choose another --out'],
    ['no model', 'predict ./nowhere.json ./good.csv', '{./nowhere.json} cannot be read: no such file or folder'],
    ['a model alone', 'predict ./named.json', 'DATA.csv is missing; usage: cvxnn predict MODEL.json DATA.csv ...'],
    [
      'a model that is no JSON',
      'predict ./text.json ./good.csv',
      '{./text.json} is not a usable model: model is no complete JSON; the file is truncated or no model',
    ],
    [
      'a model of another kind',
      'inspect ./other.json',
      '{./other.json} is not a usable model: format is not "cvxnn-model"; cvxnn train writes such files',
    ],
    [
      'a list',
      'inspect ./list.json',
      '{./list.json} is not a usable model: format is not "cvxnn-model"; cvxnn train writes such files',
    ],
    ['null', 'inspect ./null.json', '{./null.json} is not a usable model: model is no object'],
    [
      'a model of another version',
      'inspect ./newer.json',
      '{./newer.json} is not a usable model: version is 99; this cvxnn reads version 1',
    ],
    [
      'a model without its name',
      'inspect ./bare.json',
      '{./bare.json} is not a usable model: model is none of relu, gated, batch-norm, cnn, three-layer, layerwise',
    ],
    [
      'a model without its table',
      'inspect ./named.json',
      '{./named.json} is not a usable model: table is missing; expected an object',
    ],
    [
      'a policy that cannot apply',
      'predict ./named.json ./good.csv --missing drop',
      '--missing is "drop"; expected error or mean',
    ],
    [
      'the model as output',
      'predict ./named.json ./good.csv --out ./named.json',
      '{./named.json} is an input; choose another --out',
    ],
    ['an export of no kind', 'export ./named.json --out ./x.js', '--to is missing; expected onnx, tfjs, js or json'],
    [
      'an export of an unknown kind',
      'export ./named.json --to exe --out ./x',
      '--to is "exe"; expected json or js or onnx or tfjs',
    ],
    ['an export to nowhere', 'export ./named.json --to js', '--out is missing; expected the name of the file to write'],
  ])('%s', async (_, line, message) => {
    const { code, out, err } = await place.cvxnn(line);
    const expected = message.replace(/\{\.\/(.*?)\}/g, (_, name: string) => place.at(name));
    const last = err.trimEnd().split('\n').at(-1);
    expect(last).toBe(`cvxnn: ${expected}`);
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).not.toMatch(/\n\s+at /);
  });
});

describe('help', () => {
  it.each(['--help', '-h', 'help', 'train --help', 'train -h', 'predict --help', 'inspect --help', 'export --help'])(
    '%s',
    async (line) => {
      const { code, out, err } = await place.cvxnn(line);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/^Usage: cvxnn /);
    },
  );

  it('names every option of train', async () => {
    const { trainKinds } = await import('../../src/cli/train-options.js');
    const { out } = await place.cvxnn('train --help');
    for (const name of Object.keys(trainKinds)) {
      if (name !== 'help') expect(out).toContain(`--${name}`);
    }
  });

  it('prints the version', async () => {
    expect(await place.cvxnn('--version')).toEqual({ code: 0, out: '1.2.3\n', err: '' });
  });
});
