"""An OpenAPI document (3.1) as a fuzzer needs it: values that its schemas allow, and what a schema has against a value."""

import json
import re
import re._parser as regex_parser
import string
import uuid
from datetime import datetime, timedelta, timezone

METHODS = ("get", "put", "post", "delete", "patch")
JSON_TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
}
DURATION = re.compile(r"[-+]?P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d{1,9})?S)?)?")
TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
FORMATS = {"duration": DURATION, "date-time": TIME, "uuid": UUID}


class Operation:
    """One method of one path."""

    def __init__(self, document, path, method, spec):
        self.path = path
        self.method = method.upper()
        self.name = spec["operationId"]
        self.parameters = [document.resolve(parameter) for parameter in spec.get("parameters", [])]
        self.body = spec.get("requestBody")
        self.bodies = {kind: content["schema"] for kind, content in (self.body or {}).get("content", {}).items()}
        self.responses = {status: document.resolve(response) for status, response in spec["responses"].items()}

    def places(self, place):
        return [parameter for parameter in self.parameters if parameter["in"] == place]


class Document:
    def __init__(self, tree):
        self.tree = tree
        self.operations = [
            Operation(self, path, method, item[method])
            for path, item in sorted(tree["paths"].items())
            for method in METHODS
            if method in item
        ]

    def resolve(self, node):
        while "$ref" in node:
            target = self.tree
            for name in node["$ref"][2:].split("/"):
                target = target[name.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def errors(self, value, schema, at="", closed=False):
        """What the schema has against the value; closed: names that it does not mention are not allowed either."""
        schema = self.resolve(schema)
        if "anyOf" in schema:
            tries = [self.errors(value, choice, at, closed) for choice in schema["anyOf"]]
            if all(tries):
                return min(tries, key=len)
        types = types_of(schema)
        if types and not any(is_of(value, kind) for kind in types):
            return [f"{at or '/'}: {shown(value)} is not {' or '.join(types)}"]
        if "enum" in schema and value not in schema["enum"]:
            return [f"{at or '/'}: {shown(value)} is none of {schema['enum']}"]
        if isinstance(value, dict):
            return self._object_errors(value, schema, at, closed)
        if isinstance(value, list):
            return self._array_errors(value, schema, at, closed)
        if isinstance(value, str):
            return [f"{at or '/'}: {shown(value)} {what}" for what in text_errors(value, schema)]
        if is_of(value, "number"):
            low, high = schema.get("minimum", value), schema.get("maximum", value)
            return [] if low <= value <= high else [f"{at or '/'}: {shown(value)} is not in {low} to {high}"]
        return []

    def _object_errors(self, value, schema, at, closed):
        known = schema.get("properties", {})
        others = schema.get("additionalProperties", not (closed and known))
        found = [f"{at}/{name}: is missing" for name in schema.get("required", []) if name not in value]
        if len(value) > schema.get("maxProperties", len(value)):
            found.append(f"{at or '/'}: has {len(value)} properties")
        for name, member in value.items():
            place = f"{at}/{name}"
            if name in known:
                found += self.errors(member, known[name], place, closed)
            elif others is False:
                found.append(f"{place}: is not mentioned")
            elif isinstance(others, dict):
                found += self.errors(member, others, place, closed)
            found += [f"{place}: its name {what}" for what in text_errors(name, schema.get("propertyNames", {}))]
        return found

    def _array_errors(self, value, schema, at, closed):
        found = []
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            found.append(f"{at or '/'}: has {len(value)} items")
        if schema.get("uniqueItems") and len({json.dumps(item) for item in value}) < len(value):
            found.append(f"{at or '/'}: has an item twice")
        for index, item in enumerate(value):
            found += self.errors(item, schema.get("items", {}), f"{at}/{index}", closed)
        return found

    def value(self, schema, random, depth=0):
        """A value that the schema allows."""
        schema = self.resolve(schema)
        if "anyOf" in schema:
            return self.value(random.choice(schema["anyOf"]), random, depth)
        if "enum" in schema:
            return random.choice(schema["enum"])
        types = types_of(schema) or ["object", "array", "string", "number", "boolean"]
        # Null is worth a try, but not where it leaves nothing to try.
        kind = random.choice([kind for kind in types if kind != "null"] * 4 + (["null"] if "null" in types else []))
        if kind == "object":
            return self._object(schema, random, depth)
        if kind == "array":
            least, most = schema.get("minItems", 0), min(schema.get("maxItems", 4), schema.get("minItems", 0) + 4)
            items = [self.value(schema.get("items", {}), random, depth + 1) for _ in range(random.randint(least, most))]
            return list({json.dumps(item): item for item in items}.values()) if schema.get("uniqueItems") else items
        if kind == "string":
            return text(schema, random)
        if kind in ("integer", "number"):
            low = schema.get("minimum", -1000)
            high = min(schema.get("maximum", 1000), low + 1000)
            whole = random.randint(int(low) + (low > int(low)), int(high))
            return whole if kind == "integer" or random.random() < 0.5 else random.choice([low, float(whole), whole / 8 or low])
        return random.random() < 0.5 if kind == "boolean" else None

    def _object(self, schema, random, depth):
        required = schema.get("required", [])
        chosen = {
            name: self.value(member, random, depth + 1)
            for name, member in schema.get("properties", {}).items()
            if name in required or random.random() < 0.3
        }
        others = schema.get("additionalProperties", False)
        if others and depth < 5 and not chosen:
            for _ in range(random.randint(0, 3)):
                name = text(schema.get("propertyNames", {}), random)
                chosen[name] = self.value(others if isinstance(others, dict) else {}, random, depth + 1)
        return chosen


def types_of(schema):
    kind = schema.get("type", [])
    return [kind] if isinstance(kind, str) else kind


def is_of(value, kind):
    if kind in ("integer", "number"):
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return number and (kind == "number" or isinstance(value, int) or value.is_integer())
    return isinstance(value, JSON_TYPES[kind])


def text_errors(value, schema):
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        yield f"has {len(value)} characters"
    if "pattern" in schema and not re.search(schema["pattern"].replace("$", r"\Z"), value):
        yield f"does not match {schema['pattern']}"
    known = FORMATS.get(schema.get("format"))
    if known and not known.fullmatch(value):
        yield f"is no {schema['format']}"


def text(schema, random):
    if "pattern" in schema:
        return matching(regex_parser.parse(schema["pattern"]), random)[: schema.get("maxLength", 255)]
    form = schema.get("format")
    if form == "uuid":
        return str(uuid.UUID(int=random.getrandbits(128), version=4))
    if form == "date-time":
        moment = datetime.now(timezone.utc) + timedelta(seconds=random.randint(60, 10**7))
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    if form == "duration":
        return f"PT{random.randint(1, 59)}{random.choice('SM')}"
    letters = random.choice([string.ascii_letters, string.printable[:95], "äß€𝄞\u202e'\"\\/~<>&\n\t ${"])
    return "".join(random.choice(letters) for _ in range(max(schema.get("minLength", 0), random.randint(0, 12))))


def matching(parsed, random):
    """A text that a parsed pattern matches."""
    made = ""
    for op, detail in parsed:
        op = str(op)
        if op == "LITERAL":
            made += chr(detail)
        elif op == "IN":
            made += random.choice([letter for letter in map(chr, range(32, 127)) if in_class(letter, detail)])
        elif op == "NOT_LITERAL":
            made += random.choice([letter for letter in "abc=0 -" if ord(letter) != detail])
        elif op == "ANY":
            made += random.choice("abc=0 -")
        elif op == "MAX_REPEAT":
            least, most, inner = detail
            for _ in range(random.randint(least, min(int(most), least + 12))):
                made += matching(inner, random)
        elif op == "SUBPATTERN":
            made += matching(detail[-1], random)
        elif op == "BRANCH":
            made += matching(random.choice(detail[1]), random)
        elif op != "AT":
            raise ValueError(f"a pattern with {op} cannot be made a text for yet")
    return made


def in_class(letter, parts):
    negated = parts and str(parts[0][0]) == "NEGATE"
    inside = any(
        (str(op) == "LITERAL" and ord(letter) == detail)
        or (str(op) == "RANGE" and detail[0] <= ord(letter) <= detail[1])
        for op, detail in parts
    )
    return inside != bool(negated)


def shown(value):
    spelled = json.dumps(value, ensure_ascii=True)
    return spelled if len(spelled) <= 80 else spelled[:80] + "…"
