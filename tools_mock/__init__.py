"""The world: tools, the state they act on, how people speak of them, and where they come from."""

from .errors import BadInput, Infrastructure, RecordError, Refused, ToolkitError, ToolwalkError, unknown
from .kinds import Kind
from .phrases import Noun, Phrases
from .tool import FAILURES, Tool, ToolCall, ToolResult, ToolSpec, call, is_failure, tool
from .toolkit import Toolkit, load_toolkit
from .world import Base, World, canonical, digest_of, number_of

__all__ = [
    "FAILURES",
    "BadInput",
    "Base",
    "Infrastructure",
    "Kind",
    "Noun",
    "Phrases",
    "RecordError",
    "Refused",
    "Tool",
    "ToolCall",
    "ToolResult",
    "ToolSpec",
    "Toolkit",
    "ToolkitError",
    "ToolwalkError",
    "World",
    "call",
    "canonical",
    "digest_of",
    "is_failure",
    "load_toolkit",
    "number_of",
    "tool",
    "unknown",
]
