/**
 * Typed signatures of the exports of core.wasm: the only file that names them. Every argument called like a memory
 * object is an address in bytes; sizes and counts are integers. Kernels allocate nothing and never throw.
 */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  // dense.ts: contiguous vectors, row-major matrices
  dot(x: number, y: number, n: number): number;
  norm(x: number, n: number): number;
  addScaled(scale: number, x: number, y: number, n: number): void;
  scaleVector(scale: number, x: number, n: number): void;
  fill(x: number, value: number, n: number): void;
  copyVector(x: number, out: number, n: number): void;
  multiplyVector(A: number, x: number, out: number, rows: number, columns: number): void;
  multiplyTransposedVector(A: number, x: number, out: number, rows: number, columns: number): void;
  // multiply.ts: C (m x n); A is m x k; `...Workspace` in bytes
  multiplyTransposed(A: number, B: number, C: number, m: number, n: number, k: number, work: number): void;
  multiplyTransposedWorkspace(m: number, n: number, k: number): number;
  multiply(A: number, B: number, C: number, m: number, n: number, k: number, work: number): void;
  multiplyWorkspace(m: number, n: number, k: number): number;
  symmetricProduct(A: number, C: number, m: number, k: number, work: number): void;
  symmetricProductPart(A: number, C: number, m: number, k: number, p: number, from: number, to: number, work: number): void;
  symmetricProductWorkspace(m: number, n: number, k: number): number;
  // factor.ts: lower triangles; cholesky returns 0 or the number of the pivot that failed
  cholesky(A: number, n: number, work: number): number;
  choleskyBlock(A: number, n: number, start: number, work: number): number;
  choleskyUpdate(A: number, n: number, start: number, from: number, to: number, work: number): void;
  choleskyWorkspace(n: number): number;
  choleskySolve(L: number, b: number, n: number): void;
  // eigen.ts: vectors are rows; 0 or 1 (an entry is not finite)
  symmetricEigen(A: number, values: number, vectors: number, n: number, work: number): number;
  symmetricEigenWorkspace(n: number): number;
  thinSvd(A: number, U: number, S: number, V: number, rows: number, columns: number, work: number): number;
  thinSvdWorkspace(rows: number, columns: number): number;
  // functions.ts
  exponential(x: number): number;
  logarithm(x: number): number;
  logarithm1p(x: number): number;
  /** Of 2 pi k / n, 0 <= k < n. */
  cosineOfTurn(k: number, n: number): number;
  sineOfTurn(k: number, n: number): number;
  // fourier.ts
  realFourier(x: number, out: number, rows: number, n: number, work: number): void;
  inverseRealFourier(x: number, out: number, rows: number, n: number, work: number): void;
  realFourierWorkspace(n: number): number;
  // losses.ts: sums over single numbers; `kind` 0 squared, 1 logistic, 2 squared hinge, 3 Huber
  evaluateLoss(fit: number, y: number, weights: number, count: number, kind: number, delta: number): number;
  negateLossGradient(fit: number, y: number, weights: number, lambda: number, count: number, kind: number, delta: number): void;
  evaluateCurvature(fit: number, y: number, weights: number, out: number, count: number, kind: number, delta: number): void;
  evaluateDual(lambda: number, y: number, weights: number, scale: number, count: number, kind: number, delta: number): number;
  maximizeQuadraticDual(lambda: number, y: number, weights: number, count: number): number;
  invertLossGradient(lambda: number, y: number, weights: number, scale: number, fit: number, count: number, kind: number): void;
  // softmax.ts
  evaluateSoftmax(fit: number, y: number, weights: number, samples: number, outputs: number): number;
  negateSoftmaxGradient(fit: number, y: number, weights: number, lambda: number, samples: number, outputs: number): void;
  evaluateSoftmaxCurvature(fit: number, weights: number, out: number, samples: number, outputs: number): void;
  applySoftmaxCurvature(fit: number, weights: number, x: number, out: number, samples: number, outputs: number): void;
  evaluateSoftmaxDual(lambda: number, y: number, weights: number, scale: number, samples: number, outputs: number): number;
  invertSoftmaxGradient(
    lambda: number,
    y: number,
    weights: number,
    scale: number,
    fit: number,
    samples: number,
    outputs: number,
  ): void;
  // masked.ts: bit matrices are rows of packed bits `stride` bytes apart, least significant first, with a spare zero word
  binaryMultiply(
    bits: number,
    stride: number,
    dense: number,
    out: number,
    rows: number,
    inner: number,
    columns: number,
    work: number,
  ): void;
  binaryMultiplyWorkspace(rows: number, inner: number, columns: number): number;
  rowDots(A: number, B: number, out: number, rows: number, columns: number): void;
  scaleRows(X: number, r: number, out: number, rows: number, columns: number): void;
  // patterns.ts
  transposeBits(bits: number, stride: number, rows: number, inner: number, out: number, outStride: number): void;
  signPatterns(
    X: number,
    gates: number,
    bits: number,
    stride: number,
    samples: number,
    gateCount: number,
    columns: number,
    work: number,
  ): void;
  signPatternsWorkspace(samples: number, columns: number): number;
  /** Returns how many patterns differ; `index` holds the first occurrence of each (i32). */
  uniquePatterns(bits: number, stride: number, count: number, samples: number, index: number, work: number): number;
  uniquePatternsWorkspace(count: number): number;
  countBits(bits: number, stride: number, count: number, out: number): void;
  overlapCounts(bits: number, stride: number, count: number, out: number): void;
  complementPatterns(bits: number, stride: number, count: number, samples: number, out: number): void;
  // gram.ts, gram-blocks.ts, pattern-kernel.ts: `weights` is n numbers or 0; `pairs` two i32 a block; bitsT is the transposed pattern matrix
  maskedGram(X: number, bitsA: number, bitsB: number, weights: number, out: number, n: number, d: number, work: number): void;
  maskedGramWorkspace(n: number, d: number): number;
  maskedGramBlocks(
    X: number,
    bits: number,
    stride: number,
    pairs: number,
    weights: number,
    out: number,
    n: number,
    d: number,
    count: number,
    work: number,
  ): void;
  maskedGramBlocksWorkspace(n: number, d: number, stride: number, count: number): number;
  addPatternKernel(
    K: number,
    bitsT: number,
    strideT: number,
    scales: number,
    H: number,
    n: number,
    active: number,
    work: number,
  ): void;
  addPatternKernelPart(
    K: number,
    bitsT: number,
    strideT: number,
    scales: number,
    H: number,
    n: number,
    active: number,
    start: number,
    end: number,
    work: number,
  ): void;
  addPatternKernelWorkspace(n: number, active: number): number;

  // cones.ts, prox.ts
  projectConeWorkspace(d: number): number;
  projectCone(
    A: number,
    inverseNorms: number,
    bits: number,
    z: number,
    threshold: number,
    set: number,
    p: number,
    rows: number,
    d: number,
    work: number,
  ): number;
  proxConeGroups(
    z: number,
    step: number,
    cones: number,
    sets: number,
    out: number,
    norms: number,
    blocks: number,
    d: number,
    work: number,
  ): void;
  coneGroupsDualNorm(
    g: number,
    floor: number,
    cones: number,
    sets: number,
    p: number,
    blocks: number,
    d: number,
    work: number,
  ): number;
  sumGroupNorms(v: number, blocks: number, d: number): number;
  coneGroupFactor(v: number, norm: number, step: number, cone: number, set: number, out: number, d: number, work: number): number;
  coneGroupShrinkage(
    v: number,
    norm: number,
    step: number,
    cone: number,
    set: number,
    out: number,
    d: number,
    work: number,
  ): number;

  // spectral.ts: blocks in Fourier coordinates; cones and sets as in prox.ts, `uppers` one number a block
  spectralWorkspace(d: number): number;
  proxConeSpectra(
    z: number,
    step: number,
    cones: number,
    sets: number,
    out: number,
    blocks: number,
    d: number,
    work: number,
  ): void;
  sumSpectralNorms(v: number, blocks: number, d: number): number;
  coneSpectraDualNorm(g: number, cones: number, sets: number, uppers: number, blocks: number, d: number, work: number): number;

  // nuclear.ts: blocks rows x columns; `factors` holds U, S, V of each, k (rows + columns + 1) doubles, k the smaller side
  nuclearWorkspace(rows: number, columns: number): number;
  shrinkSingularValues(
    z: number,
    step: number,
    out: number,
    factors: number,
    blocks: number,
    rows: number,
    columns: number,
    work: number,
  ): void;
  maximizeSpectralNorm(g: number, floor: number, blocks: number, rows: number, columns: number, work: number): number;
  sumSingularValues(v: number, blocks: number, rows: number, columns: number, work: number): number;
  nuclearFactor(factors: number, step: number, out: number, rows: number, columns: number, work: number): number;

  // elements.ts
  addCompensated(x: number, sum: number, error: number, n: number): void;
  multiplyElements(x: number, y: number, out: number, n: number): void;
  squareRoots(x: number, out: number, n: number): void;
  scaleColumns(A: number, s: number, out: number, rows: number, columns: number): void;
  shiftScaled(A: number, s: number, scale: number, out: number, n: number): void;
  multiplySymmetricVector(A: number, x: number, out: number, n: number): void;
  transposeMatrix(A: number, out: number, rows: number, columns: number): void;

  // features.ts
  stridedRowDots(A: number, B: number, out: number, rows: number, columns: number, strideB: number): void;
  stridedScaleRows(X: number, r: number, out: number, rows: number, columns: number, strideOut: number): void;
  sumRows(A: number, out: number, rows: number, columns: number): void;
  addToRows(scale: number, x: number, A: number, rows: number, columns: number): void;
  maskRows(A: number, mask: number, slope: number, rows: number, columns: number): void;

  // pooling.ts
  poolPatches(
    rows: number,
    bits: number,
    stride: number,
    region: number,
    scales: number,
    out: number,
    n: number,
    h: number,
    patches: number,
    patterns: number,
    regions: number,
    work: number,
  ): void;
  poolPatchesWorkspace(patterns: number, regions: number, h: number): number;

  // panels.ts: rows packed in single precision
  packedRowsBytes(n: number, d: number): number;
  packRowPanels(X: number, out: number, n: number, d: number): void;

  // arcs.ts: `rows` packed
  climbArcsWorkspace(n: number, d: number): number;
  climbArcs(
    rows: number,
    lambda: number,
    slope: number,
    directions: number,
    values: number,
    count: number,
    steps: number,
    n: number,
    d: number,
    work: number,
  ): void;

  // smooth.ts: `rows` and neurons packed in single precision; u is m x d, signs are m doubles
  packedNeuronsBytes(m: number, d: number): number;
  unitSlopesBytes(n: number, m: number): number;
  packNeurons(u: number, signs: number, omega: number, least: number, round: number, out: number, m: number, d: number): number;
  forwardUnits(rows: number, neurons: number, slope: number, slopes: number, fit: number, n: number, m: number, d: number): void;
  finishGradient(
    u: number,
    signs: number,
    bands: number,
    omega: number,
    round: number,
    beta: number,
    gradient: number,
    m: number,
    d: number,
  ): void;
  backwardUnitsWorkspace(): number;
  backwardUnits(
    rows: number,
    slopes: number,
    lambda: number,
    slope: number,
    gradient: number,
    bands: number,
    n: number,
    m: number,
    d: number,
    work: number,
  ): void;

  // units.ts
  addUnit(z: number, sign: number, slope: number, f: number, n: number): void;
  unitGradient(z: number, sign: number, slope: number, lambda: number, n: number): void;

  // price.ts
  searchDirectionsWorkspace(n: number, d: number): number;
  searchDirections(
    X: number,
    inverseNorms: number,
    lambda: number,
    slope: number,
    cutoff: number,
    directions: number,
    values: number,
    bits: number,
    stride: number,
    count: number,
    n: number,
    d: number,
    work: number,
  ): void;

  // masked-outer.ts
  addMaskedOuter(
    X: number,
    bits: number,
    C: number,
    sign: number,
    B: number,
    n: number,
    d: number,
    k: number,
    work: number,
  ): void;
  addMaskedOuterWorkspace(n: number, d: number, k: number): number;

  // branch.ts: rows are padded to an even number of doubles
  branchStateBytes(rows: number, d: number): number;
  branchFrameBytes(rows: number, d: number): number;
  branchStart(X: number, kinks: number, linear: number, state: number, rows: number, d: number): void;
  /** 0: proven up to nodes given up; 1: violated; 2: out of budget; 3: state or trace is full. */
  branchContinue(
    X: number,
    kinks: number,
    steps: number,
    threshold: number,
    state: number,
    capacity: number,
    trace: number,
    traceCapacity: number,
    budget: number,
    d: number,
  ): number;
}
