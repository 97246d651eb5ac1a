"""Keras on its PyTorch backend."""

import keras
import numpy as np
from keras.src.callbacks.callback_list import CallbackList
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


def attributes():
    yield CallbackList.on_train_batch_begin
    yield CallbackList.on_train_batch_end


EXAMPLES = [two_epochs, exception_after_two_batches]
