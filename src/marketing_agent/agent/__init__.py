"""The conversation: the loop over the tools, consent, threads, runs and the stream."""

from __future__ import annotations

import os

# Read by LangGraph when it is first imported: a checkpoint restores plain data and
# messages, and never imports what somebody has written into it.
os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")
# LangChain would send whole conversations to its tracing service when the environment
# says so, for whatever reason it does.
os.environ["LANGSMITH_TRACING"] = os.environ["LANGCHAIN_TRACING_V2"] = "false"
