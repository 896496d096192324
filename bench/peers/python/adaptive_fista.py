"""Adaptive FISTA in NumPy on a gated instance: the strongest first-order peer of the stored figures, run wherever NumPy is.

python3 adaptive_fista.py FOLDER [SECONDS], see README.md. Prints one JSON line with
the processor seconds until the objective is within 1e-3, 1e-4, 1e-6 of the target, null where it never is.
Backtracking to 0.8 of the step, growth by 1.25 while the model is ample, restart by the gradient; A V is kept, so that a trial costs
one product each way.
"""
import sys
import time

import numpy as np

from problem import ACCURACIES, Problem, report


def shrink(Z, step):
    norms = np.linalg.norm(Z, axis=2, keepdims=True)
    return Z * np.maximum(0, 1 - step / np.maximum(norms, 1e-300))


def solve(problem, limit):
    X, Y, D, beta, target = problem.X, problem.Y, problem.D, problem.beta, problem.target
    squared, value, forward = problem.loss == "squared", problem.value, problem.fit
    gradient = (lambda f: f - Y) if squared else (lambda f: -Y / (1 + np.exp(Y * f)))
    adjoint = lambda r: np.stack([(D * r[:, c : c + 1]).T @ X for c in range(problem.C)])
    reached = dict.fromkeys(ACCURACIES)
    start = time.process_time()
    V = np.zeros((problem.C, problem.P, problem.d))
    fit = np.zeros(Y.shape)
    Z, fitZ = V, fit
    g = adjoint(gradient(fit))
    step = np.sum(g * g) / np.sum(forward(g) ** 2)
    momentum, iterations = 1.0, 0
    while any(entry is None for entry in reached.values()) and time.process_time() - start < limit:
        iterations += 1
        r = gradient(fitZ)
        g = adjoint(r)
        before = value(fitZ)
        while True:
            new = shrink(Z - step * g, step * beta)
            fit_new = forward(new)
            moved = new - Z
            change = fit_new - fitZ
            distance = np.sum(moved * moved) / (2 * step)
            if squared:
                error = 0.5 * np.sum(change * change)
            else:
                error = value(fit_new) - before - np.sum(r * change)
            if error <= distance:
                break
            step *= 0.8
        if 5 * error < distance:
            step *= 1.25
        objective = value(fit_new) + beta * np.sum(np.linalg.norm(new, axis=2))
        for accuracy in reached:
            if reached[accuracy] is None and objective <= target * (1 + float(accuracy)):
                reached[accuracy] = time.process_time() - start
        grown = 0.5 * (1 + np.sqrt(1 + 4 * momentum**2))
        weight = (momentum - 1) / grown
        if np.sum(moved * (new - V)) < 0:
            weight, grown = 0.0, 1.0
        Z = new + weight * (new - V)
        fitZ = fit_new + weight * (fit_new - fit)
        V, fit, momentum = new, fit_new, grown
    return reached


if __name__ == "__main__":
    problem = Problem(sys.argv[1])
    reached = solve(problem, float(sys.argv[2]) if len(sys.argv) > 2 else 60.0)
    report(reached, "numpy " + np.__version__, "adaptive FISTA of this repository, one thread")
