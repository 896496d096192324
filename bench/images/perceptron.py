# `data`: the digits of scikit-learn as JSON. Else: JSON {X, y, T, u} on stdin, training and test rows; a perceptron of 100 units
# (all defaults but 1000 epochs at most, three starts) -> {accuracies, seconds}. Debian: apt-get install python3-sklearn.
import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")
if sys.argv[1:] == ["data"]:
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    print(json.dumps({"pixels": (X / 16).tolist(), "classes": y.tolist()}))
else:
    from sklearn.neural_network import MLPClassifier

    data = json.load(sys.stdin)
    accuracies, seconds = [], []
    for start in range(3):
        before = time.process_time()
        model = MLPClassifier((100,), max_iter=1000, random_state=start).fit(data["X"], data["y"])
        seconds.append(time.process_time() - before)
        accuracies.append(model.score(data["T"], data["u"]))
    print(json.dumps({"accuracies": accuracies, "seconds": seconds}))
