"""The SPARQL endpoint: `protocol` answers requests, `negotiation` and `forms` find the form that a client wants,
`description` says what is here, `forwarding` asks where the data lie elsewhere.
"""

from kg.serve.endpoint.protocol import Endpoint

__all__ = ["Endpoint"]
