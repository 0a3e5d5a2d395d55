"""Chat models somewhere else: Ollama, whatever speaks OpenAI's chat completions, Anthropic and Gemini.

`naming` says which there are, `building` makes one, `asking` asks it and keeps to the limits. Nothing here is loaded
before a model is named: the providers' packages take seconds.
"""
