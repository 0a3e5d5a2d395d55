"""The parts of OpenAI's protocol that mean something here. What else a client sends is not looked at."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from fumetto.companion.kinds import Mode

LONGEST_CONTENT = 200_000
MOST_MESSAGES = 2_000
MOST_INPUTS = 256


class OpenAiProblem(BaseModel):
    """What went wrong. `type` is a kind of OpenAI's, `code` ours, or theirs where clients look for it."""

    message: str
    type: str
    param: str | None
    code: str


class OpenAiError(BaseModel):
    """An error as OpenAI's clients read it."""

    error: OpenAiProblem


class Part(BaseModel):
    """A part of a message; those that are no text, such as pictures, are passed over."""

    type: str = Field(max_length=64)
    text: str | None = Field(None, max_length=LONGEST_CONTENT)


class ChatMessage(BaseModel):
    role: str = Field(max_length=32)
    content: str | list[Part] | None = Field(None, max_length=LONGEST_CONTENT)

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text" and part.text)
        return self.content or ""


class StreamOptions(BaseModel):
    include_usage: bool = False


class ChatRequest(BaseModel):
    """`mode` and `language` are ours: what to draw from, and the language where the question does not show it."""

    model: str = Field(max_length=512)
    messages: list[ChatMessage] = Field(max_length=MOST_MESSAGES)
    stream: bool = False
    stream_options: StreamOptions | None = None
    mode: Literal[Mode.PAGE, Mode.WIKI] = Mode.PAGE
    language: str | None = Field(None, max_length=35, pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")


class EmbeddingRequest(BaseModel):
    model: str = Field(max_length=512)
    input: str | list[str] | list[int] | list[list[int]] = Field(max_length=LONGEST_CONTENT)
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = Field(None, ge=1)


class Model(BaseModel):
    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str


class ModelList(BaseModel):
    object: Literal["list"] = "list"
    data: list[Model]


class Usage(BaseModel):
    prompt_tokens: int
    completion_tokens: int = 0
    total_tokens: int


class ChatAnswer(BaseModel):
    """`fumetto` is ours: citations, whether anything was found, and why a model did not answer where it did not."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[dict[str, Any]]
    usage: Usage
    fumetto: dict[str, Any]


class Embedding(BaseModel):
    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str


class EmbeddingList(BaseModel):
    object: Literal["list"] = "list"
    data: list[Embedding]
    model: str
    usage: Usage
