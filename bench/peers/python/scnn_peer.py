"""scnn on a gated program (R-FISTA) or an exact ReLU program (augmented Lagrangian). python3 scnn_peer.py FOLDER [SECONDS]

Its loss is |f - Y|^2 / (2 n C), so lambda = beta / (n C). `tol` is a SQUARED gradient norm of that loss. Columns of X are rescaled
by default, which is another penalty: off. The model sorts its patterns, so it is judged with the gates that it returns.
"""
import sys
from importlib.metadata import version

import numpy as np
from scnn.metrics import Metrics
from scnn.models import ConvexGatedReLU, ConvexReLU
from scnn.optimize import optimize_model
from scnn.regularizers import NeuronGL1
from scnn.solvers import AL, RFISTA

from problem import Problem, report, sweep

problem = Problem(sys.argv[1])
limit = float(sys.argv[2]) if len(sys.argv) > 2 else 60.0
if problem.loss != "squared":
    sys.exit("squared loss only")
gated = problem.program == "gated"


def solve(tolerance):
    model = (ConvexGatedReLU if gated else ConvexReLU)(problem.G.T.copy(), c=problem.C)
    solver = (
        RFISTA(model, max_iters=100000, tol=tolerance)
        if gated
        else AL(model, max_primal_iters=100000, max_dual_iters=100000, tol=tolerance, constraint_tol=tolerance)
    )
    model, _, _ = optimize_model(
        model,
        solver,
        Metrics(metric_freq=10**9),
        problem.X,
        problem.Y,
        regularizer=NeuronGL1(problem.beta / (problem.n * problem.C)),
        return_convex=True,
        unitize_data=False,
        dtype="float64",
    )
    problem.D = (problem.X @ np.asarray(model.G) > 0).astype(np.float64)
    return [np.asarray(blocks).reshape(problem.C, -1, problem.d) for blocks in model.parameters]


reached = sweep(problem, solve, [10.0**-k for k in range(4, 19)], limit)
report(
    reached,
    "pyscnn " + version("pyscnn"),
    ("RFISTA" if gated else "AL") + ", float64, unitize_data off, cheapest of tol 1e-4 .. 1e-18",
)
