"""The endpoint for Gradio's own client: `/ask`, a question in, the whole answer out as JSON."""

from typing import Any

from assistant import Assistant, AssistantError
from vectorstore import VectorStoreError
from web.doors import explain


def open_ask(assistant: Assistant) -> None:
    """Add `/ask` to the page that is being built; it is let in as the page itself is."""
    import gradio as gr

    def ask(question: str) -> dict[str, Any]:
        """Answer a question from the articles: its text, its citations, as of `/api/ask`."""
        try:
            return assistant.ask(question).to_dict()
        except (AssistantError, VectorStoreError) as error:
            _, message = explain(error)
            return {"error": {"message": message}}

    gr.events.api(ask, api_name="ask", concurrency_limit=4)
