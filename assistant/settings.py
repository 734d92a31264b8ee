"""Every knob of the software, once: values only; defaults < .env < environment < arguments."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The settings; each field is also a variable: `ASSISTANT_` and its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix="ASSISTANT_", env_file=".env", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    data_dir: Path = Field(
        default_factory=lambda: Path.home() / ".local" / "share" / "xieshou",
        description="Folder of the article store and its indexes",
    )
    database_url: str = Field(
        "", description="SQLAlchemy URL of the article store; empty: SQLite in data_dir"
    )
    chroma_url: str = Field(
        "", description="URL of a Chroma server; empty: Chroma embedded in data_dir"
    )
    embedding_model: str = Field(
        "xieshou-embedding-v2",
        description="Bundled model, folder or name of a sentence-transformers model",
    )
    embedding_query_prompt: str = Field(
        "", description="Text that the embedding model wants before a question"
    )
    allow_hosts: list[str] = Field(
        [], description="host:port pairs that add may fetch though they are not public, as JSON"
    )
    chunk_tokens: int = Field(
        256, ge=32, le=4096, description="Most tokens of a chunk (o200k_base)"
    )
    chunk_overlap: int = Field(
        1, ge=0, le=8, description="Sentences that a chunk shares with the one before"
    )
    top_k: int = Field(8, ge=1, le=100, description="How many hits an answer is made from")
    answer_threshold: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Probability that a quoted answer must reach; empty: the bundled one",
    )
    mode: Literal["auto", "extractive", "llm"] = Field(
        "auto", description="How to answer; auto: llm where an endpoint is named, else extractive"
    )
    llm_provider: Literal["openai", "ollama"] = Field(
        "openai", description="Protocol of the endpoint"
    )
    llm_base_url: str = Field(
        "", description="Address of the LLM endpoint, for example http://127.0.0.1:8000/v1"
    )
    llm_model: str = Field("", description="Name of the model at the endpoint")
    llm_api_key: SecretStr = Field(
        SecretStr(""), description="Key of the endpoint; never shown or logged"
    )
    llm_timeout: float = Field(
        60.0, gt=0, description="Seconds for one answer, from request to last token"
    )
    llm_temperature: float = Field(0.1, ge=0, le=2, description="Temperature of the model")
    llm_context_tokens: int = Field(
        8192, ge=1024, description="Context window of the model, in tokens"
    )
    llm_answer_tokens: int = Field(1024, ge=64, description="Tokens kept free for the answer")
    prompt: str = Field(
        "answer/v2", description="Prompt of the written answer, a folder under prompts/"
    )
    condense_prompt: str = Field(
        "condense/v1", description="Prompt that makes a follow-up stand alone"
    )
    host: str = Field("127.0.0.1", description="Address that the page listens on")
    port: int = Field(7860, ge=0, le=65535, description="Port that the page listens on")
    api_key: SecretStr = Field(
        SecretStr(""),
        description="Key that programs give; needed unless ASSISTANT_HOST is loopback",
    )
    log: Literal["plain", "json"] = Field(
        "plain", description="Form of the log on standard error; json: a line for each request too"
    )
    log_texts: bool = Field(
        False, description="Whether questions and answers stand in the log, with log=json"
    )
