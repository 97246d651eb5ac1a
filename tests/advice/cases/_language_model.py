"""A tiny random language model with a tokenizer of few words."""

MODEL = """
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

torch.manual_seed(0)
words = {word: at for at, word in enumerate("[PAD] [UNK] green joule is a watt heat of the sun".split())}
inner = Tokenizer(WordLevel(words, unk_token="[UNK]"))
inner.pre_tokenizer = Whitespace()
tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, pad_token="[PAD]", unk_token="[UNK]", eos_token="[PAD]")
config = GPT2Config(n_layer=2, n_head=2, n_embd=64, vocab_size=11, bos_token_id=0, eos_token_id=None, pad_token_id=0)
model = GPT2LMHeadModel(config).eval()
prompts = ["a joule is", "green heat", "the sun", "a watt of heat is", "heat of the sun", "green"]
"""
