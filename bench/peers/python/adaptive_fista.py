"""Adaptive FISTA in NumPy on a gated instance: the strongest first-order peer of the stored figures, run wherever NumPy is.

python3 adaptive_fista.py FOLDER [SECONDS]: FOLDER is written by bench/solve (problem.json and raw arrays). Prints one JSON line with
the processor seconds until the objective is within 1e-3, 1e-4, 1e-6 of the target in problem.json, null where it never is.
Backtracking to 0.8 of the step, growth by 1.25 while the model is ample, restart by the gradient; A V is kept, so that a trial costs
one product each way.
"""
import json
import resource
import sys
import time

import numpy as np


def load(folder):
    with open(folder + "/problem.json") as file:
        problem = json.load(file)
    n, d, P = problem["n"], problem["d"], problem["P"]
    X = np.fromfile(folder + "/X.bin").reshape(n, d)
    y = np.fromfile(folder + "/Y.bin").reshape(n)
    D = np.fromfile(folder + "/D.bin", dtype=np.uint8).reshape(n, P).astype(np.float64)
    return problem, X, y, D


def losses(name, y):
    if name == "squared":
        return (lambda f: 0.5 * np.sum((f - y) ** 2)), (lambda f: f - y)
    return (lambda f: np.sum(np.logaddexp(0, -y * f))), (lambda f: -y / (1 + np.exp(y * f)))


def shrink(Z, step):
    norms = np.linalg.norm(Z, axis=1, keepdims=True)
    return Z * np.maximum(0, 1 - step / np.maximum(norms, 1e-300))


def solve(problem, X, y, D, limit):
    value, gradient = losses(problem["loss"], y)
    beta, target = problem["beta"], problem["target"]
    reached = {"1e-3": None, "1e-4": None, "1e-6": None}
    forward = lambda V: np.sum((X @ V.T) * D, axis=1)
    adjoint = lambda r: (D * r[:, None]).T @ X
    start = time.process_time()
    V = np.zeros((D.shape[1], X.shape[1]))
    fit = np.zeros(len(y))
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
            if problem["loss"] == "squared":
                error = 0.5 * np.sum(change * change)
            else:
                error = value(fit_new) - before - r @ change
            if error <= distance:
                break
            step *= 0.8
        if 5 * error < distance:
            step *= 1.25
        objective = value(fit_new) + beta * np.sum(np.linalg.norm(new, axis=1))
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
    return {"reached": reached, "iterations": iterations, "objective": objective}


if __name__ == "__main__":
    problem, X, y, D = load(sys.argv[1])
    line = solve(problem, X, y, D, float(sys.argv[2]) if len(sys.argv) > 2 else 60.0)
    line["peakMemoryMB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    line["numpy"] = np.__version__
    print(json.dumps(line))
