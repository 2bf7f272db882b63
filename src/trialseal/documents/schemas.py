"""JSON Schemas of the documents, for programs in other languages.

`python -m trialseal.documents.schemas` writes them to the folder `schemas` beside this file. They say less
than the models: a date that does not exist, or an id that comes twice, only the models refuse.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from trialseal.documents.events import Event
from trialseal.documents.models import KINDS
from trialseal.manuscripts.reported_outcomes import ReportedOutcomes

FOLDER = Path(__file__).parent / "schemas"


class _WithoutNull(GenerateJsonSchema):
    """In a document what is not known is left out, so null is nowhere allowed, nor a default to be shown."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def schemas() -> dict[str, str]:
    """The text of each schema by its file's name."""
    found = {kind: model.model_json_schema(schema_generator=_WithoutNull) for kind, model in KINDS.items()}
    event: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="type")])
    found["reported-outcomes"] = ReportedOutcomes.model_json_schema(schema_generator=_WithoutNull)
    found["event"] = event.json_schema(schema_generator=_WithoutNull)
    texts = {}
    for kind, schema in found.items():
        whole = {"$schema": GenerateJsonSchema.schema_dialect, **schema}
        texts[f"{kind}.schema.json"] = json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
    return texts


def write(folder: Path = FOLDER) -> list[Path]:
    """Write the schemas into a folder, and say which files those are."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in schemas().items():
        paths.append(folder / name)
        paths[-1].write_text(text, encoding="utf-8")
    return paths


if __name__ == "__main__":
    for path in write():
        print(path)
