// Joins state, data, training and pictures: every change of the state is in the address, and the address gives the state.
import { runAdam, stopAdam } from './adam.js';
import { pointsOf, pointsOfTable } from './data.js';
import { drawPlane, extent, lossChart } from './draw.js';
import { stopPath, trainPath } from './model.js';
import { dataSets, fromHash, pathLength, rates, toHash } from './state.js';

const seeds = 10;
const adamSteps = 1500;
const element = (id) => document.getElementById(id);
const names = {
  xor: 'XOR',
  spiral: 'Spiral',
  circles: 'Circles',
  moons: 'Moons',
  checkerboard: 'Checkerboard',
  drawn: 'Drawn or table',
};

let state = fromHash(location.hash);
let points = pointsOf(state);
/** Finished steps of the path by index. */
let path = [];
let cursor = null;
let adam = null;
let pending = 0;

function buildControls() {
  element('data').append(
    ...dataSets.map((name) => {
      const label = document.createElement('label');
      const input = Object.assign(document.createElement('input'), { type: 'radio', name: 'data', value: name });
      input.addEventListener('change', () => change({ data: name, ...(name === 'drawn' ? { points } : {}) }));
      label.append(input, names[name]);
      return label;
    }),
  );
  element('rate').max = String(rates.length - 1);
  element('step').max = String(pathLength - 1);
  for (const key of ['noise', 'size'])
    element(key).addEventListener('input', ({ target }) => change({ [key]: Number(target.value) }));
  element('step').addEventListener('input', ({ target }) => change({ step: Number(target.value) }));
  element('rate').addEventListener('input', ({ target }) => change({ rate: rates[Number(target.value)] }));
  element('again').addEventListener('click', () =>
    change({ seed: state.seed + 1, ...(state.data === 'drawn' ? { data: 'xor' } : {}) }),
  );
  element('clear').addEventListener('click', () => change({ data: 'drawn', points: [] }));
  element('adam').addEventListener('click', startAdam);
  element('file').addEventListener('change', ({ target }) => readTable(target.files[0]));
  document.addEventListener('dragover', (event) => event.preventDefault());
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    readTable(event.dataTransfer.files[0]);
  });
  const plane = element('plane');
  plane.addEventListener('pointerdown', placePoint);
  plane.addEventListener('keydown', steerCursor);
  plane.addEventListener('blur', () => {
    cursor = null;
    paint();
  });
  addEventListener('hashchange', () => change(fromHash(location.hash)));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', paint);
}

/** The one way in which the state changes. */
function change(fields) {
  const before = state;
  state = { ...state, ...fields };
  const hash = toHash(state);
  if (hash !== toHash(fromHash(location.hash))) history.replaceState(null, '', `#${hash}`);
  const dataKeys = ['data', 'noise', 'size', 'seed', 'points'];
  if (dataKeys.some((key) => before[key] !== state[key])) {
    points = pointsOf(state);
    element('message').textContent = '';
    retrain();
  } else if (before.step !== state.step || before.rate !== state.rate) dropAdam();
  paint();
}

/** Waits for a moment of rest, so that dragging a slider does not start a fit for every value. */
function retrain() {
  stopPath();
  dropAdam();
  path = [];
  clearTimeout(pending);
  pending = setTimeout(train, 120);
}

async function train() {
  const own = points;
  const kinds = new Set(points.map(({ label }) => label));
  if (points.length < 2 || kinds.size < 2) return paint();
  try {
    await trainPath(own, (step) => {
      if (own !== points) return;
      path[step.index] = step;
      paint();
    });
  } catch (error) {
    element('message').textContent = error.message;
  }
  paint();
}

/** The step that the slider asks for, or the nearest one that is there. */
const shown = () => path[Math.min(state.step, path.length - 1)] ?? null;

function placePoint(event) {
  const box = event.currentTarget.getBoundingClientRect();
  const place = (share) => 2 * extent * share - extent;
  const label = event.shiftKey || event.button === 2 ? 0 : 1;
  addPoint({ x: place((event.clientX - box.left) / box.width), y: -place((event.clientY - box.top) / box.height), label });
}

function addPoint({ x, y, label }) {
  const rounded = { x: Math.round(100 * x) / 100, y: Math.round(100 * y) / 100, label };
  change({ data: 'drawn', points: [...points.slice(0, 299), rounded] });
}

function steerCursor(event) {
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  const move = moves[event.key];
  if (move) {
    const limit = (value) => Math.max(-extent, Math.min(extent, value));
    const { x, y } = cursor ?? { x: 0, y: 0 };
    cursor = { x: limit(x + 0.05 * move[0]), y: limit(y + 0.05 * move[1]) };
    paint();
  } else if (event.key === 'Enter' && cursor) addPoint({ ...cursor, label: event.shiftKey ? 0 : 1 });
  else if (event.key === 'Backspace' && points.length > 0) change({ data: 'drawn', points: points.slice(0, -1) });
  else return;
  event.preventDefault();
}

async function readTable(file) {
  if (!file) return;
  try {
    change({ data: 'drawn', points: pointsOfTable(await file.text()) });
  } catch (error) {
    element('message').textContent = error.message;
  }
}

function dropAdam() {
  stopAdam();
  adam = null;
}

function startAdam() {
  const step = shown();
  if (!step) return;
  adam = { step, curves: Array.from({ length: seeds }, () => []), done: false, error: null };
  const own = adam;
  runAdam(points, step.beta, state.rate, seeds, (message) => {
    if (message.error) own.error = message.error;
    else if (message.done) own.done = true;
    else own.curves[message.seed].push(message);
    requestAnimationFrame(paintAdam);
  });
  paint();
}

const digits = (value) =>
  Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5 ? String(Number(value.toPrecision(7))) : value.toExponential(3);

function paintControls() {
  for (const input of document.querySelectorAll('input[name="data"]')) input.checked = input.value === state.data;
  for (const key of ['noise', 'size', 'step']) element(key).value = String(state[key]);
  element('noise-value').textContent = state.noise.toFixed(2);
  element('size-value').textContent = String(state.data === 'drawn' ? points.length : state.size);
  element('rate').value = String(rates.indexOf(state.rate));
  element('rate-value').textContent = String(state.rate);
}

function paintFacts(step) {
  const text = (id, value) => {
    element(id).textContent = value;
  };
  text('step-value', step ? digits(step.beta) : '');
  const kinds = new Set(points.map(({ label }) => label));
  const waiting = kinds.size < 2 ? 'Two classes are needed: add points of both.' : 'Training…';
  text('progress', path.length >= pathLength ? '' : step ? `${path.length} of ${pathLength} values of β are trained.` : waiting);
  if (!step) {
    for (const id of ['objective', 'bound', 'gap', 'neurons', 'accuracy', 'seconds', 'verdict']) text(id, '');
    return;
  }
  const { objective, lowerBound, relativeGap, patternGap, provenGlobal } = step.certificate;
  text('objective', digits(objective));
  text('bound', lowerBound === null ? 'none proven' : digits(lowerBound));
  text('gap', (relativeGap ?? patternGap).toExponential(1));
  text('neurons', String(step.network.neurons));
  const scores = step.network.predict(points.map(({ x, y }) => [x, y]));
  const right = points.filter(({ label }, k) => (scores[k] >= 0 ? 1 : 0) === label).length;
  text('accuracy', `${right} of ${points.length}`);
  text('seconds', `${step.seconds.toFixed(2)} s`);
  element('verdict').className = provenGlobal ? 'proven' : '';
  text(
    'verdict',
    provenGlobal
      ? 'Proven: no ReLU network of any width has a smaller training objective.'
      : 'Not proven over all patterns within the time; the gap is to the best bound, or to the bound over the patterns found.',
  );
}

function paintAdam() {
  element('adam').disabled = shown() === null;
  if (!adam) {
    element('chart').replaceChildren();
    element('adam-verdict').textContent = '';
    return;
  }
  const { step, curves, done, error } = adam;
  const { objective, lowerBound } = step.certificate;
  element('chart').innerHTML = lossChart(curves, objective, lowerBound ?? 0, adamSteps);
  const ends = curves.map((curve) => curve[curve.length - 1]).filter((end) => end && end.step === adamSteps);
  const within = (share) => ends.filter((end) => end.objective <= objective * (1 + share)).length;
  const best = Math.min(...ends.map((end) => end.objective));
  element('adam-verdict').textContent = error
    ? `Adam cannot run: ${error}`
    : ends.length === 0
      ? 'Adam is running…'
      : `${done ? '' : `${ends.length} of ${seeds} runs ended. `}Within 1 % of the optimum: ${within(0.01)} of ${ends.length}; within 0.1 %: ${within(0.001)}. Best run: ${digits(best)}.`;
}

function paint() {
  const step = shown();
  paintControls();
  drawPlane(element('plane'), { network: step?.network ?? null, points, cursor });
  paintFacts(step);
  paintAdam();
}

buildControls();
paint();
retrain();
