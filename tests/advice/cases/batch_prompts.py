from rig.advice_case import look_alike, positive

from ._language_model import MODEL

CASES = [
    positive(
        "R08",
        "a loop over a list",
        MODEL,
        "texts = []\n"
        "for prompt in prompts:\n"
        '    inputs = tokenizer(prompt, return_tensors="pt")\n'
        "    with torch.no_grad():\n"
        "        out = model.generate(**inputs, max_new_tokens=12, do_sample=False)\n"
        '    texts.append(tokenizer.decode(out[0][inputs["input_ids"].shape[1]:]))',
    ),
    positive(
        "R08",
        "a function of an earlier cell, mapped over by a comprehension with a bar",
        MODEL,
        "def answer(question, length=12):\n"
        '    ids = tokenizer(f"{question} is", return_tensors="pt").input_ids\n'
        "    return tokenizer.decode(model.generate(ids, max_new_tokens=length)[0])",
        "from tqdm import tqdm\nanswers = {question: answer(question) for question in tqdm(prompts)}",
        arms=(
            "texts = [answer(question) for question in prompts]",
            'tokenizer.padding_side = "left"\n'
            'inputs = tokenizer([f"{question} is" for question in prompts], return_tensors="pt", padding=True)\n'
            "texts = tokenizer.batch_decode(model.generate(**inputs, max_new_tokens=12))",
        ),
    ),
    positive(
        "R08",
        "a pipeline in a loop",
        MODEL,
        "from transformers import pipeline\n"
        'writer = pipeline("text-generation", model=model, tokenizer=tokenizer, device="cpu")',
        "for at, prompt in enumerate(prompts):\n"
        "    written = writer(prompt, max_new_tokens=12, do_sample=False)\n"
        '    print(at, written[0]["generated_text"])',
    ),
    positive(
        "R08",
        "a class that keeps what it answered, rows of tokens",
        MODEL,
        "class Writer:\n"
        "    def __init__(self, model):\n"
        "        self.model, self.log = model, []\n"
        "    def write(self, ids):\n"
        "        out = self.model.generate(ids, max_new_tokens=12)\n"
        "        self.log.append(out)\n"
        "        return out\n",
        "writer = Writer(model)\n"
        "rows = [torch.randint(2, 11, (1, 6)) for _ in range(5)]\n"
        "results = []\n"
        "for row in rows:\n"
        "    results.append(writer.write(row))",
        arms=("results = [writer.write(row) for row in rows]", "results = writer.write(torch.cat(rows)).split(1)"),
    ),
    positive(
        "R08",
        "a pipeline that is given a list, run twice",
        MODEL,
        "from transformers import pipeline\n"
        'writer = pipeline("text-generation", model=model, tokenizer=tokenizer, device="cpu")',
        "texts = writer(prompts, max_new_tokens=8)",
        "texts = writer(prompts, max_new_tokens=8)",
    ),
    look_alike(
        "R08",
        "a chat, in which each answer is read with the next question",
        MODEL,
        "history = []\n"
        "for question in prompts:\n"
        "    history.append(question)\n"
        '    inputs = tokenizer(" ".join(history), return_tensors="pt")\n'
        "    out = model.generate(**inputs, max_new_tokens=8)\n"
        '    history.append(tokenizer.decode(out[0][inputs["input_ids"].shape[1]:]))',
    ),
    look_alike(
        "R08",
        "an agent of an earlier cell that remembers",
        MODEL,
        "class Agent:\n"
        "    def __init__(self):\n"
        '        self.memory = ""\n'
        "    def act(self, observation):\n"
        "        self.memory += observation\n"
        '        ids = tokenizer(self.memory, return_tensors="pt").input_ids\n'
        "        self.memory += tokenizer.decode(model.generate(ids, max_new_tokens=8)[0])\n"
        "        return self.memory\n",
        "agent = Agent()\nfor observation in prompts:\n    agent.act(observation)",
    ),
    look_alike(
        "R08",
        "one prompt goes through a sweep of settings",
        MODEL,
        'inputs = tokenizer("a joule is", return_tensors="pt")\n'
        "for temperature in (0.3, 0.6, 0.9, 1.2, 1.5):\n"
        "    out = model.generate(**inputs, max_new_tokens=8, do_sample=True, temperature=temperature)",
    ),
    look_alike(
        "R08",
        "in batches already",
        MODEL,
        'inputs = tokenizer(prompts, return_tensors="pt", padding=True)\n'
        "for _ in range(4):\n"
        "    out = model.generate(**inputs, max_new_tokens=8, do_sample=True)",
    ),
]
