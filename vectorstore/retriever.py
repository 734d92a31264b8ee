"""The store for LlamaIndex: a node parser over our chunker, a retriever over our search.

Importing this module loads LlamaIndex, so nothing imports it before it is needed.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from llama_index.core.node_parser import NodeParser
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import BaseNode, NodeRelationship, NodeWithScore, QueryBundle, TextNode

from vectorstore.schema import Chunk, Hit

# What only code needs: kept out of what an LLM or an embedding model is shown of a node.
_FOR_CODE = ["article_id", "start", "end", "url"]


class ChunkNodeParser(NodeParser):  # type: ignore[misc]  # LlamaIndex is skipped by mypy
    """Cuts documents into nodes at our chunks, with exact `start_char_idx` and `end_char_idx`.

    Attributes:
        cut: from an article id and its text to its chunks, as
            `partial(chunk_text, max_tokens=…, overlap=…)`.
    """

    cut: Callable[[str, str], list[Chunk]]

    @classmethod
    def class_name(cls) -> str:
        """Name the class, as LlamaIndex asks."""
        return "ChunkNodeParser"

    def _parse_nodes(
        self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any
    ) -> list[BaseNode]:
        return [
            _node(chunk, document)
            for document in nodes
            for chunk in self.cut(document.node_id, document.get_content())
        ]

    def _postprocess_parsed_nodes(
        self, nodes: list[BaseNode], parent_doc_map: dict[str, Any]
    ) -> list[BaseNode]:
        # The stock step looks each text up in the document again, and takes the wrong place for a
        # text that stands there twice.
        places = [(node.start_char_idx, node.end_char_idx) for node in nodes]
        nodes = super()._postprocess_parsed_nodes(nodes, parent_doc_map)
        for node, (start, end) in zip(nodes, places, strict=True):
            node.start_char_idx, node.end_char_idx = start, end
        return nodes


class ArticleRetriever(BaseRetriever):  # type: ignore[misc]  # LlamaIndex is skipped by mypy
    """Our search as a LlamaIndex retriever.

    Each node's metadata holds `article_id, title, publisher, published` (ISO date or empty)`, url`
    and the `start` and `end` of the chunk in its article.

    Args:
        search: from a question and a number of hits to the hits, best first.
        top_k: how many hits.
    """

    def __init__(self, search: Callable[[str, int], list[Hit]], top_k: int = 8) -> None:
        super().__init__()
        self._search = search
        self._top_k = top_k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._search(query_bundle.query_str, self._top_k)
        return [NodeWithScore(node=_hit_node(hit), score=hit.score) for hit in hits]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        # The stock step would search on the event loop, and hold up whatever else runs there.
        return await asyncio.to_thread(self._retrieve, query_bundle)


def _node(chunk: Chunk, document: BaseNode) -> TextNode:
    return TextNode(
        id_=f"{chunk.article_id}:{chunk.start}-{chunk.end}",
        text=chunk.text,
        start_char_idx=chunk.start,
        end_char_idx=chunk.end,
        excluded_embed_metadata_keys=document.excluded_embed_metadata_keys,
        excluded_llm_metadata_keys=document.excluded_llm_metadata_keys,
        relationships={NodeRelationship.SOURCE: document.as_related_node_info()},
    )


def _hit_node(hit: Hit) -> TextNode:
    chunk = hit.chunk
    return TextNode(
        id_=f"{chunk.article_id}:{chunk.start}-{chunk.end}",
        text=chunk.text,
        start_char_idx=chunk.start,
        end_char_idx=chunk.end,
        metadata={
            "article_id": chunk.article_id,
            "title": hit.title,
            "publisher": hit.publisher,
            "published": hit.published.isoformat() if hit.published else "",
            "url": hit.url,
            "start": chunk.start,
            "end": chunk.end,
        },
        excluded_embed_metadata_keys=_FOR_CODE,
        excluded_llm_metadata_keys=_FOR_CODE,
    )
