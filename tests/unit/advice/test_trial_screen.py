"""What must not be run again and again is seen by its code; what is harmless is let through."""

import ast

import numpy
import pytest

from jupyter_green.advice.trial.screen import side_effect

REFUSED = {
    "df.to_csv('x.csv')": "writes files",
    "open('x', 'w')": "writes files",
    "open('x', mode='ab')": "writes files",
    "open('x', m)": "writes files",
    "Path('x').open('w')": "writes files",
    "Path('x').write_text('a')": "writes files",
    "torch.save(model, 'x')": "writes files",
    "import numpy as anything\nanything.save('x', a)": "writes files",
    "np.savez('x', a)": "writes files",
    "model.save_pretrained('x')": "writes files",
    "plt.savefig('x.png')": "plots to a file",
    "from subprocess import run\nrun(['ls'])": "starts processes",
    "import os\nos.system('ls')": "starts processes",
    "import os as o\no.remove('x')": "deletes or moves files",
    "import shutil\nshutil.rmtree('x')": "writes or deletes files",
    "Path('x').unlink()": "deletes files",
    "import requests\nrequests.get('x')": "talks to the network",
    "import urllib.request\nurllib.request.urlopen('x')": "talks to the network",
    "pd.read_csv('https://example.org/x.csv')": "talks to the network",
    "import wandb\nwandb.log({})": "logs to a service",
    "writer.add_scalar('a', 1)": "writes logs",
    "model.push_to_hub('x')": "talks to the network",
    "input('?')": "asks for input",
    "exec('x = 1')": "cannot be seen",
    "import pickle\npickle.dump(a, f)": "writes files",
    "import os\nos.chdir('data')": "changes the directory",
    "df.to_json('x')": "writes files",
    "df.to_sql('x', c)": "data base",
    "from joblib import Memory\nMemory('x')": "keeps results on disk",
    "Trainer(model=model).train()": "checkpoints",
    "def f():\n    for x in y:\n        x.to_parquet('y')": "writes files",
}

ALLOWED = [
    "for x, y in loader:\n    loss = model(x)",
    "open('x')",
    "open('x', 'rb').read()",
    "Path('x').open()",
    "model.eval()",
    "print('done')",
    "df.to_json()",
    "df.rename(columns={'a': 'b'})",
    "pd.read_csv('x.csv')",
    "AutoModel.from_pretrained('x')",
    "del x",
    "model.fit(x, y)",
    "result.replace('a', 'b')",
    "plt.plot(x)\nplt.show()",
    "import os\nos.environ['X'] = '1'",
    "re.compile('x')",
    "queue.append(x)",
    "torch.compile(model)",
]


@pytest.mark.parametrize("code", REFUSED)
def test_refuses(code):
    assert REFUSED[code] in (side_effect(ast.parse(code), {"np": numpy}) or "")


@pytest.mark.parametrize("code", ALLOWED)
def test_allows(code):
    assert side_effect(ast.parse(code)) is None


def test_a_variable_that_is_called_like_a_package_is_none():
    assert side_effect(ast.parse("requests.get(1)"), {"requests": {}}) is None
