"""The reader itself: the bundled model's six layers with a head that scores each token as a start and as an end.

The one room of the evaluation that knows torch's models; the embeddings below the layers stay as they are.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from eval.reader.batches import Batch
from index.embed import bundled_path
from index.embed.transformer import quiet, weights_sha256
from index.errors import EvalError

_NONE = -math.inf


def build(dropout: float = 0.1) -> Any:
    """The bundled model with a new head (drawn from torch's generator), ready to be trained."""
    from transformers import BertModel  # late: this import takes seconds
    from transformers.utils import logging as its

    logging: Any = its
    logging.set_verbosity_error()  # else it tells at length that the pooler, which we do not use, is not used
    with quiet():
        model: Any = BertModel.from_pretrained(
            str(bundled_path()),
            add_pooling_layer=False,
            local_files_only=True,
            use_safetensors=True,
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=dropout,
            attn_implementation="sdpa",
        )
    model.head = torch.nn.Linear(model.config.hidden_size, 2)
    torch.nn.init.normal_(model.head.weight, std=model.config.initializer_range)
    torch.nn.init.zeros_(model.head.bias)
    for parameter in model.embeddings.parameters():
        parameter.requires_grad_(False)
    return model


def base_sha256() -> str:
    """The sha256 of the bundled model's weights."""
    return weights_sha256(bundled_path())


def log_odds(model: Any, batch: Batch) -> Any:
    """log p(start) and log p(end) of each token, shape (examples, tokens, 2); -inf where no answer may be."""
    out = model(
        input_ids=torch.from_numpy(batch.ids),
        token_type_ids=torch.from_numpy(batch.types),
        attention_mask=torch.from_numpy(batch.real),
    ).last_hidden_state
    allowed = torch.from_numpy(batch.allowed)[:, :, None]
    return model.head(out).masked_fill(~allowed, _NONE).log_softmax(dim=1)


def loss(model: Any, batch: Batch) -> Any:
    """Half of -log p(a right start) - log p(a right end), times the weight, mean over the batch."""
    found = log_odds(model, batch)
    right = torch.stack([torch.from_numpy(batch.starts), torch.from_numpy(batch.ends)], dim=-1)
    each = found.masked_fill(~right, _NONE).logsumexp(dim=1).sum(dim=1)
    return -(each * torch.from_numpy(batch.weights)).mean() / 2


def trained(model: Any) -> dict[str, Any]:
    """The weights that training changes, by name: the layers and the head."""
    return {name: value for name, value in model.state_dict().items() if not name.startswith("embeddings.")}


def put(model: Any, weights: Mapping[str, Any], path: Path) -> None:
    """Set the layers and the head to earlier weights.

    Raises:
        EvalError: they are those of another model.
    """
    mine = trained(model)
    if {name: value.shape for name, value in mine.items()} != {name: v.shape for name, v in weights.items()}:
        raise EvalError(
            f"The weights in '{path}' are not those of a reader. Give a reader.safetensors or a state.safetensors."
        )
    with torch.no_grad():
        for name, value in mine.items():
            value.copy_(weights[name])
