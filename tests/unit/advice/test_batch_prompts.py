import pytest
from rig.evidence import cell, notebook, said
from rig.generations import generation

from jupyter_green.advice.rules.batch_prompts import RULE
from jupyter_green.advice.suggestion import Snippet

RAN = [generation(use_cache=True)] * 5
LOOP = """
for prompt in prompts:
    inputs = tok(prompt, return_tensors="pt").to(device)
    out = model.generate(**inputs, max_new_tokens=9)
    print(tok.decode(out[0]))
"""


def told(*sources, ran=RAN):
    """What the rule says of the last of some cells, in which a model wrote."""
    cells = [cell(source, *(ran if at == len(sources) else ()), number=at) for at, source in enumerate(sources, 1)]
    return said(RULE, notebook(*cells))


KNOWN = {
    "a loop": [LOOP],
    "indices": ["for i in range(len(data)):\n    out[i] = model.generate(enc(data[i]['text']), max_new_tokens=5)"],
    "a name is used again": [
        "for text in tqdm(prompts):\n    text = tok(text)\n    text = model.generate(**text)\n    results.append(text)",
    ],
    "an answer goes into a dictionary": [
        "for p in ps:\n    answers[p] = tok.decode(model.generate(tok(p).input_ids)[0])"
    ],
    "a comprehension": ["texts = [tok.decode(model.generate(tok.encode(p))[0]) for p in prompts]"],
    "a chat template, a new chat each": [
        "for q in questions:\n"
        "    chat = [{'role': 'system', 'content': rules}, {'role': 'user', 'content': q}]\n"
        "    ids = tok.apply_chat_template(chat, return_tensors='pt')\n"
        "    reply = model.generate(ids, max_new_tokens=20)\n"
        "    chat.append({'role': 'assistant', 'content': tok.decode(reply[0])})\n"
        "    chats.append(chat)",
    ],
    "a function of an earlier cell": [
        "def ask(question):\n    ids = tok(question).input_ids\n    return tok.decode(model.generate(ids)[0])",
        "for row in table.itertuples():\n    rows.append(ask(row.text))",
    ],
    "the loop is in the function": [
        "def ask_all(questions):\n    return [model.generate(tok(q).input_ids) for q in questions]",
        "replies = ask_all(questions)",
    ],
    "a column of a table": [
        "def ask(question):\n    return model.generate(tok(question).input_ids)",
        "table['answer'] = table['question'].apply(ask)",
    ],
    "a lambda that is mapped": ["texts = list(map(lambda p: model.generate(tok(p).input_ids), prompts))"],
    "a pipeline with a name": [
        "from transformers import pipeline\ngen = pipeline('text-generation', model=m)",
        "for p in prompts:\n    print(gen(p, max_new_tokens=9)[0]['generated_text'])",
    ],
    "a pipeline in a class": [
        "class Bot:\n"
        "    def __init__(self):\n        self.pipe = pipeline('text-generation')\n"
        "    def ask(self, p):\n        return self.pipe(p)[0]",
        "bot = Bot()",
        "answers = [bot.ask(p) for p in prompts]",
    ],
    "length as the prompt's": [
        "for p in prompts:\n    ids = tok(p).input_ids\n    out = model.generate(ids, max_length=ids.shape[1] + 20)",
    ],
    "an error is told and the next one comes": [
        "for p in prompts:\n"
        "    try:\n        out.append(model.generate(tok(p).input_ids))\n"
        "    except RuntimeError as error:\n        print(error)",
    ],
    "a counter": [
        "for p in prompts:\n"
        "    out = model.generate(tok(p).input_ids)\n"
        "    correct += tok.decode(out[0]) == answers[p]\n"
        "    bar.update(1)",
    ],
}
NEXT_NEEDS_LAST = {
    "history as text": [
        "for q in questions:\n"
        "    text = text + q\n"
        "    out = model.generate(tok(text).input_ids)\n"
        "    text = tok.decode(out[0])",
    ],
    "messages": [
        "for q in qs:\n"
        "    messages.append({'role': 'user', 'content': q})\n"
        "    out = model.generate(tok.apply_chat_template(messages))\n"
        "    messages.append({'role': 'assistant', 'content': tok.decode(out[0])})",
    ],
    "a function that keeps a history": [
        "history = []\n"
        "def chat(q):\n"
        "    history.append(q)\n"
        "    out = model.generate(tok(' '.join(history)).input_ids)\n"
        "    history.append(tok.decode(out[0]))\n"
        "    return history[-1]",
        "for q in questions:\n    print(chat(q))",
    ],
    "history is handed on": [
        "def chat(history, q):\n"
        "    history.append(q)\n"
        "    out = model.generate(tok(history).input_ids)\n"
        "    history.append(out)\n",
        "past = []\nfor q in questions:\n    chat(past, q)",
    ],
    "history is returned": [
        "def chat(q, past):\n    ids = torch.cat([past, tok(q).input_ids])\n    return model.generate(ids)",
        "past = None\nfor q in questions:\n    past = chat(q, past)",
    ],
    "an agent with a memory": [
        "class Agent:\n"
        "    def act(self, seen):\n"
        "        self.remember(seen)\n"
        "        out = self.model.generate(self.tok(self.memory).input_ids)\n"
        "        self.remember(self.tok.decode(out[0]))\n"
        "    def remember(self, text):\n        self.memory.append(text)",
        "for seen in observations:\n    agent.act(seen)",
    ],
    "a global": [
        "def turn(q):\n"
        "    global past\n"
        "    out = model.generate(tok(past + q).input_ids)\n"
        "    past = tok.decode(out[0])",
        "for q in questions:\n    turn(q)",
    ],
    "it asks until it is content": ["while True:\n    out = model.generate(tok(prompts.pop()).input_ids)"],
    "it stops at the first good one": [
        "for p in prompts:\n"
        "    out = tok.decode(model.generate(tok(p).input_ids)[0])\n"
        "    if 'yes' in out:\n        break",
    ],
    "it chooses by the last answer": [
        "for p in prompts:\n"
        "    if good:\n        p = p + hint\n"
        "    out = tok.decode(model.generate(tok(p).input_ids)[0])\n"
        "    good = 'yes' in out",
    ],
    "work that grows": [
        "for p in queue:\n    out = tok.decode(model.generate(tok(p).input_ids)[0])\n    queue.append(out)",
    ],
    "somebody types": ["for _ in range(9):\n    out = model.generate(tok(input()).input_ids)"],
    "drafts and what is made of them": [
        "for p in prompts:\n"
        "    draft = tok.decode(model.generate(tok(p).input_ids)[0])\n"
        "    final = model.generate(tok(draft).input_ids)",
    ],
}
NEXT_NEEDS_LAST |= {
    "rounds are left out by the last answer": [
        "for p in prompts:\n"
        "    if done:\n        continue\n"
        "    out = model.generate(tok(p).input_ids)\n"
        "    done = tok.decode(out[0]) == 'yes'",
    ],
    "keys and values go on": ["for p in ps:\n    model.generate(tok(p).input_ids, past_key_values=kept)"],
    "the cache comes out": [
        "for p in ps:\n    out = model.generate(tok(p).input_ids, kept=kept)\n    kept = out.past_key_values",
    ],
    "chats of several people": [
        "for chat in chats:\n"
        "    history = []\n"
        "    for said in chat:\n"
        "        history.append(said)\n"
        "        out = model.generate(tok(history).input_ids)\n"
        "        history.append(tok.decode(out[0]))",
    ],
    "tokens of a talk": [
        "for step in range(5):\n"
        "    new = tok(lines[step]).input_ids\n"
        "    ids = torch.cat([past, new], -1) if step > 0 else new\n"
        "    past = model.generate(ids, max_length=1000)",
    ],
    "a function that is made": [
        "def make():\n"
        "    history = []\n"
        "    def chat(q):\n"
        "        history.append(q)\n"
        "        history.append(model.generate(tok(history).input_ids))\n"
        "    return chat",
        "chat = make()\nfor q in questions:\n    chat(q)",
    ],
    "somebody else keeps the history": [
        "def remember(history, text):\n    history.append(text)",
        "for q in questions:\n    remember(past, q)\n    remember(past, model.generate(tok(past).input_ids))",
    ],
}
NOT_ALIKE = {
    "settings are tried": ["for t in (0.1, 0.5, 0.9, 1.3):\n    model.generate(**inputs, temperature=t)"],
    "settings and prompts": [
        "for p, n in zip(prompts, lengths):\n    model.generate(tok(p).input_ids, max_new_tokens=n)"
    ],
    "it is timed": [
        "for p in prompts:\n"
        "    began = time.perf_counter()\n"
        "    model.generate(tok(p).input_ids)\n"
        "    took.append(time.perf_counter() - began)",
    ],
    "shown word by word": ["for p in prompts:\n    model.generate(tok(p).input_ids, streamer=streamer)"],
    "one after another by hand": [
        "a = model.generate(x)\nb = model.generate(y)\nc = model.generate(z)\nd = model.generate(w)"
    ],
    "several models": ["for model in models:\n    model.generate(ids)"],
    "a generator that somebody reads": [
        "def ask():\n    for p in prompts:\n        yield model.generate(tok(p).input_ids)\nlist(ask())"
    ],
}


@pytest.mark.parametrize("sources", KNOWN.values(), ids=KNOWN)
def test_prompts_that_are_known_before(sources):
    assert told(*sources) is not None


@pytest.mark.parametrize(
    "sources", [*NEXT_NEEDS_LAST.values(), *NOT_ALIKE.values()], ids=[*NEXT_NEEDS_LAST, *NOT_ALIKE]
)
def test_prompts_that_are_not_or_calls_that_differ(sources):
    assert told(*sources) is None


def test_few_calls_or_several_rows_need_no_word():
    assert told(LOOP, ran=RAN[:3]) is None
    assert told(LOOP, ran=[generation(rows=4)] * 5) is None


def test_a_loop_over_texts_becomes_one_call():
    assert (
        told(LOOP).patch.after
        == """
each_prompt = list(prompts)
tok.padding_side = "left"
tok.pad_token = tok.pad_token or tok.eos_token
inputs = tok([prompt for prompt in each_prompt], return_tensors="pt", padding=True).to(device)
for prompt, written in zip(each_prompt, model.generate(**inputs, max_new_tokens=9).split(1)):
    out = written
    print(tok.decode(out[0]))
"""
    )


def test_a_tokenizer_within_the_call():
    source = 'for p in ps:\n    outs.append(model.generate(**tok("Q: " + p, return_tensors="pt"), max_new_tokens=5))'
    assert told(source).patch.after.splitlines()[3:] == [
        'for p, written in zip(each_prompt, model.generate(**tok(["Q: " + p for p in each_prompt], '
        'return_tensors="pt", padding=True), max_new_tokens=5).split(1)):',
        "    outs.append(written)",
    ]


def test_rows_of_tokens_of_one_length_are_put_together():
    found = told("import torch\nfor ids in rows:\n    outs.append(model.generate(ids, max_new_tokens=5))")
    assert found.patch.after.splitlines()[1:] == [
        "each_prompt = list(rows)",
        "for ids, written in zip(each_prompt, model.generate(torch.cat([ids for ids in each_prompt]), "
        "max_new_tokens=5).split(1)):",
        "    outs.append(written)",
    ]
    lengths = [generation(prompt_tokens=n) for n in range(5)]
    assert told("import torch\nfor ids in rows:\n    outs.append(model.generate(ids))", ran=lengths).patch is None


def test_a_pipeline_takes_a_list():
    pipe = "pipe = pipeline('text-generation')"
    found = told(pipe, "for at, p in enumerate(ps):\n    print(at, pipe(p, max_new_tokens=5)[0])")
    assert found.patch.after.splitlines()[-2:] == [
        "for (at, p), written in zip(each_prompt, pipe([p for at, p in each_prompt], max_new_tokens=5, batch_size=8)):",
        "    print(at, written[0])",
    ]


def test_many_prompts_are_a_cell_of_their_own_in_parts():
    found = told(LOOP, ran=RAN * 10)
    assert isinstance(found.patch, Snippet)
    assert "for at in range(0, len(prompts), 8):" in found.patch.code
    assert "model.generate(**inputs, max_new_tokens=9)" in found.patch.code
    compile(found.patch.code, "", "exec")


def test_a_list_for_a_pipeline_without_a_batch_size():
    pipe = "pipe = pipeline('text-generation')"
    assert told(pipe, "texts = pipe(prompts, max_new_tokens=5)").patch.after.splitlines() == [
        'pipe.tokenizer.padding_side = "left"',
        "pipe.tokenizer.pad_token = pipe.tokenizer.pad_token or pipe.tokenizer.eos_token",
        "texts = pipe(prompts, max_new_tokens=5, batch_size=8)",
    ]
    assert told(pipe, "for text in pipe(data):\n    print(text)") is not None
    assert told(pipe, "texts = pipe(prompts, batch_size=1)") is None
    assert told(pipe, "while more():\n    prompts = pipe(prompts)") is None
    assert told(pipe, "for q in qs:\n    past.append(q)\n    past.append(pipe(past))") is None
    assert told(pipe, "a, b, c, d = pipe('a'), pipe('b'), pipe('c'), pipe('d')") is None
