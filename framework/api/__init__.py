"""The generated REST API: routes, OpenAPI, and errors as problem JSON."""
