"""The JSON Schema of answers, made ready once: checking the schema itself anew costs more than checking an answer."""

import json
from pathlib import Path

import jsonschema

import kg

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((Path(kg.__file__).parent / "answer.schema.json").read_text("utf-8"))
)
SCHEMA.check_schema(SCHEMA.schema)
