"""adelie on a gated program: a group lasso over the columns of [D_1 X, D_2 X, ...]. python3 adelie_peer.py FOLDER [SECONDS]

Its loss is divided by n, so lambda = beta / n; its penalty weights default to the root of the group size, so ones are passed.
"""
import sys
from importlib.metadata import version

import adelie as ad
import numpy as np

from problem import Problem, report, sweep

problem = Problem(sys.argv[1])
limit = float(sys.argv[2]) if len(sys.argv) > 2 else 60.0
if problem.C != 1:
    sys.exit("one output only")
A = ad.matrix.dense(problem.wide(), method="naive", n_threads=1)
y = problem.Y[:, 0]
glm = ad.glm.gaussian(y=y) if problem.loss == "squared" else ad.glm.binomial(y=(y + 1) / 2)
beta = problem.beta / problem.n


def solve(tolerance):
    state = ad.grpnet(
        X=A,
        glm=glm,
        groups=np.arange(0, problem.P * problem.d, problem.d),
        penalty=np.ones(problem.P),
        lmda_path=np.array([beta]),
        intercept=False,
        early_exit=False,
        tol=tolerance,
        irls_tol=tolerance,
        n_threads=1,
        progress_bar=False,
    )
    return (state.betas.toarray()[-1].reshape(1, problem.P, problem.d),)


reached = sweep(problem, solve, [10.0**-k for k in range(5, 17)], limit)
report(reached, "adelie " + version("adelie"), "dense matrix, unit penalties, no intercept, one thread, cheapest of tol 1e-5 .. 1e-16")
