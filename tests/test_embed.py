"""Vectors: worked by hand where they can be, compared with the library's own where they cannot."""

import numpy as np
import pytest

from index.embed import BUNDLED, BUNDLED_SHA256, Embedder, HashEmbedder, Piece, open_embedder, unit
from index.embed.bert import GRAPH, Bert
from index.embed.transformer import batches, bundled_path, sentence_means
from index.errors import EmbedderMismatch, WeightsMissing
from index.records import Span


def test_unit_by_hand() -> None:
    assert unit(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist() == [[np.float32(0.6), np.float32(0.8)], [0.0, 0.0]]


def test_sentence_means_by_hand() -> None:
    tokens = np.array([[9, 9], [1, 0], [3, 2], [0, 4], [9, 9]], dtype=np.float32)  # the outer two are marks
    marks = np.array([[0, 0], [0, 2], [3, 5], [6, 9], [0, 0]])
    means = sentence_means(tokens, marks, [Span(0, 5), Span(6, 9), Span(9, 12)], np.array([7, 7], dtype=np.float32))
    assert means.tolist() == [[2, 1], [0, 4], [7, 7]]


def test_batches_hold_every_position_once_and_stay_within_the_budget() -> None:
    sizes = [5, 100, 7, 7, 250, 3, 90]
    found = batches(sizes, 300)
    assert sorted(i for batch in found for i in batch) == list(range(7))
    assert all(len(batch) == 1 or len(batch) * max(sizes[i] for i in batch) <= 300 for batch in found)


def test_hash_embedder_counts_words() -> None:
    embedder = HashEmbedder()
    assert np.allclose(embedder.encode_question("Cat cat!"), embedder.encode_question("cat"))
    assert embedder.encode_texts([]).shape == (0, 64)


def test_a_missing_model_says_what_to_do() -> None:
    with pytest.raises(WeightsMissing, match="sentence-transformers model"):
        open_embedder("/no/such/model")
    with pytest.raises(EmbedderMismatch, match="other weights"):
        open_embedder("hash-64", "something else")


@pytest.mark.parametrize("name", ["hash-abc", "hash-", "hash-0", "hash--3", "hash-999999"])
def test_a_name_that_is_no_model_is_said(name: str) -> None:
    with pytest.raises(WeightsMissing, match="no model folder"):
        open_embedder(name)


@pytest.mark.slow
def test_the_bundled_model_is_the_one_that_was_measured(minilm: Embedder) -> None:
    assert (minilm.name, minilm.fingerprint, minilm.dimension) == (BUNDLED, BUNDLED_SHA256, 384)


@pytest.mark.slow
def test_one_pass_gives_the_librarys_passage_vector_and_means_of_its_tokens(minilm: Embedder) -> None:
    from sentence_transformers import SentenceTransformer

    from index.embed import bundled_path

    plain = SentenceTransformer(str(bundled_path()), device="cpu", local_files_only=True)
    texts = ["Inspur will sell servers. IBM will sell software.", "A ferry sank.", "x " * 400]
    ours = dict(minilm.encode([Piece(text, (Span(0, 25), Span(26, 49))) for text in texts]))
    theirs = plain.encode(texts, normalize_embeddings=True)
    for i in range(3):
        assert np.allclose(ours[i].passage, theirs[i], atol=1e-5)
    tokens = plain.encode([texts[0]], output_value="token_embeddings")[0].numpy()
    first = tokens[1 : 1 + len(minilm.offsets("Inspur will sell servers."))].mean(axis=0)
    assert np.allclose(ours[0].sentences[0], unit(first), atol=1e-5)


@pytest.mark.slow
def test_nothing_to_encode_is_no_trouble(minilm: Embedder) -> None:
    assert list(minilm.encode([])) == [] and minilm.encode_texts([]).shape == (0, 384)


@pytest.mark.slow
def test_a_title_moves_no_sentence(minilm: Embedder) -> None:
    text = "Inspur will sell servers. IBM will sell software."
    spans = (Span(0, 25), Span(26, 49))
    ((_, titled),) = minilm.encode([Piece(text, spans, "A headline " * 60)])
    assert titled.sentences.shape == (2, 384)
    meaning = minilm.encode_question("Who sells servers?")
    assert titled.sentences[0] @ meaning > titled.sentences[1] @ meaning


TEXTS = [
    "Why did the ferry to Holm stay in port?",
    "x",
    "Überraschung: Zoë’s café — 12,5 % « plus » 東京 👩‍👩‍👧",
    "The council met again. " * 120,
]


@pytest.mark.slow
@pytest.mark.parametrize("text", TEXTS)
def test_a_question_is_encoded_without_torch_to_the_same_vector(minilm: Embedder, text: str) -> None:
    np.testing.assert_allclose(minilm.encode_question(text), minilm.encode_texts([text])[0], atol=1e-5)


@pytest.mark.slow
def test_a_text_has_the_same_vectors_alone_and_beside_a_longer_one() -> None:
    bert = Bert(bundled_path())
    short, long = ([101, *bert.tokens(text, 60), 102] for text in (TEXTS[0], TEXTS[3]))
    both = bert.forward([short, long], [[0] * len(short), [0] * 20 + [1] * (len(long) - 20)])
    (alone,) = bert.forward([short], [[0] * len(short)])
    assert both[0].shape == (len(short), 384) and both[1].shape == (62, 384)
    np.testing.assert_allclose(both[0], alone, atol=1e-5)


@pytest.mark.slow
def test_other_weights_change_the_vectors_that_stand_on_them_and_no_others() -> None:
    plain, ids = Bert(bundled_path()), [[101, 2040, 102]]
    same = Bert(bundled_path(), {"head.bias": np.zeros(2, np.float32)})
    other = Bert(bundled_path(), {"encoder.layer.5.output.LayerNorm.bias": np.ones(384, np.float32)})
    first, second, third = (bert.forward(ids, [[0, 0, 0]])[0] for bert in (plain, same, other))
    np.testing.assert_array_equal(first, second)
    assert np.abs(first - third).min() > 0.1


def test_the_graph_that_ships_is_the_one_its_program_writes() -> None:
    from index.embed.graph import build

    assert build().SerializeToString(deterministic=True) == GRAPH.read_bytes()
