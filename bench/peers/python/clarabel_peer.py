"""Clarabel on a gated or exact ReLU program as a cone program. python3 clarabel_peer.py FOLDER [SECONDS]

Variables: blocks v (and u for ReLU), a bound t for every block's norm, the residual r (squared loss) or a bound s for every
sample's loss (logistic, by two exponential cones each). Minimized: 1/2 |r|^2 or sum s, plus beta sum t. Stated directly, so no time of
cvxpy is counted.
"""
import sys

import clarabel
import numpy as np
from scipy import sparse

from problem import Problem, report, sweep

problem = Problem(sys.argv[1])
limit = float(sys.argv[2]) if len(sys.argv) > 2 else 60.0
if problem.C != 1:
    sys.exit("one output only")
n, d, relu, squared = problem.n, problem.d, problem.program == "relu", problem.loss == "squared"
T = sparse.csc_matrix(problem.wide())
if relu:
    T = sparse.hstack([T, -T], format="csc")
blocks = T.shape[1] // d
width, extra = blocks * d, n if squared else 3 * n
total = width + blocks + extra
y = problem.Y[:, 0]


def columns(matrix, start):
    """`matrix` as rows over all variables, its columns from `start` on."""
    matrix = sparse.coo_matrix(matrix)
    return sparse.csc_matrix((matrix.data, (matrix.row, matrix.col + start)), shape=(matrix.shape[0], total))


A, b, cones = [], [], []
P = sparse.csc_matrix((total, total))
q = np.concatenate([np.zeros(width), problem.beta * np.ones(blocks), np.zeros(extra)])
if squared:
    # r = T v - y
    A.append(columns(T, 0) - columns(sparse.identity(n), width + blocks))
    b.append(y)
    cones.append(clarabel.ZeroConeT(n))
    P = sparse.diags(np.concatenate([np.zeros(width + blocks), np.ones(n)]), format="csc")
if relu:
    # (2 D_i - 1) X v_i >= 0
    signs = 2 * problem.D - 1
    rows = [sparse.csc_matrix(signs[:, i : i + 1] * problem.X) for i in range(problem.P)]
    A.append(columns(-sparse.block_diag(rows + rows), 0))
    b.append(np.zeros(n * blocks))
    cones.append(clarabel.NonnegativeConeT(n * blocks))
if not squared:
    # exp(-s) <= a, exp(-y f - s) <= c, a + c <= 1
    s, a, c = (width + blocks + k * n for k in range(3))
    eye = sparse.identity(n)
    A.append(columns(eye, a) + columns(eye, c))
    b.append(np.ones(n))
    cones.append(clarabel.NonnegativeConeT(n))
    exponents = [columns(eye, s), columns(sparse.diags(y) @ T, 0) + columns(eye, s)]
    for exponent, bound in zip(exponents, (a, c)):
        triple = sparse.vstack([exponent, sparse.csc_matrix((n, total)), -columns(eye, bound)], format="csr")
        A.append(triple[np.arange(3 * n).reshape(3, n).T.ravel()])
        b.append(np.tile([0.0, 1.0, 0.0], n))
        cones += [clarabel.ExponentialConeT()] * n
    q[s : s + n] = 1
# (t_b, v_b) in a second-order cone
order = np.concatenate([np.concatenate([[width + k], np.arange(k * d, (k + 1) * d)]) for k in range(blocks)])
A.append(sparse.csc_matrix((-np.ones(len(order)), (np.arange(len(order)), order)), shape=(len(order), total)))
b.append(np.zeros(len(order)))
cones += [clarabel.SecondOrderConeT(d + 1)] * blocks
A, b = sparse.vstack(A, format="csc"), np.concatenate(b)


def solve(tolerance):
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.time_limit = limit
    settings.max_threads = 1
    settings.tol_gap_rel = settings.tol_gap_abs = settings.tol_feas = tolerance
    x = np.array(clarabel.DefaultSolver(P, q, A, b, cones, settings).solve().x)
    V = x[:width].reshape(-1, problem.P, d)
    return [V[:1], V[1:]] if relu else [V]


reached = sweep(problem, solve, [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9], limit)
report(reached, "clarabel " + clarabel.__version__, "conic form stated directly, one thread, cheapest of tolerances 1e-3 .. 1e-9")
