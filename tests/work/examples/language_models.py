"""A tiny random transformer: generation, and training by Trainer, by Accelerate and with LoRA."""

import signal
import tempfile

import accelerate
import peft
import torch
import transformers
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tqdm import tqdm
from transformers import (
    GPT2Config,
    GPT2ForSequenceClassification,
    GPT2LMHeadModel,
    PreTrainedTokenizerFast,
    T5Config,
    T5ForConditionalGeneration,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)
from transformers.generation.streamers import BaseStreamer
from work.examples import ExpectedError

torch.manual_seed(0)
SIZE = {"vocab_size": 40, "n_positions": 64, "n_embd": 16, "n_layer": 2, "n_head": 2}
CONFIG = GPT2Config(**SIZE, bos_token_id=0, eos_token_id=None, pad_token_id=0)
PROMPT = torch.randint(1, 40, (3, 5))
LESSONS = [{"input_ids": torch.arange(10), "labels": torch.arange(10)} for _ in range(24)]


def model():
    return GPT2LMHeadModel(CONFIG)


def greedy():
    model().generate(PROMPT, max_new_tokens=7, do_sample=False)


def sampled_two_a_prompt_as_dict():
    model().generate(
        input_ids=PROMPT, max_new_tokens=4, do_sample=True, num_return_sequences=2, return_dict_in_generate=True
    )


def beams():
    model().generate(PROMPT, max_new_tokens=6, num_beams=3)


def encoder_and_decoder():
    config = T5Config(vocab_size=40, d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2, decoder_start_token_id=0)
    config.eos_token_id = None
    T5ForConditionalGeneration(config).generate(PROMPT, max_new_tokens=5, min_new_tokens=5)


def with_an_assistant():
    """So many tokens come out, whether or not the models agree; the assistant's own do not count."""
    model().generate(PROMPT[:1], assistant_model=model(), max_new_tokens=6, do_sample=False)


class Streamer(BaseStreamer):
    seen = 0

    def put(self, value):
        self.seen += value.numel()

    def end(self):
        pass


def streamed():
    streamer = Streamer()
    model().generate(PROMPT[:1], streamer=streamer, max_new_tokens=8)
    assert streamer.seen == 5 + 8


def batches_in_a_loop_with_a_bar():
    language_model = model()
    for batch in tqdm(PROMPT.split(1)):
        language_model.generate(batch, max_new_tokens=2)


def ids_in_their_place():
    """Without the name, as of a function; a classifier has the ids first too, and an embedding is no ids."""
    language_model = model()
    for ids in PROMPT.split(1):
        language_model(ids, labels=ids)
    GPT2ForSequenceClassification(CONFIG)(PROMPT[:1])
    language_model(inputs_embeds=torch.randn(2, 5, 16))


def tokenizer():
    words = Tokenizer(WordLevel({"[PAD]": 0, "[UNK]": 1, "joule": 2, "green": 3, "is": 4}, unk_token="[UNK]"))
    words.pre_tokenizer = Whitespace()
    return PreTrainedTokenizerFast(tokenizer_object=words, pad_token="[PAD]", unk_token="[UNK]", eos_token="[PAD]")


def pipeline_that_writes():
    writer = transformers.pipeline("text-generation", model=model(), tokenizer=tokenizer(), device="cpu")
    writer(["green is", "a joule"], max_new_tokens=3, min_new_tokens=3, batch_size=2)


def pipeline_that_classifies():
    labels = GPT2ForSequenceClassification(CONFIG)
    judge = transformers.pipeline("text-classification", model=labels, tokenizer=tokenizer(), device="cpu")
    judge(["green is green", "is", "a joule"])


def interrupted_after_four_tokens():
    language_model, calls = model(), 0
    forward = language_model.forward

    def interrupting(*args, **kwargs):
        nonlocal calls
        calls += 1
        if calls == 5:
            signal.raise_signal(signal.SIGINT)
        return forward(*args, **kwargs)

    language_model.forward = interrupting
    language_model.generate(PROMPT, max_new_tokens=20)


def generation_after_the_interrupt():
    greedy()


def trained(language_model, *callbacks, **options):
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            folder, use_cpu=True, report_to=[], save_strategy="no", disable_tqdm=True, logging_strategy="no", **options
        )
        Trainer(
            language_model, arguments, train_dataset=LESSONS, eval_dataset=LESSONS[:10], callbacks=list(callbacks)
        ).train()


def trainer_two_epochs_with_accumulation():
    trained(model(), num_train_epochs=2, per_device_train_batch_size=4, gradient_accumulation_steps=3)


def trainer_with_evaluation():
    trained(
        model(),
        num_train_epochs=1,
        per_device_train_batch_size=4,
        per_device_eval_batch_size=8,
        gradient_accumulation_steps=2,
        eval_strategy="epoch",
    )


def trainer_with_lora():
    trained(
        peft.get_peft_model(model(), peft.LoraConfig(r=2, target_modules=["c_attn"], fan_in_fan_out=True)),
        num_train_epochs=1,
        per_device_train_batch_size=6,
    )


def trainer_with_recomputation():
    trained(model(), num_train_epochs=1, per_device_train_batch_size=8, gradient_checkpointing=True)


def trainer_that_fails_after_two_steps():
    class Failing(TrainerCallback):
        def on_step_end(self, args, state, control, **kwargs):
            if state.global_step == 2:
                raise ExpectedError

    trained(model(), Failing(), num_train_epochs=1, per_device_train_batch_size=4)


def accelerate_with_accumulation():
    accelerator = accelerate.Accelerator(cpu=True, gradient_accumulation_steps=2)
    language_model = model()
    optimizer = torch.optim.AdamW(language_model.parameters())
    batches = torch.utils.data.DataLoader(LESSONS, batch_size=4)
    language_model, optimizer, batches = accelerator.prepare(language_model, optimizer, batches)
    for batch in batches:
        with accelerator.accumulate(language_model):
            accelerator.backward(language_model(**batch).loss)
            optimizer.step()
            optimizer.zero_grad()


EXAMPLES = [
    greedy,
    sampled_two_a_prompt_as_dict,
    beams,
    encoder_and_decoder,
    with_an_assistant,
    streamed,
    batches_in_a_loop_with_a_bar,
    pipeline_that_writes,
    pipeline_that_classifies,
    interrupted_after_four_tokens,
    generation_after_the_interrupt,
    trainer_two_epochs_with_accumulation,
    trainer_with_evaluation,
    trainer_with_lora,
    trainer_with_recomputation,
    trainer_that_fails_after_two_steps,
    accelerate_with_accumulation,
    ids_in_their_place,
]
