"""What the peers in this folder share: the problem that bench/solve writes, its objective, and the line that they print.

Objective: sum of losses + beta * sum of block norms (never divided by n). Blocks are C x P x d, for exact ReLU V and then U.
"""
import json
import resource
import time

import numpy as np

ACCURACIES = ("1e-3", "1e-4", "1e-6")


class Problem:
    def __init__(self, folder):
        with open(folder + "/problem.json") as file:
            facts = json.load(file)
        self.loss, self.program = facts["loss"], facts["program"]
        self.beta, self.target = facts["beta"], facts["target"]
        self.n, self.d, self.P, self.C = (facts[name] for name in "ndPC")
        self.X = np.fromfile(folder + "/X.bin").reshape(self.n, self.d)
        self.Y = np.fromfile(folder + "/Y.bin").reshape(self.n, self.C)
        self.D = np.fromfile(folder + "/D.bin", dtype=np.uint8).reshape(self.n, self.P).astype(np.float64)
        self.G = np.fromfile(folder + "/G.bin").reshape(self.P, self.d)

    def value(self, f):
        if self.loss == "squared":
            return 0.5 * np.sum((f - self.Y) ** 2)
        return np.sum(np.logaddexp(0, -self.Y * f))

    def fit(self, V):
        return np.stack([np.sum((self.X @ V[c].T) * self.D, axis=1) for c in range(self.C)], axis=1)

    def objective(self, V, U=None):
        """inf where a block leaves its cone by more than 1e-6 of its largest value: it would undercut the optimum."""
        norms = np.sum(np.linalg.norm(V, axis=2))
        if U is None:
            return self.value(self.fit(V)) + self.beta * norms
        signs = 2 * self.D - 1
        for blocks in (V, U):
            for c in range(self.C):
                Z = self.X @ blocks[c].T
                if np.max(-signs * Z) > 1e-6 * max(np.max(np.abs(Z)), 1e-300):
                    return np.inf
        return self.value(self.fit(V - U)) + self.beta * (norms + np.sum(np.linalg.norm(U, axis=2)))

    def wide(self):
        """The n x Pd matrix [D_1 X, D_2 X, ...], for programs that know group lassos only."""
        return np.asfortranarray((self.D[:, :, None] * self.X[:, None, :]).reshape(self.n, self.P * self.d))


def sweep(problem, solve, tolerances, limit):
    """Solves at one tolerance after the other; the cheapest run that is accurate enough counts for each accuracy."""
    reached = dict.fromkeys(ACCURACIES)
    start = time.process_time()
    for tolerance in tolerances:
        before = time.process_time()
        blocks = solve(tolerance)
        seconds = time.process_time() - before
        objective = problem.objective(*blocks)
        for accuracy in ACCURACIES:
            good = objective <= problem.target * (1 + float(accuracy))
            if good and (reached[accuracy] is None or seconds < reached[accuracy]):
                reached[accuracy] = seconds
        if reached["1e-6"] is not None or time.process_time() - start > limit:
            break
    return reached


def report(reached, version, options):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"reached": reached, "peakMemoryMB": peak, "version": version, "options": options}))
