"""Data sets, splits and scikit-learn's scores for bench/tables: one JSON line a split on stdout.

Debian: apt-get install python3-sklearn, then /usr/bin/python3. Rows of a split: features, then the target.
"""

import json
import os
import sys
import warnings

os.environ["OMP_NUM_THREADS"] = "1"
warnings.filterwarnings("ignore")

import numpy as np
import sklearn
from sklearn import datasets
from sklearn.linear_model import LogisticRegressionCV, RidgeCV
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

ALPHAS = [1e-4, 1e-2, 0.1, 1, 10, 30]


def moons():
    X, y = datasets.make_moons(400, noise=0.3, random_state=3)
    return np.column_stack([X, np.random.RandomState(0).randn(400, 4)]), y


def bunch(load):
    def make():
        data = load()
        return data.data, data.target

    return make


TABLES = {
    "iris": (True, bunch(datasets.load_iris)),
    "wine": (True, bunch(datasets.load_wine)),
    "breast cancer": (True, bunch(datasets.load_breast_cancer)),
    "moons, 4 columns of noise": (True, moons),
    "two classes, 20 % flipped": (
        True,
        lambda: datasets.make_classification(600, 12, n_informative=6, flip_y=0.2, class_sep=0.7, random_state=2),
    ),
    "three classes, 10 % flipped": (
        True,
        lambda: datasets.make_classification(
            800, 20, n_informative=8, n_redundant=4, n_classes=3, flip_y=0.1, random_state=1
        ),
    ),
    "diabetes": (False, bunch(datasets.load_diabetes)),
    "Friedman 1": (False, lambda: datasets.make_friedman1(600, 10, noise=1.0, random_state=4)),
    "digits": (True, bunch(datasets.load_digits)),
}


def peers(classification):
    """A linear model with its penalty, and an MLP of 100 units with its weight decay, by cross-validation."""
    if classification:
        linear, mlp = LogisticRegressionCV(cv=5, max_iter=1000), MLPClassifier((100,), max_iter=600, random_state=0)
    else:
        linear, mlp = RidgeCV(np.logspace(-3, 4, 20)), MLPRegressor((100,), max_iter=600, random_state=0)
    step = type(mlp).__name__.lower() + "__alpha"
    grid = GridSearchCV(make_pipeline(StandardScaler(), mlp), {step: ALPHAS}, cv=5)
    return make_pipeline(StandardScaler(), linear), grid


def main(names, seeds):
    for name in names or TABLES:
        classification, make = TABLES[name]
        X, y = make()
        for seed in range(1, seeds + 1):
            order = np.random.RandomState(seed).permutation(len(X))
            n = min(1000, int(len(X) * 0.75))
            train, test = order[:n], order[n:]
            varying = np.ptp(X[train], axis=0) > 0
            A, B, a, b = X[train][:, varying], X[test][:, varying], y[train], y[test]
            if not classification:
                a, b = (a - y[train].mean()) / y[train].std(), (b - y[train].mean()) / y[train].std()
            linear, mlp = peers(classification)
            line = {
                "table": name,
                "seed": seed,
                "classification": classification,
                "linear": linear.fit(A, a).score(B, b),
                "mlp": mlp.fit(A, a).score(B, b),
                "scikit": sklearn.__version__,
                "train": np.column_stack([A, a]).tolist(),
                "test": np.column_stack([B, b]).tolist(),
            }
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main([name for name in sys.argv[2].split(";") if name], int(sys.argv[1]))
