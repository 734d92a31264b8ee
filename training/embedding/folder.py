"""The finished model's folder: weights, tokenizer, card, sums, and their check."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from benchmarks.embedding import StaticReader, result_table
from training.embedding.passages import Passage
from training.embedding.recipe import Floats, Recipe
from training.sums import write_sums

SOURCES = {
    "news": ("CRUD-RAG web news, 2023 (reprints left out)", "Apache-2.0 by its repository"),
    "laws": ("Laws, regulations, interpretations of China (half)", "public law"),
    "cmrc2018_train": ("CMRC 2018 train", "CC BY-SA 4.0"),
    "drcd_dev_simplified": ("DRCD dev, simplified by OpenCC", "CC BY-SA 3.0"),
    "dureader_checklist_dev": ("DuReader checklist dev, two thirds", "Apache-2.0"),
    "dureader_qg_noleak": ("DuReader question generation dev, two thirds", "Apache-2.0"),
    "nlpcc_dbqa_develop": ("NLPCC DBQA development", "published for research"),
}

CARD = """# <name>

A small static text embedder for Chinese retrieval, with English questions, in
sentence-transformers format. A text's vector
is the mean of its pieces' vectors, L2-normalised. There is no neural network to run: reading it
takes `tokenizers`, `safetensors` and `numpy`; PyTorch is not needed.

- **Size** <megabytes> MB: <pieces> pieces × <dimensions> dimensions, rows as int8 with a float32
  scale each. Vectors come out as float32 of <dimensions> dimensions; compare them by cosine.
- **Languages** Chinese in simplified and traditional script; English questions find Chinese text.
  The tokenizer itself normalises width (NFKC), case and script, so a traditional text gets nearly
  the vector of its simplified twin. The <latin> Latin pieces are English words of a dictionary, and
  names and terms inside Chinese text. English passages were not trained on.
- **Use** no prompts; questions and passages are embedded alike. Text without any known piece gets
  the zero vector.

```python
from sentence_transformers import SentenceTransformer  # 6.2 or later

model = SentenceTransformer("<name>", device="cpu")
```

Without sentence-transformers: `table = embeddings * weights[:, None]` from `model.safetensors`;
cut with `tokenizer.json` without special tokens; mean of the rows; divide by the length. Both ways
differ by at most <difference> in any coordinate (checked when the model was made).

## How it was made

`<command>` took <minutes>.

Unigram pieces of at most five characters are learned on the texts. Training is
contrastive (InfoNCE; the other passages of the batch are the wrong ones), first on self-supervised
pairs: a title, or part of a sentence, against the text around it; then, in batches of passages
that the training so far finds alike, on the same pairs mixed with questions and their paragraphs.
Some queries are misspelt by a homophone, some are sentences turned into questions; for the English
side titles, sentences and questions are put into English word by word with a dictionary. A piece's
row is learned as its own part plus the mean of its sub-pieces' parts. Seeds are fixed.

Settings: `<recipe>`

## Data

<data>

The English wordings come from CC-CEDICT (CC BY-SA 4.0), <english> of them. The model stores pieces
of a few characters, no text. A third of the DuReader paragraphs was held out for measuring, and an
eighth of all paragraphs and titled news for the ranker (both by hash).

## Figures

Measured on this folder when it was made. The sets marked (dev) were used to choose settings.

<figures>

## Limits

- A bag of pieces: word order, negation and who did what to whom are invisible. Beside lexical
  search it adds recall; alone it is weaker than BM25 where question and passage share words.
- News of 2023, law and encyclopaedia text dominate. Dialects, classical Chinese and code
  are untested. English was learned from a dictionary alone: word by word, without idioms.
- Rare characters and pieces have poor vectors, and long texts blur: embed passages of a few
  hundred characters, not whole documents.
- Several data sets are under share-alike or research terms: see the table before reuse.
"""


def write_model(folder: Path, tokenizer: Tokenizer, table: Floats) -> None:
    """Write the sentence-transformers folder; rows as int8 with a float32 scale each.

    sentence-transformers (6.2 and later) multiplies ``embeddings`` by ``weights`` on loading and
    computes in float32. Plain float16 rows would give float16 vectors, and NaN for empty text.
    """
    from safetensors.numpy import save_file
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    folder.mkdir(parents=True, exist_ok=True)
    modules = [StaticEmbedding(tokenizer, embedding_weights=table), Normalize()]
    model = SentenceTransformer(modules=modules, device="cpu")
    model.save_pretrained(str(folder), create_model_card=False)
    scales = np.maximum(np.abs(table).max(axis=1), 1e-8).astype(np.float32) / 127
    rows = np.rint(table / scales[:, None]).astype(np.int8)
    save_file({"embeddings": rows, "weights": scales}, folder / "model.safetensors")
    (folder / "model.safetensors").chmod(0o644)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)


def check_model(folder: Path, texts: Sequence[str]) -> float:
    """Load the folder both ways; the greatest difference of any coordinate."""
    from sentence_transformers import SentenceTransformer

    texts = [*texts, "", "？！", "ＡＢＣ 対口合作", "\ufffd"]
    theirs = SentenceTransformer(str(folder), device="cpu").encode(texts, batch_size=256)
    ours = StaticReader.open(folder).encode(texts)
    difference = float(np.abs(theirs - ours).max())
    assert theirs.dtype == np.float32
    assert difference < 1e-6, difference
    assert not ours[-4:-2].any(), "text without pieces must give the zero vector"
    return difference


def corpus_table(passages: Sequence[Passage]) -> str:
    """What was learned from, counted, for the card."""
    lines = ["| data | passages | characters | questions | licence |", "| --- " * 5 + "|"]
    for source, (name, licence) in SOURCES.items():
        own = [p for p in passages if p.source == source]
        figures = len(own), sum(len(p.text) for p in own), sum(len(p.questions) for p in own)
        lines.append(f"| {name} | " + " | ".join(f"{n:,}" for n in figures) + f" | {licence} |")
    return "\n".join(lines)


def write_card(folder: Path, fields: dict[str, str]) -> None:
    """Fill the card; ``SHA256SUMS`` over all files beside it."""
    card = CARD
    for name, value in fields.items():
        card = card.replace(f"<{name}>", value)
    (folder / "MODEL_CARD.md").write_text(card, encoding="utf-8")
    write_sums(folder)


def card_fields(folder: Path, options: argparse.Namespace, recipe: Recipe) -> dict[str, str]:
    """The figures of the card, measured on the written folder."""
    reader = StaticReader.open(folder)
    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    latin = sum(1 for piece in reader.tokenizer.get_vocab() if re.fullmatch("[a-z]{2,}", piece))
    return {
        "pieces": f"{len(reader.table):,}",
        "latin": f"{latin:,}",
        "dimensions": str(recipe.dimensions),
        "megabytes": f"{size / 1e6:.1f}",
        "command": "python -m training.train_embedding --data ../shared/data"
        f" --dictionary cedict.txt.gz --out vectorstore/models/{options.out.name}",
        "recipe": str(recipe),
        "figures": result_table(reader, options.data),
    }
