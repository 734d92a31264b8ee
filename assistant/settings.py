"""Every knob of the software, once: values only; defaults < .env < environment < arguments."""

import ipaddress
import json
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from vectorstore import SUFFIXES


class Settings(BaseSettings):
    """The settings; each field is also a variable: `ASSISTANT_` and its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix="ASSISTANT_",
        env_file=".env",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        # What is wrong with a password is told without the password.
        hide_input_in_errors=True,
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
    page_hosts: list[str] = Field(
        [], description="Names that the page is called by besides localhost, as JSON"
    )
    ui_auth: SecretStr = Field(
        SecretStr(""),
        description="Who may open the page: user:password,… or a JSON object of them; "
        "needed unless the page is for this machine alone",
    )
    upload_megabytes: int = Field(
        20, ge=1, le=2000, description="Largest file that may be added on the page"
    )
    upload_types: list[str] = Field(
        list(SUFFIXES),
        description="File types that may be added on the page, as JSON",
    )

    @field_validator("ui_auth")
    @classmethod
    def _readable(cls, value: SecretStr) -> SecretStr:
        users_of(value)
        return value

    @property
    def is_private(self) -> bool:
        """Whether the page is for this machine alone: no other can reach it, nor is it named."""
        return _is_loopback(self.host) and not self.page_hosts

    def users(self) -> dict[str, str]:
        """The users of the page with their passwords; empty where it has no login."""
        return users_of(self.ui_auth)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def users_of(setting: SecretStr) -> dict[str, str]:
    """Users and passwords of the form `user:password,user:password` or of a JSON object.

    Raises:
        ValueError: if it is neither; the message names no password.
    """
    text = setting.get_secret_value().strip()
    if text.startswith("{"):
        try:
            found = json.loads(text)
        except ValueError:
            raise ValueError("not a JSON object of users and passwords") from None
        pairs = list(found.items())
    else:
        pairs = [tuple(part.split(":", 1)) for part in text.split(",") if part.strip()]
    users = {}
    for number, pair in enumerate(pairs, 1):
        if len(pair) != 2 or not all(isinstance(each, str) and each.strip() for each in pair):
            raise ValueError(f"no user and password at place {number}; write user:password")
        users[pair[0].strip()] = pair[1].strip()
    if len(users) != len(pairs):
        raise ValueError("the same user twice")
    return users
