"""Runs small generations, fits and pipelines, metered, and tells what was noted of how they ran.

``python -m work.noted`` prints JSON: by example, each trait with its class as ``trait``.
"""

import dataclasses
import json

import numpy as np
from work.examples import diffusion, language_models

import jupyter_green as green
from jupyter_green.work.traits import TRAITS

X, Y = np.random.default_rng(0).normal(size=(60, 3)), np.arange(60) % 2


def generations():
    from transformers import GenerationConfig

    model, prompt = language_models.model(), language_models.PROMPT
    yield "as ever"
    model.generate(prompt, max_new_tokens=5)
    yield "arguments"
    model.generate(prompt, max_new_tokens=5, use_cache=False, num_beams=2, num_return_sequences=2)
    yield "settings by position"
    model.generate(prompt, GenerationConfig(max_new_tokens=5, use_cache=False, num_beams=3))
    yield "settings by name that say nothing of the cache"
    model.generation_config.use_cache = False
    model.generate(inputs=prompt, generation_config=GenerationConfig(max_new_tokens=5))
    yield "a static cache"
    model.generation_config.use_cache = None
    model.generate(prompt, max_new_tokens=5, cache_implementation="static")
    yield "a pipeline of prompts"
    language_models.pipeline_that_writes()


def fits():
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV, KFold, cross_val_score

    yield "a forest"
    RandomForestClassifier(5).fit(X, Y)
    yield "a forest in threads"
    RandomForestClassifier(5, n_jobs=2).fit(X, Y)
    yield "a search"
    GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0, 10.0]}, cv=KFold(4, shuffle=True)).fit(X, Y)
    yield "folds of a forest that says its jobs"
    cross_val_score(RandomForestClassifier(5, n_jobs=1), X, Y, cv=3)
    yield "nothing that is shared out"
    LogisticRegression().fit(X, Y)


def pipelines():
    made = diffusion.pipeline()
    yield "images"
    made(batch_size=3, num_inference_steps=4)
    yield "arrays"
    made(batch_size=2, num_inference_steps=2, output_type="np", return_dict=False)


def main():
    session = green.session()
    noted = {}
    for examples in (generations, fits, pipelines):
        running, begin = None, 0
        for name in examples():
            if running is not None:
                noted[running] = told(begin)
            running, begin = name, TRAITS.begin()
        noted[running] = told(begin)
    session.stop()
    begin = TRAITS.begin()
    for examples in (generations, fits, pipelines):
        list(examples())
    print("NOTED " + json.dumps({"noted": noted, "after": told(begin)}, default=str))


def told(begin):
    return [{"trait": type(each).__name__, **dataclasses.asdict(each)} for each in TRAITS.between(begin, TRAITS.end)]


if __name__ == "__main__":
    main()
