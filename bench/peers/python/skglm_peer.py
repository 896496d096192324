"""skglm on a gated program: a group lasso over the columns of [D_1 X, D_2 X, ...]. python3 skglm_peer.py FOLDER [SECONDS]

Its loss is divided by n, so alpha = beta / n. A first solve, not timed, lets numba compile.
"""
import sys
from importlib.metadata import version

import numpy as np
from skglm.datafits import LogisticGroup, QuadraticGroup
from skglm.penalties import WeightedGroupL2
from skglm.solvers import GroupBCD, GroupProxNewton
from skglm.utils.data import grp_converter
from skglm.utils.jit_compilation import compiled_clone

from problem import Problem, report, sweep

problem = Problem(sys.argv[1])
limit = float(sys.argv[2]) if len(sys.argv) > 2 else 60.0
if problem.C != 1:
    sys.exit("one output only")
A, y = problem.wide(), np.ascontiguousarray(problem.Y[:, 0])
indices, ends = grp_converter(problem.d, A.shape[1])
squared = problem.loss == "squared"
penalty = compiled_clone(WeightedGroupL2(problem.beta / problem.n, np.ones(problem.P), ends, indices))
datafit = compiled_clone((QuadraticGroup if squared else LogisticGroup)(ends, indices))


def solve(tolerance, steps=100000):
    solver = (
        GroupBCD(max_iter=steps, max_epochs=1000, tol=tolerance)
        if squared
        else GroupProxNewton(max_iter=steps, tol=tolerance)
    )
    return (solver.solve(A, y, datafit, penalty)[0].reshape(1, problem.P, problem.d),)


solve(1.0, 1)
reached = sweep(problem, solve, [10.0**-k for k in range(2, 13)], limit)
report(
    reached,
    "skglm " + version("skglm"),
    ("GroupBCD" if squared else "GroupProxNewton") + ", no intercept, compiled before, cheapest of tol 1e-2 .. 1e-12",
)
