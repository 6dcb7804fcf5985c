"""Words for declaring tools as clients do, in every dialect."""

from __future__ import annotations

from typing import Any

from livekit_nb.server.thinking import Tool


def text(description: str = "", **more: Any) -> dict[str, Any]:
    return {"type": "STRING", "description": description, **more}


def whole(description: str = "", **more: Any) -> dict[str, Any]:
    return {"type": "INTEGER", "description": description, **more}


def number(description: str = "", **more: Any) -> dict[str, Any]:
    return {"type": "NUMBER", "description": description, **more}


def flag(description: str = "", **more: Any) -> dict[str, Any]:
    return {"type": "BOOLEAN", "description": description, **more}


def many(items: dict[str, Any], description: str = "") -> dict[str, Any]:
    return {"type": "ARRAY", "description": description, "items": items}


def tool(name: str, description: str, properties: Any = None, required: Any = ()) -> Tool:
    """Declare a tool in the OpenAPI dialect with upper-case types."""
    declaration: dict[str, Any] = {"name": name, "description": description}
    if properties:
        declaration["parameters"] = {
            "type": "OBJECT",
            "properties": properties,
            "required": list(required),
        }
    return Tool.from_declaration(declaration)


def json_tool(name: str, description: str, properties: Any, required: Any = ()) -> Tool:
    """Declare a tool with a JSON Schema."""
    schema = {"type": "object", "properties": properties, "required": list(required)}
    return Tool.from_declaration(
        {"name": name, "description": description, "parametersJsonSchema": schema}
    )


def by_name(*tools: Tool) -> dict[str, Tool]:
    return {tool.name: tool for tool in tools}
