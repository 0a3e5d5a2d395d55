"""OpenAI's protocol: https://platform.openai.com/docs/api-reference/chat. A series is a model to talk to."""
