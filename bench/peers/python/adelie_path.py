"""adelie's path over given values. python3 adelie_path.py FOLDER BETAS OBJECTIVES TOLERANCE (lists as JSON)

Runs it at one tolerance after the other and prints the first run whose objectives are all within TOLERANCE of the given ones, else the last.
"""
import json
import sys
import time
from importlib.metadata import version

import adelie as ad
import numpy as np

from problem import Problem

problem = Problem(sys.argv[1])
betas, objectives = (np.array(json.loads(argument)) for argument in sys.argv[2:4])
A = ad.matrix.dense(problem.wide(), method="naive", n_threads=1)
y = problem.Y[:, 0]
glm = ad.glm.gaussian(y=y) if problem.loss == "squared" else ad.glm.binomial(y=(y + 1) / 2)
for tolerance in [10.0**-k for k in range(6, 15)]:
    start = time.process_time()
    state = ad.grpnet(
        X=A,
        glm=glm,
        groups=np.arange(0, problem.P * problem.d, problem.d),
        penalty=np.ones(problem.P),
        lmda_path=betas / problem.n,
        intercept=False,
        early_exit=False,
        tol=tolerance,
        irls_tol=tolerance,
        n_threads=1,
        progress_bar=False,
    )
    seconds = time.process_time() - start
    worst = 0.0
    for beta, objective, row in zip(betas, objectives, state.betas.toarray()):
        problem.beta = beta
        worst = max(worst, problem.objective(row.reshape(1, problem.P, problem.d)) / objective - 1)
    if worst <= float(sys.argv[4]):
        break
print(json.dumps({"seconds": seconds, "worst": worst, "version": "adelie " + version("adelie")}))
