"""Parameters that are objects, or lists of objects, one field at a time.

A plan binds values one by one, and a person says them one by one. A field goes by its path, ``address.city`` or
``items.0.quantity``.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

Schema = dict[str, Any]


def flat_schema(parameters: Schema) -> tuple[Schema, dict[str, str]]:
    """Parameters one field at a time; of a list of objects one object.

    A field is called by its own name, or by that of its object too where the name is taken. Where an object may be
    left out, those of its fields may be given that need no other.

    Returns:
        The parameters, each field of an object with what it stands ``in``, and name -> path of every parameter. Where
        there are no objects the parameters as they are, and no paths.

    Example:
        >>> where = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
        >>> flat, paths = flat_schema({"type": "object", "properties": {"where": where}, "required": ["where"]})
        >>> flat["properties"], flat["required"], paths
        ({'city': {'type': 'string', 'in': 'where'}}, ['city'], {'city': 'where.city'})
    """
    if not any(map(_object, parameters["properties"].values())):
        return parameters, {}
    found = list(_fields(parameters, "", True))
    names = Counter(path.rpartition(".")[2] for path, *_ in found)
    properties, paths, required = {}, {}, []
    for path, schema, needed in found:
        *above, name = (part for part in path.split(".") if not part.isdigit())
        if names[name] > 1 and above:
            name = f"{above[-1]}_{name}"
        if name in properties:
            name = path.replace(".", "_")
        properties[name] = {**schema, "in": above[-1]} if above else schema
        paths[name] = path
        if needed:
            required.append(name)
    return {**parameters, "properties": properties, "required": required}, paths


def _fields(schema: Schema, above: str, needed: bool) -> Iterator[tuple[str, Schema, bool]]:
    """Every field by its path, and whether a call must give it."""
    required = frozenset(schema.get("required", ()))
    for name, part in schema["properties"].items():
        if not needed and required - {name}:
            continue
        path, must, inner = f"{above}{name}", needed and name in required, _object(part)
        if inner is None:
            yield path, without_null(part), must
        else:
            yield from _fields(inner, f"{path}.0." if without_null(part).get("type") == "array" else f"{path}.", must)


def _object(schema: Schema) -> Schema | None:
    """The object that a parameter is, or is a list of; ``None`` where it is none whose fields are known."""
    schema = without_null(schema)
    schema = schema.get("items", {}) if schema.get("type") == "array" else schema
    return schema if schema.get("properties") else None


def without_null(schema: Schema) -> Schema:
    """What a value may be that is given: one that may be left out is left out, sending null for it is not offered."""
    branches = [branch for branch in schema.get("anyOf", ()) if branch != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key != "anyOf" and (key, value) != ("default", None)}
    return {**branches[0], **rest} if len(branches) == 1 else {**rest, **({"anyOf": branches} if branches else {})}


def spread(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """What stands in a value that may be an object, field by field."""
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        value = {str(number): item for number, item in enumerate(value)}
    if isinstance(value, dict):
        for name, item in value.items():
            yield from spread(f"{path}.{name}", item)
    else:
        yield path, value


def gathered(fields: Mapping[str, Any], schema: Schema) -> dict[str, Any]:
    """The other way round: arguments as a call has them, of fields by their paths.

    Args:
        fields: by their paths.
        schema: of the parameters; an object that it asks for is there, though nothing stands in it.

    Example:
        >>> gathered({"items.0.name": "milk", "items.0.count": 2, "to.city": "Lyon"}, {})
        {'items': [{'name': 'milk', 'count': 2}], 'to': {'city': 'Lyon'}}
    """
    found: dict[str, Any] = {}
    inside: dict[str, dict[str, Any]] = {}
    for path, value in fields.items():
        name, _, rest = path.partition(".")
        if rest:
            inside.setdefault(name, {})[rest] = value
        found[name] = value
    properties = schema.get("properties", {})
    for name, inner in inside.items():
        if all(_first(part).isdigit() for part in inner):
            items = without_null(properties.get(name, {})).get("items", {})
            found[name] = list(gathered(inner, {"properties": dict.fromkeys(map(_first, inner), items)}).values())
        else:
            found[name] = gathered(inner, without_null(properties.get(name, {})))
    for name in schema.get("required", ()):
        if name not in found and _object(properties.get(name, {})):
            its = without_null(properties[name])
            found[name] = [] if its.get("type") == "array" else gathered({}, its)
    return found


def _first(path: str) -> str:
    return path.partition(".")[0]


def schema_at(properties: Mapping[str, Schema], path: str) -> Schema:
    """The schema of a field; nothing where it has none."""
    found: Schema = {"properties": properties}
    for part in path.split("."):
        found = without_null(found)
        found = found.get("items", {}) if part.isdigit() else found.get("properties", {}).get(part, {})
    return found
