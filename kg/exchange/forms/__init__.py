"""The formats: a module (or a few) for each family, with its `FORMATS`. `kg.exchange.registry` lists them."""
