"""The JSON API's description (OpenAPI 3.1), made of what its views say of themselves.

A view says it with `@describes(Operation(...))`; `document` puts it together with the routes, the
models' JSON schemas and the faults' statuses; `page` makes it readable.

No library does it, for these reasons: APIFlask, flask-openapi3 and SpecTree read and validate the
requests themselves, where every door of ours reads through one schema and tells all faults at once;
apispec knows marshmallow, and leaves models, faults and headers to be written all the same. What is
left once pydantic makes the schemas is less than an adapter to any of them.
"""

from moderation.web.openapi.operations import (
    Answer,
    Header,
    Operation,
    Parameter,
    Tag,
    describes,
)

__all__ = ["Answer", "Header", "Operation", "Parameter", "Tag", "describes"]
