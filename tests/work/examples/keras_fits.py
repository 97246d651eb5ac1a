"""Keras on its PyTorch backend."""

import keras
import numpy as np
from work.examples import ExpectedError

X, Y = np.random.rand(45, 4).astype("float32"), np.random.randint(0, 2, 45)


def network(**options):
    made = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(4, "relu"), keras.layers.Dense(2)])
    made.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True), **options)
    return made


def two_epochs():
    network().fit(X, Y, batch_size=10, epochs=2, verbose=0)


def exception_after_two_batches():
    class Failing(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            if batch == 2:
                raise ExpectedError

    network().fit(X, Y, batch_size=10, verbose=0, callbacks=[Failing()])


def evaluated_and_predicted():
    made = network()
    made.evaluate(X, Y, batch_size=10, verbose=0)
    made.predict(X, batch_size=10, verbose=0)


def batch_by_batch():
    made = network()
    made.train_on_batch(X[:10], Y[:10])
    made(X[:5])


EXAMPLES = [two_epochs, evaluated_and_predicted, batch_by_batch, exception_after_two_batches]
