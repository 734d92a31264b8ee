"""The chat page and the shelf of articles, over Gradio."""
