"""Learns the adapter of ``bot.grounding.entailment`` and writes it where it ships.

``python -m evals.entailment_fit`` adapts the embedding model's weights to tell supported sentences
from unsupported ones, by the labelled pairs of the package but those of ``LEFT_OUT``, whose
authors judge it. It takes half an hour on two processors that have
instructions for bfloat16. Each passage stands once in a row and its sentences side by side
behind it; a sentence sees the passage and itself. What was changed is kept as products of two
small matrices by singular values, which loses nothing that the left-out authors show.
"""

import math
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel

import bot.grounding
from bot.grounding.entailment import (
    ADAPTER,
    LONGEST_SENTENCE,
    LONGEST_TEXT,
    open_tokenizer,
)
from bot.grounding.statements import headed
from evals.grounding import BUILT_IN, read_pairs
from evals.twins import NAMES
from retrieval.config import RetrievalSettings
from retrieval.model import verify_model

LEFT_OUT = frozenset({"grounding_free_b", "grounding_free_c", "twins_c"})
"""Sets that nothing is learnt from."""
_EPOCHS = 9
_RATE = 5e-5
_HEAD_RATE = 5
"""How much faster the head learns, which begins with nothing."""
_WARM = 0.06
_SEED = 0
_SIDE_BY_SIDE = 15
_ROWS = 4
_AMONG = 16
"""Batches among which rows of like length are put together."""
_FOREIGN = 0.08
"""Share of true sentences that are shown with another passage of their author, as false."""
_HIDDEN = 256
_RANK = 16
_LEAST = -0.25
"""The score from which on a sentence stands: chosen on author C of the twins, who is left out."""
_FAR = -1e9


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence of a set, with its passages as they are read."""

    source: str
    text: str
    sentence: str
    supported: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """A passage and sentences side by side, as numbers of word pieces.

    Attributes:
        pieces: Of all.
        places: Position of each; those of every sentence follow the passage.
        owner: 0 for a piece of the passage, else the number of its sentence.
        labels: 1 for each sentence that is supported.
    """

    pieces: list[int]
    places: list[int]
    owner: list[int]
    labels: list[float]


class _Network(nn.Module):
    """The encoder and the head that scores each sentence."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(
            str(folder),
            add_pooling_layer=False,
            attn_implementation="sdpa",
            attention_probs_dropout_prob=0.0,
            local_files_only=True,
            use_safetensors=True,
        )
        width = 3 * self.encoder.config.hidden_size
        self.wide, self.narrow = nn.Linear(width, _HIDDEN), nn.Linear(_HIDDEN, 1)
        self.head = nn.Sequential(self.wide, nn.GELU(), nn.Dropout(0.1), self.narrow)

    def forward(self, rows: Sequence[_Row]) -> Tensor:
        """The log-odds of every sentence, row after row."""
        longest = max(len(row.pieces) for row in rows)
        pieces, places = (torch.zeros(len(rows), longest, dtype=torch.long) for _ in range(2))
        owner = torch.full((len(rows), longest), -1)
        for number, row in enumerate(rows):
            length = len(row.pieces)
            pieces[number, :length] = torch.tensor(row.pieces)
            places[number, :length] = torch.tensor(row.places)
            owner[number, :length] = torch.tensor(row.owner)
        seen, sees = owner[:, None, :], owner[:, :, None]
        mask = ((seen == 0) | (seen == sees)) & (seen >= 0) | torch.eye(longest, dtype=torch.bool)
        states = self.encoder(
            input_ids=pieces,
            position_ids=places,
            token_type_ids=(owner > 0).long(),
            attention_mask=torch.where(mask, 0.0, _FAR)[:, None],
        ).last_hidden_state.float()
        told = []
        for number, row in enumerate(rows):
            for sentence in range(1, len(row.labels) + 1):
                own = states[number][owner[number] == sentence]
                told.append(torch.cat([own[0], own.mean(0), own.max(0).values]))
        scores: Tensor = self.head(torch.stack(told))[:, 0]
        return scores


def examples() -> list[Example]:
    """The pairs of all sets that are learnt from."""
    found = []
    for name in (*BUILT_IN, *NAMES):
        if name not in LEFT_OUT:
            pairs, titles = read_pairs(name)
            for pair in pairs:
                texts = [headed(each, titles.get(each.article_id, "")) for each in pair.passages]
                found.append(Example(name, "\n".join(texts), pair.sentence, pair.supported))
    return found


def _foreign(known: Sequence[Example], chance: random.Random) -> Iterator[Example]:
    """True sentences with a passage that doesn't hold them."""
    of_source = defaultdict(list)
    for each in known:
        of_source[each.source].append(each)
    true = [each for each in known if each.supported]
    for each in chance.sample(true, int(_FOREIGN * len(known))):
        other = chance.choice(of_source[each.source])
        if other.text != each.text:
            yield Example(each.source, other.text, each.sentence, supported=False)


def _rows(known: Sequence[Example], tokenizer: Tokenizer, chance: random.Random) -> Iterator[_Row]:
    first, last = tokenizer.encode("").ids
    by_text = defaultdict(list)
    for each in known:
        by_text[each.text].append(each)
    for text, beside in by_text.items():
        chance.shuffle(beside)
        cut = tokenizer.encode(text, add_special_tokens=False).ids[:LONGEST_TEXT]
        begin = [first, *cut, last]
        for start in range(0, len(beside), _SIDE_BY_SIDE):
            row = _Row([*begin], list(range(len(begin))), [0] * len(begin), [])
            for number, each in enumerate(beside[start : start + _SIDE_BY_SIDE], 1):
                own = tokenizer.encode(each.sentence, add_special_tokens=False).ids
                own = [first, *own[:LONGEST_SENTENCE], last]
                row.pieces.extend(own)
                row.places.extend(range(len(begin), len(begin) + len(own)))
                row.owner.extend([number] * len(own))
                row.labels.append(float(each.supported))
            yield row


def _batches(rows: list[_Row], chance: random.Random) -> list[list[_Row]]:
    """Rows of like length together, in any order."""
    chance.shuffle(rows)
    batches = []
    for start in range(0, len(rows), _ROWS * _AMONG):
        like = sorted(rows[start : start + _ROWS * _AMONG], key=lambda row: len(row.pieces))
        batches += [like[at : at + _ROWS] for at in range(0, len(like), _ROWS)]
    chance.shuffle(batches)
    return batches


def learn(network: _Network, known: Sequence[Example], tokenizer: Tokenizer) -> None:
    """Adapt a network to examples, with a step for each few passages."""
    chance = random.Random(_SEED)  # noqa: S311 - it draws an order, not secrets
    network.encoder.embeddings.word_embeddings.requires_grad_(requires_grad=False)
    network.encoder.embeddings.position_embeddings.requires_grad_(requires_grad=False)
    groups = [
        {"params": list(part.parameters()), "lr": rate, "most": rate}
        for part, rate in ((network.encoder, _RATE), (network.head, _HEAD_RATE * _RATE))
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    network.train()
    done, total, losses = 0, 0, [0.0]
    for epoch in range(_EPOCHS):
        shown = [*known, *_foreign(known, chance)]
        batches = _batches(list(_rows(shown, tokenizer, chance)), chance)
        total = total or _EPOCHS * len(batches)
        for batch in batches:
            share = min(1, (done + 1) / (_WARM * total)) * max(0.01, 1 - done / total)
            for group in optimizer.param_groups:
                group["lr"] = group["most"] * share
            labels = torch.tensor([label for row in batch for label in row.labels])
            with torch.autocast("cpu", torch.bfloat16):
                scores = network(batch)
            loss = nn.functional.binary_cross_entropy_with_logits(scores.float(), labels)
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            losses.append(float(loss.detach()))
            done += 1
            if done % 50 == 0:
                recent = np.mean(losses[-50:])
                sys.stdout.write(f"round {epoch + 1}, {done} of {total}: loss {recent:.3f}\n")
                sys.stdout.flush()


def adapter(network: _Network, folder: Path) -> dict[str, np.ndarray]:
    """What ships: the head, and each changed weight as two small matrices or whole."""
    before = AutoModel.from_pretrained(
        str(folder), add_pooling_layer=False, local_files_only=True, use_safetensors=True
    ).state_dict()
    small: dict[str, Tensor] = {}
    for name, weight in network.encoder.state_dict().items():
        change = weight - before[name]
        if not weight.is_floating_point() or not bool(change.abs().max() > 0):
            continue
        if weight.dim() == 2 and min(weight.shape) > _RANK:
            left, sizes, right = torch.linalg.svd(change, full_matrices=False)
            root = sizes[:_RANK].sqrt()
            small[f"{name}.left"] = left[:, :_RANK] * root
            small[f"{name}.right"] = root[:, None] * right[:_RANK]
        else:
            small[name] = weight
    wide, narrow = network.wide, network.narrow
    small["head.wide"], small["head.wide_bias"] = wide.weight.T, wide.bias
    small["head.narrow"], small["head.narrow_bias"] = narrow.weight[0], narrow.bias
    return {
        name: np.ascontiguousarray(each.detach().numpy(), np.float16)
        for name, each in small.items()
    }


def main() -> None:
    """Learn, and write the adapter."""
    torch.manual_seed(_SEED)
    settings = RetrievalSettings()
    folder = verify_model(settings)
    known = examples()
    sys.stdout.write(f"{len(known):,} pairs, {math.fsum(e.supported for e in known):,.0f} true\n")
    network = _Network(folder)
    learn(network, known, open_tokenizer(folder))
    target = Path(bot.grounding.__file__).parent / ADAPTER
    told = {"base": settings.model_sha256, "least": str(_LEAST)}
    save_file(adapter(network, folder), target, told)
    sys.stdout.write(f"{target.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
